package reads

import (
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	. "github.com/voicespec/voicespec/runner/spec"
)

// unknownCall has the form of an id and is nobody's.
const unknownCall = "00000000000000000000000000000000"

// data gives the call something to read.
var data = map[string]any{"VoicespecTopic": "reads"}

// script reads only after the notification of the last operation has come: then what is read can be
// compared with what was notified.
func script(s *Stage) {
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
	s.GetAll(s.Agent, play.Read{Step: "named", Path: "/me?subresources=devices,calls"}, ofCall("unknown", unknownCall))
	s.GetAll(s.Agent, play.Read{Step: "slash.user", Path: "/me/?subresources=*"}, play.Read{Step: "slash.list", Path: "/me/calls/?fields=*"})
	s.GetAll(s.Caller, readsOf("foreign", ofCall("foreign.call", second.ID(s.Agent)))...)
	hangUp(s, second)
	hangUp(s, c)
	s.GetAll(s.Agent, readsOf("released", ofCall("released.call", c.ID(s.Agent)))...)
}

func read(s *Stage, m moment, calls ...*play.Call) {
	var each []play.Read
	for _, c := range calls {
		each = append(each, ofCall(m.name+"."+c.Role, c.ID(s.Agent)))
	}
	s.GetAll(s.Agent, readsOf(m.name, each...)...)
}

func ofCall(label, id string) play.Read { return play.Read{Step: label, Path: "/me/calls/" + id} }

// readsOf are reads of single calls, and those of all.
func readsOf(name string, each ...play.Read) []play.Read {
	return append(each, play.Read{Step: name + uris, Path: "/me/calls"}, play.Read{Step: name + resources, Path: "/me/calls?fields=*"},
		play.Read{Step: name + recovery, Path: "/me?subresources=*"})
}

// attach gives the call user data to read. Whether that works is judged by its own scenarios.
func attach(s *Stage, c *play.Call) {
	mark := s.Mark()
	if s.Operate(s.Agent, recording.Arrange.Label("data"), c, "UpdateUserData", map[string]any{"userData": data}).Accepted() {
		s.Await(s.Agent, "user data", mark, Meeting(Carrying(data)))
	}
}

func hangUp(s *Stage, c *play.Call) {
	mark := s.Mark()
	e := s.Operate(s.Agent, recording.Arrange.Label("hangup-"+c.Role), c, "Hangup", nil)
	if !e.Accepted() && s.Seen(s.Agent, mark, s.InState(s.Agent, c, "Released")) == nil {
		s.Block("Hangup was refused: %s", play.Outcome(e))
	}
	if s.AwaitState(s.Agent, c, mark, "Released") == nil {
		s.Block("after Hangup the agent was not notified of Released")
	}
}
