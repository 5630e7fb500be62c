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
		{"as it was called", Options{Command: []string{"bin/voicespec", "run", "--fault", "held-after-dialing"}}, "bin/voicespec run --fault held-after-dialing --run a.b.c"},
		{"a word with blanks and a quote", Options{Command: []string{"./it's here/voicespec", "run"}}, `'./it'\''s here/voicespec' run --run a.b.c`},
		{"a host, with a target file", Options{Target: target}, "voicespec run --config 'my target.yaml' --run a.b.c"},
		{"a host, the reference server", Options{Target: target, Reference: true}, "voicespec run --run a.b.c"},
	} {
		if got := rerun(c.o, "a.b.c"); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
