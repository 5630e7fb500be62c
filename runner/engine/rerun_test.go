package engine

import (
	"testing"

	"github.com/voicespec/voicespec/runner/config"
)

func TestRerun(t *testing.T) {
	target := &config.Target{URL: "https://gws/x", File: "my target.yaml"}
	for _, c := range []struct {
		name string
		o    Options
		want string
	}{
		{"the reference server", Options{Reference: true, Fault: "held-after-dialing", Seed: 3}, "voicespec run --run a.b.c --fault held-after-dialing --seed 3"},
		{"a target file", Options{Target: target}, "voicespec run --run a.b.c --config 'my target.yaml' --target https://gws/x"},
		{"a recording", Options{Target: &config.Target{URL: "recording run.ndjson"}, Recording: "run.ndjson"}, "voicespec verify run.ndjson --run a.b.c"},
		{"a recording with a quote in its name", Options{Recording: "it's.ndjson"}, `voicespec verify 'it'\''s.ndjson' --run a.b.c`},
		{"stdin", Options{Recording: "-"}, "voicespec verify - --run a.b.c"},
	} {
		if got := rerun(c.o, "a.b.c"); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
