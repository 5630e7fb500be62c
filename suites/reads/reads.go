// Package reads holds the scenario about reading calls: GET of a call and of the list of calls
// says what the notifications said, and nothing of others.
package reads

import (
	"fmt"

	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/scenario"
)

// unknownCall has the form of an id and is nobody's.
const unknownCall = "00000000000000000000000000000000"

// A moment is a situation in which the agent's calls are read: the roles of those that are live.
type moment struct {
	name  string
	roles []string
	title string // of the call read by itself
}

var moments = []moment{
	{"ringing", []string{original}, "a Ringing call"},
	{"established", []string{original}, "an Established call"},
	{"consulting", []string{original, consult}, "the calls of a consultation"},
}

const (
	original = "original"
	consult  = "consult"
)

// Scenarios of this area.
func Scenarios() []*scenario.Scenario {
	return []*scenario.Scenario{{
		ID: "reads.calls", Title: "What is read of calls, from Ringing to Released", Area: "reads", Profiles: []string{"calls"},
		Source: requirement.Source{Page: "RecoveringExistingState", Section: "GET /me/calls"},
		Script: script, Checks: checks(),
	}}
}

// script reads only after the notification of the last operation has come: then what is read can be
// compared with what was notified.
func script(s *play.Stage) {
	c := s.Dial(s.Caller, s.Agent, original, nil)
	read(s, moments[0], c)
	s.Answer(s.Agent, c)
	attach(s, c)
	read(s, moments[1], c)
	second := s.Consult(c, consult, "InitiateTransfer")
	if s.Destination.Controlled() {
		s.AwaitRinging(s.Destination, second)
	}
	read(s, moments[2], c, second)
	s.Get(s.Agent, "unknown", "/me/calls/"+unknownCall)
	s.Get(s.Caller, "foreign.call", "/me/calls/"+second.ID(s.Agent))
	s.Get(s.Caller, "foreign.uris", "/me/calls")
	s.Get(s.Caller, "foreign.list", "/me/calls?fields=*")
	hangUp(s, second)
	hangUp(s, c)
	s.Get(s.Agent, "released.call", "/me/calls/"+c.ID(s.Agent))
	s.Get(s.Agent, "released.uris", "/me/calls")
	s.Get(s.Agent, "released.list", "/me/calls?fields=*")
}

func read(s *play.Stage, m moment, calls ...*play.Call) {
	for _, c := range calls {
		s.Get(s.Agent, m.name+"."+c.Role, "/me/calls/"+c.ID(s.Agent))
	}
	s.Get(s.Agent, m.name+".uris", "/me/calls")
	s.Get(s.Agent, m.name+".list", "/me/calls?fields=*")
}

// attach gives the call user data to read. Whether that works is judged by its own scenarios.
func attach(s *play.Stage, c *play.Call) {
	const key, value = "VoicespecTopic", "reads"
	mark := s.Mark()
	if !s.Operate(s.Agent, "arrange.data", c, "UpdateUserData", map[string]any{"userData": map[string]any{key: value}}).Accepted() {
		return
	}
	s.Await(s.Agent, "user data", mark, func(e *recording.Entry) bool {
		data, _ := e.Call()["userData"].(map[string]any)
		return data[key] == value
	})
}

func hangUp(s *play.Stage, c *play.Call) {
	mark := s.Mark()
	e := s.Operate(s.Agent, fmt.Sprintf("arrange.hangup-%s", c.Role), c, "Hangup", nil)
	if !e.Accepted() && s.Seen(s.Agent, mark, s.InState(s.Agent, c, "Released")) == nil {
		s.Block("Hangup was refused: %s", play.Outcome(e))
	}
	if s.AwaitState(s.Agent, c, mark, "Released") == nil {
		s.Block("after Hangup the agent was not notified of Released")
	}
}
