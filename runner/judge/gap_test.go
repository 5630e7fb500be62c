package judge

import (
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

// What did not come may have been lost in a gap that began before its cause and went on, and not in one that had ended.
func TestLostInALastingGap(t *testing.T) {
	t.Parallel()
	gap := func(at float64, actor, event string) *recording.Entry {
		return &recording.Entry{Kind: recording.KindGap, At: at, Actor: actor, Event: event, Station: 1}
	}
	cause := &recording.Entry{Kind: recording.KindRest, At: 20, Actor: "agent", Station: 1}
	heard := &recording.Entry{Kind: recording.KindMessage, At: 19, Actor: "agent", Station: 1, Channel: "/v2/me/calls", Message: []byte(`{"data":{"call":{"id":"1"}}}`)}
	for name, tt := range map[string]struct {
		suite string
		own   []*recording.Entry // of the scenario
		all   []*recording.Entry // gaps of the recording
		lost  bool
	}{
		"none":                              {"1", nil, nil, false},
		"begun before":                      {"1", []*recording.Entry{gap(19, "agent", recording.GapBegins)}, nil, true},
		"begun long before":                 {"1", nil, []*recording.Entry{gap(1, "agent", recording.GapBegins)}, true},
		"of somebody else":                  {"1", nil, []*recording.Entry{gap(1, "caller", recording.GapBegins)}, false},
		"ended":                             {"1", nil, []*recording.Entry{gap(1, "agent", recording.GapBegins), gap(2, "agent", recording.GapEnds)}, false},
		"ended just before":                 {"1", []*recording.Entry{gap(18, "agent", recording.GapBegins), gap(19, "agent", recording.GapEnds)}, nil, false},
		"a moment before":                   {"1", []*recording.Entry{gap(19, "agent", "")}, nil, false},
		"notified since":                    {"1", []*recording.Entry{gap(18, "agent", recording.GapBegins), heard}, nil, false},
		"long before, in others' recording": {"", nil, []*recording.Entry{gap(1, "agent", recording.GapBegins)}, false},
	} {
		c := NewCase(&recording.Header{Suite: tt.suite}, "x", append(tt.own, cause))
		c.Beside(tt.all)
		f := Finding{Who: "agent", After: cause, Expected: "a notification", Observed: "it did not come"}
		if got := c.Lost(f) != nil; got != tt.lost {
			t.Errorf("%s: lost %t, want %t", name, got, tt.lost)
		}
	}
}
