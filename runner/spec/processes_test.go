package spec

import (
	"encoding/json"
	"testing"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/outcome"
	"github.com/voicespec/voicespec/runner/recording"
)

// What processes have recorded side by side is folded for each by itself: another user in the same role is no deviation there, and is
// one within a recording.
func TestOutcomesOfProcesses(t *testing.T) {
	t.Parallel()
	read := func(at float64, id string) *recording.Entry {
		return &recording.Entry{Kind: recording.KindRest, At: at, Actor: "agent", Method: "GET", Path: "/me", Status: 200,
			Response: json.RawMessage(`{"statusCode":0,"user":{"id":"` + id + `"}}`)}
	}
	one, two := &recording.Header{Stations: make([]recording.Station, 1)}, &recording.Header{Stations: make([]recording.Station, 1)}
	for name, x := range map[string]struct {
		second *recording.Header
		found  int
	}{"two processes": {two, 0}, "one": {one, 1}} {
		w := &Whole{Outside: []*judge.Case{
			judge.NewCase(one, "", []*recording.Entry{read(1, "ann")}), judge.NewCase(x.second, "", []*recording.Entry{read(2, "bob")}),
		}}
		found, due := w.outcome().Of(outcome.Rule{Requirement: "SESSION-1"})
		if len(found) != x.found || due != 2 {
			t.Errorf("%s: %d times due, %v", name, due, found)
		}
	}
}
