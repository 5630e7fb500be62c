package engine_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/suites"
)

// What only the target file claims, or only the server lists, is noted in every report and said by doctor; where both say the
// same, or the file leaves it to the server, nothing is.
func TestFeaturesOfOneSide(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		listed, claimed []string
		want            []string
	}{
		"only the file":   {[]string{}, []string{"api-voice", "api-voice-recording"}, []string{"target file claims api-voice-recording"}},
		"only the server": {[]string{"api-supervisor-monitoring"}, []string{"api-voice"}, []string{"server lists api-supervisor-monitoring"}},
		"both":            {[]string{"api-voice-recording"}, []string{"api-voice", "api-voice-recording"}, nil},
		"no file":         {[]string{"api-voice-recording"}, nil, nil},
	} {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			_, target := start(t, reference.Options{Features: x.listed}, 1)
			target.Features = x.claimed
			out, err := suites.Run(t.Context(), engine.Options{Target: target, Globs: []string{"session.me"}, SideBySide: true})
			if err != nil {
				t.Fatal(err)
			}
			found, err := engine.Doctor(t.Context(), engine.Options{Target: target})
			if err != nil {
				t.Fatal(err)
			}
			var said []string
			for _, f := range found {
				said = append(said, f.Detail)
			}
			for where, texts := range map[string][]string{"report": out.Report.Notes, "doctor": said} {
				for _, want := range x.want {
					if !slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, want) }) {
						t.Errorf("%s does not say %q: %q", where, want, texts)
					}
				}
			}
			if len(out.Report.Notes) != len(x.want) {
				t.Errorf("notes: %q", out.Report.Notes)
			}
		})
	}
}
