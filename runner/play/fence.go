package play

import (
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// noSuchResource is the statusCode of a call that is none of the agent's, or no more.
const noSuchResource = 6

// Fence has actors change user data of their call and waits until each is notified: notifications of one
// session keep their order, so what was caused before has arrived there by then. A check whose evidence
// is that something did not come needs one at the session where it would come, before anything is hung up.
// An actor whose change is refused has no such fence: a call that is gone has its Released to come, and then
// an error notification or a change is awaited as long as one that is missing.
func (s *Stage) Fence(name string, c *Call, actors ...*Actor) {
	mark, refused := s.Mark(), false
	values := map[*Actor]string{}
	var gone []*Actor
	for _, a := range actors {
		value := name
		if a != s.Agent {
			value += "." + a.Role
		}
		e := s.Operate(a, recording.Fence.Label(value), c, "UpdateUserData", map[string]any{"userData": map[string]any{recording.FenceKey: value}})
		if e.Accepted() {
			values[a] = value
			continue
		}
		refused = true
		if code, _ := e.StatusCode(); code == noSuchResource {
			gone = append(gone, a)
		}
	}
	for _, a := range actors {
		value, accepted := values[a]
		if !accepted {
			continue
		}
		s.Await(a, "fence", mark, func(e *recording.Entry) bool {
			return e.Type() == voice.AttachedDataChanged && voice.CallOf(e).UserData()[recording.FenceKey] == value
		})
	}
	for _, a := range gone {
		s.AwaitState(a, c, s.begin, "Released")
	}
	if refused {
		s.Settle()
	}
}

// Others are the people beside the agent who were notified of a call and not of its end: those at whose
// sessions something of it may still come.
func (s *Stage) Others(c *Call) []*Actor {
	var out []*Actor
	for _, a := range []*Actor{s.Caller, s.Destination} {
		last := s.Seen(a, s.begin, func(e *recording.Entry) bool { return !e.IsError() && c.about(a, e) })
		if a.Controlled() && last != nil && last.State() != "Released" {
			out = append(out, a)
		}
	}
	return out
}
