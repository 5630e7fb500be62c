// Package schemas holds the JSON Schemas (draft-07) of the messages that voicespec judges
// and of the files that it writes, one per message kind, each complete in itself so that
// it can be used without voicespec. A schema says which members a message has and of which
// JSON type they are; whether their values fit together is judged elsewhere. The package
// is data only and imports nothing of the module.
package schemas

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
)

const suffix = ".schema.json"

//go:embed *.schema.json
var files embed.FS

// Names lists the message kinds, in alphabetical order.
func Names() []string {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil // the root of an embedded file system is always there
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), suffix))
	}
	slices.Sort(names) // the order of the files differs: '-' and '.' stand before letters
	return names
}

// Load returns the schema of a message kind, such as "call-held".
func Load(name string) ([]byte, error) {
	data, err := files.ReadFile(path.Clean(name + suffix))
	if err != nil {
		return nil, fmt.Errorf("there is no schema %q; there are %s", name, strings.Join(Names(), ", "))
	}
	return data, nil
}
