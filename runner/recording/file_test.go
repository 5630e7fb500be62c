package recording_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/voicespec/voicespec/runner/recording"
)

func read(text string) (entries []*recording.Entry, err error) {
	for e, err := range recording.Read(strings.NewReader(text)) {
		if err != nil {
			return entries, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}

func TestRead(t *testing.T) {
	t.Parallel()
	note := `{"kind":"note","at":1,"text":"x"}` + "\n"
	for _, tt := range []struct {
		name, text string
		entries    int
		err        string // "" for none
	}{
		{"two lines", note + note, 2, ""},
		{"no line end", strings.TrimSuffix(note, "\n"), 1, ""},
		{"empty lines", "\n" + note + "\r\n  \n" + note, 2, ""},
		{"CRLF", strings.ReplaceAll(note+note, "\n", "\r\n"), 2, ""},
		{"BOM", "\xef\xbb\xbf" + note, 1, ""},
		{"BOM alone", "\xef\xbb\xbf", 0, "the recording is empty"},
		{"unknown members", `{"kind":"note","at":1,"later":[1]}`, 1, ""},
		{"empty", "", 0, "the recording is empty"},
		{"white space", " \n\t\n", 0, "the recording is empty"},
		{"no kind", note + `{"at":1}`, 1, "line 2: it has no kind"},
		{"unknown kind", note + `{"kind":"song"}`, 1, `line 2: unknown kind "song"; known are recording, scenario`},
		{"not JSON", note + "{\"kind\":\"note\",", 1, "line 2: not JSON at byte"},
		{"another form", "[1,2]", 0, "line 1:"},
		{"a member of another type", `{"kind":"rest","status":"200"}`, 0, "line 1: the member status is a string"},
		{"newer version", `{"kind":"recording","header":{"version":2}}`, 0, "format version 2 is newer than this voicespec reads (1)"},
		{"this version", `{"kind":"recording","header":{"version":1}}`, 1, ""},
		{"a message without message", `{"kind":"message","channel":"/v2/me/calls"}`, 0, "a message needs the member message"},
		{"a message that is no object", `{"kind":"message","message":7}`, 1, ""},
		{"a long line", `{"kind":"note","text":"` + strings.Repeat("x", recording.MaxLine/2) + `"}`, 1, ""},
		{"too long a line", note + `{"kind":"note","text":"` + strings.Repeat("x", recording.MaxLine) + `"}`, 1, "line 2: longer than 16 MiB"},
		{"binary", "\x1f\x8b\x08\x00", 0, "line 1: not JSON"},
	} {
		t.Run(strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			entries, err := read(tt.text)
			if len(entries) != tt.entries {
				t.Errorf("%d entries, want %d", len(entries), tt.entries)
			}
			if tt.err == "" && err != nil || tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
				t.Errorf("error %v, want %q", err, tt.err)
			}
			if tt.err == "the recording is empty" && !errors.Is(err, recording.ErrEmpty) {
				t.Errorf("%v is not ErrEmpty", err)
			}
		})
	}
}

func TestReadFillsIn(t *testing.T) {
	t.Parallel()
	entries, err := read("\n" + `{"kind":"rest","path":"/api/v2/me","response":{"statusCode":0}}
{"kind":"message","seq":40,"message":{"channel":"/v2/me/calls","data":{"notificationType":"StatusChange","call":{"id":"c","state":"Held"}}}}`)
	if err != nil {
		t.Fatal(err)
	}
	rest, note := entries[0], entries[1]
	if rest.Path != "/me" || rest.Seq != 2 {
		t.Errorf("path %s, seq %d: of a path the part below the API, for a missing number the line's", rest.Path, rest.Seq)
	}
	if code, ok := rest.StatusCode(); code != 0 || !ok {
		t.Error("the answer is not decoded")
	}
	if note.Seq != 40 || note.Channel != "/v2/me/calls" || note.CallID() != "c" || note.State() != "Held" || note.Type() != "StatusChange" || !note.IsCall() {
		t.Errorf("%+v", note)
	}
}

// A recording of before 0.1.0 is read in the words of today.
func TestReadOlder(t *testing.T) {
	t.Parallel()
	entries, err := read(`{"kind":"rest","path":"/me","step":"probe.path-1","probe":"second"}
{"kind":"message","browser":"third","message":{"channel":"/v2/me/calls","data":{"probe":7}}}
{"kind":"gap","text":"the \"probe\" was lost"}`)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"second", "third", ""} {
		if entries[i].Browser != want {
			t.Errorf("entry %d is of the browser %q, want %q", i, entries[i].Browser, want)
		}
	}
	if e := entries[0]; e.Step != "refusal.path-1" || e.Purpose != recording.Refusal {
		t.Errorf("the label %s is for %s", e.Step, e.Purpose)
	}
	if _, err := read(`{"kind":"gap","probe":7}`); err == nil || !strings.Contains(err.Error(), "the member probe is a number") {
		t.Errorf("a probe that is no name: %v", err)
	}
}

// What is written is read as it was.
func TestWriteAndRead(t *testing.T) {
	t.Parallel()
	in := []*recording.Entry{
		{Kind: recording.KindHeader, Seq: 1, Header: &recording.Header{Version: 1, Target: "http://gws", Stations: []recording.Station{{Agent: recording.Party{User: "a", Number: "1", Controlled: true}}}}},
		{Kind: recording.KindRest, Seq: 2, At: 0.25, Actor: "agent", Method: "POST", Path: "/me", Request: []byte(`{"a":1.0}`), Response: []byte(`{"statusCode":0}`), Headers: map[string]string{"Content-Type": "application/json"}},
		{Kind: recording.KindRest, Seq: 3, Problem: "reset: it broke", ResponseText: "<html>\u2028"},
		{Kind: recording.KindMessage, Seq: 4, Channel: "/x", Message: []byte("{\"channel\":\"/x\",\"data\":{\"t\":\"\xff\"}}")},
		{Kind: recording.KindMissed, Seq: 5, Waited: 1.5, Text: "Held"},
	}
	var file bytes.Buffer
	w := recording.NewWriter(&file)
	for _, e := range in {
		w.Write(e)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	out, err := read(file.String())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(in, out, cmpopts.IgnoreUnexported(recording.Entry{})); diff != "" {
		t.Error(diff)
	}
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestWriteErrorsStay(t *testing.T) {
	t.Parallel()
	w := recording.NewWriter(full{})
	w.Write(&recording.Entry{Kind: recording.KindNote, Text: strings.Repeat("x", 1<<16)})
	w.Write(&recording.Entry{Kind: recording.KindNote})
	if err := w.Flush(); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("%v", err)
	}
	w = recording.NewWriter(io.Discard)
	w.Write(&recording.Entry{Kind: recording.KindRest, Request: []byte("{")}) // no JSON: must not make a broken line
	if err := w.Flush(); err == nil {
		t.Error("a broken entry is no error")
	}
}

// Reading stops when nobody wants more.
func TestReadStops(t *testing.T) {
	t.Parallel()
	for e, err := range recording.Read(strings.NewReader(strings.Repeat(`{"kind":"note"}`+"\n", 3))) {
		if err != nil || e.Seq != 1 {
			t.Fatal("it went on")
		}
		break
	}
}

// FuzzRead holds that whatever is read is read the same after it was written, and that every error
// names its line.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"kind":"recording","at":0,"header":{"version":1}}` + "\n" + `{"kind":"note","at":1}`))
	f.Add([]byte(`{"kind":"message","message":{"channel":"/v2/me/calls","data":{"call":{"id":"1","state":"Held"}}}}`))
	f.Add([]byte(`{"kind":"rest","path":"/api/v2/me","response":[1,{"statusCode":"0"}],"headers":null}`))
	f.Add([]byte("\xef\xbb\xbf\n\n{\"kind\":\"gap\"}\r\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		var again bytes.Buffer
		w := recording.NewWriter(&again)
		var first []*recording.Entry
		for e, err := range recording.Read(bytes.NewReader(file)) {
			if err != nil {
				if !errors.Is(err, recording.ErrEmpty) && !strings.Contains(err.Error(), "line ") {
					t.Errorf("the error names no line: %v", err)
				}
				break
			}
			e.Accepted()
			_, _, _, _ = e.Operation(), e.State(), e.IsError(), e.Answer()
			first = append(first, e)
			w.Write(e)
		}
		if err := w.Flush(); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		second, err := read(again.String())
		if err != nil && len(first) > 0 {
			t.Fatalf("what was written cannot be read: %v\n%s", err, again.Bytes())
		}
		if len(first) != len(second) {
			t.Fatalf("%d entries became %d", len(first), len(second))
		}
	})
}

// The reader takes the same memory for each line, however long the recording is.
func BenchmarkRead(b *testing.B) {
	line := `{"kind":"message","seq":7,"at":1.5,"station":1,"actor":"agent","scenario":"transfer.sample-2","message":{"data":{"notificationType":"StatusChange","call":{"id":"011DJV5JI898NB2L04000VTAES000005","state":"Held","capabilities":["UpdateUserData","Hangup"],"duration":"36","mute":"Off"},"phoneNumber":"5005","messageType":"CallStateChangeMessage"},"channel":"/v2/me/calls"}}` + "\n"
	b.ReportAllocs()
	lines := 0
	for _, err := range recording.Read(io.LimitReader(&repeat{line: line}, int64(len(line)*b.N))) {
		if err != nil {
			b.Fatal(err)
		}
		lines++
	}
	b.ReportMetric(float64(lines)/b.Elapsed().Seconds(), "messages/s")
}

// repeat is a recording without end.
type repeat struct {
	line string
	at   int
}

func (r *repeat) Read(p []byte) (int, error) {
	n := copy(p, r.line[r.at:])
	r.at = (r.at + n) % len(r.line)
	return n, nil
}
