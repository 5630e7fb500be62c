package config

import (
	"errors"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
)

var (
	duplicate = regexp.MustCompile(`^mapping key "([A-Za-z_-]+)" already defined`)
	noBlank   = regexp.MustCompile(`^[-\s]*([a-z]+):[^\s/]`)
	quoted    = regexp.MustCompile(`"[^"]*"?`)
)

// remedies say in the reader's words what the YAML library says in its own. The first
// fragment that the library's message holds decides.
var remedies = []struct{ fragment, text string }{
	{"could not find flow mapping end", "the { of this mapping is never closed; add the }"},
	{"',' or '}' must be specified", "a , or a } is missing in this mapping; a value that holds any of { } [ ] , needs quotes"},
	{"',' or ']' must be specified", "a , or a ] is missing in this list"},
	{"sequence end token", "the [ of this list is never closed; add the ]"},
	{"corresponding to", "a closing bracket stands here without its opening one; take it out, or put the value in quotes"},
	{"could not find end character of", "a quote is never closed; add the missing quote mark"},
	{"mapping value is not allowed", "a second \": \" stands on this line; put the value in quotes, or begin a new line"},
	{"value is not allowed in this context", "this line does not fit its indentation; keys of one level start in the same column"},
	{"unexpected key name", "a key without a colon, or a value on a line of its own, stands here; write key: value"},
	{"non-map value is specified", "a key without a colon, or a value on a line of its own, stands here; write key: value"},
	{"does not match any indentation", "this line does not fit its indentation; keys of one level start in the same column"},
	{"anchor", "an anchor (&) stands here, which a target file does not know; put the value in quotes"},
	{"alias", "an alias (*) stands here, which a target file does not know; put the value in quotes"},
	{"tag", "a tag (!) stands here, which a target file does not know; put the value in quotes"},
	{"directive", "a directive (%) stands here, which a target file does not know; put the value in quotes"},
	{"reserved character", "a value begins with a character that YAML keeps for itself (@ or `); put the value in quotes"},
	{"escape", "an escape (\\) in double quotes is unknown to YAML; write \\\\ for a backslash, or use single quotes"},
	{"tab character", "a tab stands here; YAML takes spaces only"},
}

// syntaxProblem says where the file is no YAML. The library's own text is used only where
// no remedy is known, and without what it quotes: that may be a password.
func syntaxProblem(err error, lines []string) error {
	var detail yaml.Error
	if !errors.As(err, &detail) {
		return &Problem{Text: "is not YAML; look for a missing quote, bracket or colon"}
	}
	line := 0
	if t := detail.GetToken(); t != nil && t.Position != nil {
		line = t.Position.Line
	}
	if line > 0 && line <= len(lines) {
		if key := noBlank.FindStringSubmatch(lines[line-1]); len(key) > 1 && open[key[1]] {
			return &Problem{Line: line, Text: "a blank is missing behind " + key[1] + ":; write " + key[1] + ": VALUE"}
		}
	}
	message := detail.GetMessage()
	if key := duplicate.FindStringSubmatch(message); key != nil {
		return &Problem{Line: line, Text: "the key \"" + key[1] + "\" stands twice; keep one of them"}
	}
	for _, r := range remedies {
		if strings.Contains(message, r.fragment) {
			return &Problem{Line: line, Text: r.text}
		}
	}
	return &Problem{Line: line, Text: "is not YAML here (" + quoted.ReplaceAllString(message, "…") + "); look for a missing quote, bracket or colon"}
}
