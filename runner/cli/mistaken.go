package cli

import (
	"bytes"
	"io"

	"github.com/voicespec/voicespec/runner/file"
)

// kinds are files of ours that people name in the place of others, by what their beginning holds.
var kinds = []struct{ sign, name, remedy string }{
	{`"kind":"recording"`, "recording", "is a recording; voicespec verify judges it, and --json FILE keeps the results"},
	{`"suite": `, "results", "holds results; voicespec compare, trend, merge, statement and known-failures write read them, as --baseline does"},
	{"<title>voicespec", "page", "is the report for a browser; results.json stands beside it"},
	{"<testsuites", "JUnit", "is JUnit XML; results.json stands beside it"},
	{"\nstations:", "target", "is a target file; name it with --config"},
}

// mistaken says what a file is that could not be read as what it was taken for; "" if that is not known.
func mistaken(path, wanted string) string {
	f, err := file.Open(path)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }() // read only: nothing can be lost
	const far = 4 << 10
	head, err := io.ReadAll(io.LimitReader(f, far))
	if err != nil {
		return ""
	}
	for _, k := range kinds {
		if k.name != wanted && bytes.Contains(head, []byte(k.sign)) {
			return path + " " + k.remedy
		}
	}
	return ""
}
