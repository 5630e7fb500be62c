package play

import (
	"encoding/json"
	"testing"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/recording"
)

// A live server lists supervision for plain agents, whose devices do not offer it.
func TestLacks(t *testing.T) {
	t.Parallel()
	answer := func(body string) *recording.Entry {
		return &recording.Entry{Kind: recording.KindRest, Actor: "agent", Response: json.RawMessage(body)}
	}
	notice := func(capabilities string) *recording.Entry {
		return &recording.Entry{Kind: recording.KindMessage, Actor: "agent", Message: json.RawMessage(`{"channel":"/v2/me/devices","data":{"devices":[{"id":"d-1","capabilities":` + capabilities + `}]}}`)}
	}
	for _, x := range []struct {
		name    string
		claimed []string // by the target file
		listed  []string // by the server
		seen    *recording.Entry
		lacks   bool
	}{
		{"not listed", nil, []string{"api-voice"}, nil, true},
		{"listed for a plain agent", nil, []string{Monitoring}, answer(`{"user":{"roles":["ROLE_AGENT"],"devices":[{"id":"D-1","capabilities":["DoNotDisturbOn"]}]}}`), true},
		{"listed for a supervisor", nil, []string{Monitoring}, answer(`{"user":{"roles":["ROLE_AGENT","ROLE_SUPERVISOR"]}}`), false},
		{"offered by the device", nil, []string{Monitoring}, answer(`{"user":{"roles":["ROLE_AGENT"],"devices":[{"id":"D-1","capabilities":["ListenIn"]}]}}`), false},
		{"offered once the device is active", nil, []string{Monitoring}, notice(`["Coach","BargeIn"]`), false},
		{"offered by another device", nil, []string{Monitoring}, answer(`{"devices":[{"id":"D-2","capabilities":["ListenIn"]}]}`), true},
		{"claimed by the target file", []string{Monitoring}, []string{Monitoring}, nil, false},
	} {
		run := &Run{Target: &config.Target{Features: x.claimed}, Features: x.listed}
		s := &Station{run: run, tape: recording.NewLog(nil).Tape(1), Actors: map[string]*Actor{"agent": {Role: "agent", Device: "D-1"}}}
		s.Actors["agent"].station = s
		if x.seen != nil {
			s.tape.Append(x.seen)
		}
		if why := s.Lacks(Monitoring); (why != "") != x.lacks {
			t.Errorf("%s: %q", x.name, why)
		}
	}
}
