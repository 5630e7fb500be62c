package foreign

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/voicespec/voicespec/runner/recording"
)

// taken is what is read, for who has something else.
const taken = "taken are a HAR, a console log of cometd.js, NDJSON of a console or of SIP, and a recording of voicespec (see docs/judging-a-log.md)"

// NoLog says what a file seems to be that is no log of a known format, and what to do with it.
func NoLog(head []byte) error {
	if len(bytes.TrimSpace(Text(head))) == 0 {
		return recording.ErrEmpty
	}
	what := seems(head)
	if !strings.Contains(what, "; ") { // which says what to do
		what += "; " + taken
	}
	return errors.New("it " + what)
}

// magic are files that are told by their first bytes.
var magic = []struct{ begin, what string }{
	{"\x1f\x8b", "is compressed (gzip); unpack it first, as gunzip does"},
	{"PK\x03\x04", "is a ZIP archive; unpack it first, and name the log that is in it"},
	{"\x28\xb5\x2f\xfd", "is compressed (zstd); unpack it first"},
	{"\xfd7zXZ\x00", "is compressed (xz); unpack it first"},
	{"BZh", "is compressed (bzip2); unpack it first"},
	{"\xd4\xc3\xb2\xa1", capture}, {"\xa1\xb2\xc3\xd4", capture}, {"\x0a\x0d\x0d\x0a", capture},
	{"SQLite format 3", "is a database (SQLite); export the log from it"},
	{"%PDF", "is a PDF; ask for the log itself"},
}

const capture = "is a capture of packets (pcap): what is encrypted cannot be read from it; export a HAR in the client, or let voicespec watch stand between"

// seems is what a file is by its beginning, as the rest of a sentence about it.
func seems(head []byte) string {
	for _, m := range magic {
		if bytes.HasPrefix(head, []byte(m.begin)) {
			return m.what
		}
	}
	head = bytes.TrimSpace(Text(head))
	if unreadable(head) {
		return "seems to be binary, and no log"
	}
	switch beginning := strings.ToLower(string(head[:min(len(head), 20)])); {
	case beginning[0] == '{':
		return object(head)
	case beginning[0] == '[':
		return list(head)
	case strings.HasPrefix(beginning, "<!doctype html"), strings.HasPrefix(beginning, "<html"):
		return "seems to be a web page (HTML): a login page or an error may have been saved in place of the log"
	case beginning[0] == '<':
		return "seems to be XML"
	}
	if sign := separator(head); sign != "" {
		return "seems to be a table (" + sign + "): it holds no messages as they were sent"
	}
	return "seems to be text in which no message stands as it was sent"
}

// unreadable reports whether no text stands at the beginning of a file. The last character may be cut in two.
func unreadable(head []byte) bool {
	wrong := 0
	for rest := head; len(rest) > utf8.UTFMax; {
		r, size := utf8.DecodeRune(rest)
		if r == utf8.RuneError && size == 1 || r < ' ' && !strings.ContainsRune("\t\r\n\f\x1b", r) {
			wrong++
		}
		rest = rest[size:]
	}
	return wrong > len(head)/50
}

// separator is what parts the columns of a table; "" if it is none: each of the first lines has as many.
func separator(head []byte) string {
	lines := strings.Split(strings.TrimSpace(string(head)), "\n")
	if len(lines) > 3 {
		lines = lines[:3]
	}
	for sign, name := range map[string]string{",": "CSV", ";": "CSV", "\t": "TSV"} {
		columns := strings.Count(lines[0], sign)
		if columns > 0 && len(lines) > 1 && !slices.ContainsFunc(lines, func(l string) bool { return strings.Count(l, sign) != columns }) {
			return name
		}
	}
	return ""
}

// object is what begins with a JSON object.
func object(head []byte) string {
	first, rest, _ := bytes.Cut(head, []byte("\n"))
	if json.Valid(first) {
		with := members(first)
		switch kind, named := ofKind(first); {
		case named:
			return fmt.Sprintf("seems to be NDJSON of another tool: its first line is of kind %s", kind)
		case len(bytes.TrimSpace(rest)) > 0:
			return "seems to be NDJSON of another API or tool: its first line has " + with + ", and no kind"
		default:
			return "seems to be a JSON document of another API or tool: it has " + with
		}
	}
	var whole json.RawMessage
	err := json.NewDecoder(bytes.NewReader(head)).Decode(&whole)
	var syntax *json.SyntaxError
	switch kind, named := ofKind(whole); {
	case err == nil && named && recording.Known(recording.Kind(kind)):
		return "seems to be a recording whose lines were broken up; write each entry in one line, as jq -c . does"
	case err == nil:
		return "seems to be a JSON document of another API or tool: it has " + members(whole)
	case errors.As(err, &syntax):
		return "begins like JSON and is none"
	}
	return "is JSON that is cut off; export it again"
}

// list is what begins with a JSON array.
func list(head []byte) string {
	d := json.NewDecoder(bytes.NewReader(head))
	_, _ = d.Token() // the bracket
	var first json.RawMessage
	if d.Decode(&first) != nil {
		return "seems to be a JSON array of which nothing can be read"
	}
	var bayeux struct {
		Channel string `json:"channel"`
	}
	kind, named := ofKind(first)
	switch {
	case named && recording.Known(recording.Kind(kind)):
		return "is a recording as one JSON array; write each entry in a line of its own, as jq -c '.[]' does"
	case json.Unmarshal(first, &bayeux) == nil && bayeux.Channel != "":
		return "seems to be an array of Bayeux messages, without who got them and when; write each in a line of a recording (see docs/recording.md)"
	case first[0] == '{':
		return "seems to be a JSON array of another API or tool: its first element has " + members(first)
	}
	return "seems to be a JSON array of another API or tool"
}

// ofKind is the kind that an entry of a recording names.
func ofKind(object []byte) (kind string, named bool) {
	var entry struct {
		Kind string `json:"kind"`
	}
	if json.Unmarshal(object, &entry) != nil || entry.Kind == "" {
		return "", false
	}
	return recording.Cut(entry.Kind), true
}

// members are the names of an object's members, the first of them.
func members(object []byte) string {
	const few = 5
	d := json.NewDecoder(bytes.NewReader(object))
	_, _ = d.Token() // the brace
	var names []string
	for d.More() {
		name, err := d.Token()
		var skipped json.RawMessage
		if err != nil || d.Decode(&skipped) != nil {
			break
		}
		if len(names) == few {
			return "the members " + strings.Join(names, ", ") + " and more"
		}
		names = append(names, recording.Cut(fmt.Sprint(name)))
	}
	if len(names) == 0 {
		return "no members"
	}
	return "the members " + strings.Join(names, ", ")
}
