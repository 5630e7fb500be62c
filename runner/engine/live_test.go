package engine_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/voicespec/voicespec/suites"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// logLine is one line of the anonymised recordings of live servers, which stay outside the repository.
type logLine struct {
	At           string          `json:"at"`
	Kind         string          `json:"kind"`
	Method       string          `json:"method"`
	Path         string          `json:"path"`
	Status       int             `json:"status"`
	Request      json.RawMessage `json:"request"`
	Response     json.RawMessage `json:"response"`
	ResponseText string          `json:"response_text"`
	Channel      string          `json:"channel"`
	Data         json.RawMessage `json:"data"`
}

// convert does what docs/recording.md says to people with a foreign log, and no more.
func convert(t *testing.T, file string) []byte {
	t.Helper()
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var out bytes.Buffer
	w := recording.NewWriter(&out)
	var first time.Time
	at := 0.0
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 8<<20)
	for lines.Scan() {
		var l logLine
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		if stamp, err := time.Parse("2006-01-02 15:04:05.000", l.At); err == nil {
			if first.IsZero() {
				first = stamp
			}
			at = stamp.Sub(first).Seconds()
		}
		e := &recording.Entry{At: at, Actor: "agent"}
		switch l.Kind {
		case "rest":
			e.Kind, e.Method, e.Path, e.Status = recording.KindRest, l.Method, l.Path, l.Status
			e.Request, e.Response = notNull(l.Request), notNull(l.Response)
		case "message":
			e.Kind, e.Channel = recording.KindMessage, l.Channel
			e.Message, err = json.Marshal(map[string]any{"channel": l.Channel, "data": l.Data})
			if err != nil {
				t.Fatal(err)
			}
		default:
			continue // fragments of source comments: no exchange around them
		}
		w.Write(e)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func notNull(raw json.RawMessage) json.RawMessage {
	if string(raw) == "null" {
		return nil
	}
	return raw
}

// shared finds a folder beside the checkout; the test is skipped where it is not there.
func shared(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no %s beside the checkout", name)
	}
	return dir
}

// A genuine server sent these recordings: a required failure would be a false alarm.
func TestLiveRecordingsRaiseNoRequiredFailure(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shared(t, "live"), "*.ndjson"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	// The phones' side of the same calls: SIP messages, which are no recording of the Voice API.
	files = slices.DeleteFunc(files, func(f string) bool { return strings.HasPrefix(filepath.Base(f), "sip-") })
	if len(files) == 0 {
		t.Fatal("all recordings are of SIP")
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".ndjson"), func(t *testing.T) {
			out, err := suites.Verify(t.Context(), bytes.NewReader(convert(t, file)), engine.Options{})
			if err != nil {
				t.Fatal(err)
			}
			judged := 0
			for _, c := range out.Report.Checks {
				switch c.Outcome {
				case result.Passed:
					judged++
				case result.Failed:
					if c.Level == requirement.Required {
						t.Errorf("required failure:\n%s", c.Message)
					}
					t.Logf("%s failure:\n%s", c.Level, c.Message)
				case result.Blocked, result.NotSelected, result.NotApplicable:
					t.Errorf("%s is %s: %s", c.ID, c.Outcome, c.Message)
				default:
				}
			}
			if want := judged == 0; want != (out.Report.Outcome == result.NotTested) {
				t.Errorf("%d checks judged, outcome %s: a recording that holds nothing to judge is not tested", judged, out.Report.Outcome)
			}
			t.Logf("%d checks judged", judged)
		})
	}
}
