package report_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/voicespec/voicespec/runner/report"
)

// FuzzReadJSON: no results.json panics, errors are a line, and what is read is read the same after it was written.
func FuzzReadJSON(f *testing.F) {
	for _, seed := range []string{
		"", "{}", "[]", `{"version":1,"checks":[]}`, `{"version":99,"checks":[]}`,
		`{"version":1,"checks":[{"id":"calls.hold.HOLD-1","outcome":"passed","level":"required","findings":[{"requirement":"HOLD-1","seq":4}]}]}`,
		`{"version":1,"checks":[{"id":"a","outcome":"excused","excuse":"later"}],"excuseProblems":["stale"]}`,
		`{"version":1,"checks":[{"id":"a","outcome":"passed"},{"id":"a","outcome":"failed"}]}`,
		`{"version":1,"checks":[{"id":"a","outcome":"excused"}],"checks":[]}`, `{"version":"1"}`, `{"version":1,"checks":[{"id":"a","outcome":"odd"}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		first, err := report.ReadJSON(bytes.NewReader(data))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "read results: ") {
				t.Errorf("%v", err)
			}
			return
		}
		var written bytes.Buffer
		if err := report.WriteJSON(&written, first); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		second, err := report.ReadJSON(bytes.NewReader(written.Bytes()))
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, written.Bytes())
		}
		var again bytes.Buffer
		if err := report.WriteJSON(&again, second); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(written.String(), again.String()); diff != "" {
			t.Error(diff)
		}
	})
}
