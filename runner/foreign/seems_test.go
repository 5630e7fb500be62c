package foreign_test

import (
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/foreign"
)

// What is no log is named by what it seems to be.
func TestWhatAFileSeemsToBe(t *testing.T) {
	t.Parallel()
	const entry = `{"kind":"rest","at":1,"method":"GET","path":"/me","status":200}`
	for name, tt := range map[string]struct{ data, want string }{
		"NDJSON":                   {`{"id":1,"event":"x"}` + "\n{}\n", "it seems to be NDJSON of another API or tool: its first line has the members id, event, and no kind; taken are a HAR"},
		"NDJSON with kinds":        {`{"kind":"Pod"}` + "\n{}\n", "it seems to be NDJSON of another tool: its first line is of kind Pod; taken are"},
		"a document":               {`{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6}`, "it seems to be a JSON document of another API or tool: it has the members a, b, c, d, e and more; taken are"},
		"a document of many lines": {"{\n \"openapi\": \"3.0.0\"\n}\n", "it has the members openapi; taken are"},
		"no member":                {"{}", "it has no members"},
		"a recording, printed":     {"{\n \"kind\": \"rest\",\n \"at\": 1\n}\n", "a recording whose lines were broken up; write each entry in one line"},
		"a recording as an array":  {"[" + entry + "]", "it is a recording as one JSON array; write each entry in a line of its own"},
		"Bayeux":                   {`[{"channel":"/v2/me/calls","data":{}}]`, "an array of Bayeux messages, without who got them and when"},
		"an array":                 {`[{"id":7},{"id":8}]`, "a JSON array of another API or tool: its first element has the members id; taken are"},
		"an array of numbers":      {`[1,2]`, "a JSON array of another API or tool; taken are"},
		"a cut array":              {`[{"id":`, "a JSON array of which nothing can be read"},
		"a cut document":           {"{\n \"a\": [1,", "it is JSON that is cut off; export it again"},
		"nearly JSON":              {"{\n a: 1\n}", "it begins like JSON and is none; taken are"},
		"CSV":                      {"time,user,action\n1,anna,dial\n2,bert,answer\n", "it seems to be a table (CSV)"},
		"TSV":                      {"time\tuser\n1\tanna\n", "it seems to be a table (TSV)"},
		"YAML":                     {"openapi: 3.0.0\n", "text in which no message stands"},
		"HTML":                     {"<!DOCTYPE html><html>", "a web page (HTML)"},
		"XML":                      {`<?xml version="1.0"?><a/>`, "it seems to be XML; taken are"},
		"empty":                    {"", "the recording is empty: it holds no line with a kind"},
		"blank":                    {" \n\t\n", "the recording is empty"},
		"gzip":                     {"\x1f\x8b\x08\x00\x00", "it is compressed (gzip); unpack it first"},
		"zip":                      {"PK\x03\x04\x14\x00\x00\x00", "it is a ZIP archive; unpack it first"},
		"pcap":                     {"\xd4\xc3\xb2\xa1\x02\x00\x04\x00", "it is a capture of packets (pcap)"},
		"binary":                   {"\x00\x01\x02\x7fELF\xff\xfe\xfd\x00\x01\x02", "it seems to be binary"},
		"another API": {
			strings.ReplaceAll(entry, "/me", "/pets/5"), "none of the 1 requests is of the Voice API, and no notification is: another API was recorded",
		},
		"another Bayeux server": {
			`{"kind":"message","at":1,"channel":"/stocks","message":{"channel":"/stocks","data":{"price":1}}}`, "none of the 1 notifications is of the Voice API: another API was recorded",
		},
	} {
		_, err := foreign.Read(foreign.Source{Name: "x", Data: []byte(tt.data)})
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An entry of ours that is longer than what is looked at, or cut off, is one of ours.
func TestARecordingIsRecognised(t *testing.T) {
	t.Parallel()
	const entry = `{"kind":"rest","at":1,"method":"GET","path":"/me","status":200}` + "\n"
	long := `{"kind":"note","at":1,"text":"` + strings.Repeat("x", 100<<10) + `"}` + "\n"
	for name, tt := range map[string]struct {
		data    string
		entries int
		note    string
	}{
		"a long line":  {long + entry, 2, ""},
		"cut off":      {entry + entry[:20], 1, "recording line 2: not JSON at byte 20: the recording is cut off there; what stands before is read"},
		"cut at once":  {entry[:20], 0, ""},
		"cut and torn": {entry + entry[:20] + "\n" + entry, 0, ""},
	} {
		log, err := foreign.Read(foreign.Source{Name: "x", Data: []byte(tt.data)})
		if tt.entries == 0 {
			if err == nil || !strings.Contains(err.Error(), "not JSON at byte") {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(log.Entries) != tt.entries {
			t.Errorf("%s: %d entries, want %d", name, len(log.Entries), tt.entries)
		}
		if notes := strings.Join(log.Notes, "\n"); !strings.Contains(notes, tt.note) || tt.note == "" && notes != "" {
			t.Errorf("%s: notes %q", name, notes)
		}
	}
}
