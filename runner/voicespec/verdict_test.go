package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/result"
)

// fewLines is a recording of which two rules can be judged.
const fewLines = `{"kind":"rest","at":0,"actor":"agent","method":"GET","path":"/me/calls","status":200,"headers":{"Content-Type":"application/json"},"response":{"statusCode":0,"uris":[]}}
`

// "Conforms" is said of a whole: a selection or a recording conforms in part, in every report, and is no failure unless a
// complete run was asked for.
func TestConformsInPart(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, asked string
		args        []string
		outcome     result.Verdict
		code        int
	}{
		{"everything", "everything", []string{"run"}, result.Conforms, 0},
		{"everything, complete", "everything", []string{"run", "--complete"}, result.Conforms, 0},
		{"one scenario", "--run session.me", []string{"run", "--run", "session.me"}, result.ConformsInPart, 0},
		{"one scenario, complete", "--run session.me", []string{"run", "--run", "session.me", "--complete"}, result.ConformsInPart, 1},
		{"a profile", "--profile session", []string{"run", "--profile", "session"}, result.ConformsInPart, 0},
		{"labels", "--label-filter SESSION-1", []string{"run", "--label-filter", "SESSION-1"}, result.ConformsInPart, 0},
		{"a recording", "recording few.ndjson everything", []string{"verify", "few.ndjson", "--report-dir", "voicespec-report"}, result.ConformsInPart, 0},
		{"a recording, complete", "recording few.ndjson", []string{"verify", "few.ndjson", "--complete", "--report-dir", "voicespec-report"}, result.ConformsInPart, 1},
	} {
		t.Run(strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			c := newCommand(t, tt.args...)
			if err := os.WriteFile(filepath.Join(c.Dir, "few.ndjson"), []byte(fewLines), 0o600); err != nil {
				t.Fatal(err)
			}
			if code := c.call(t); code != tt.code {
				t.Fatalf("exit code %d, want %d\n%s%s", code, tt.code, c.out.String(), c.err.String())
			}
			r := c.results(t)
			if r.Outcome != tt.outcome || r.RequirementSet == nil || r.RequirementSet.Checks != len(r.Checks) || !strings.HasPrefix(r.RequirementSet.Digest, "sha256:") {
				t.Errorf("outcome %s, set %+v", r.Outcome, r.RequirementSet)
			}
			part := "conforms in part: "
			if tt.outcome == result.Conforms {
				part = "conforms"
			}
			if (len(r.NotJudged) > 0) != (r.Outcome == result.ConformsInPart) {
				t.Errorf("not judged: %+v", r.NotJudged)
			}
			texts := map[string]string{"the console": c.out.String()}
			for _, name := range []string{"report.html", "summary.md", "junit.xml"} {
				text, err := os.ReadFile(filepath.Join(c.Dir, "voicespec-report", name))
				if err != nil {
					t.Fatal(err)
				}
				texts[name] = string(text)
			}
			for name, text := range texts {
				want := part
				switch {
				case name == "junit.xml" && r.Outcome == result.ConformsInPart:
					want = `name="not-judged" value="`
				case name == "junit.xml":
					want = `name="outcome" value="conforms"`
				}
				if !strings.Contains(text, want) || name != "the console" && !strings.Contains(text, tt.asked) {
					t.Errorf("%s says neither %q nor what was asked for, %q", name, want, tt.asked)
				}
				if tt.outcome == result.ConformsInPart && strings.Contains(text, "✅") {
					t.Errorf("%s has a green tick", name)
				}
			}
		})
	}
}
