// Package userdata holds the scenarios about a call's user data that no page shows as a sample:
// values of every kind, changes that must leave the other pairs alone, and what must be refused.
//
// AttachedDataChanged may come unasked, and both agents' ends may be told of one change. So a change
// is judged by some notification after the request that carries it, and by the last state.
package userdata

import (
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	. "github.com/voicespec/voicespec/runner/spec"
)

// Specs registers the scenarios of this area.
func Specs() {
	changes()
	refused()
	values()
}

const call = "original"

// change posts a user data operation and, where it is accepted, waits until the call carries pairs.
func change(s *Stage, c *play.Call, label, operation string, params, pairs map[string]any) {
	mark := s.Mark()
	if s.Operate(s.Agent, label, c, operation, params).Accepted() {
		carries := Meeting(Carrying(pairs))
		s.Await(s.Agent, "user data", mark, func(e *recording.Entry) bool { return e.CallID() == c.ID(s.Agent) && carries(e) })
	}
}

// took reports whether an operation was accepted and its pairs were notified.
func took(label string, pairs map[string]any) bool {
	return Sent(label) && Request(label).Accepted() && Agent(call).Any(Since(label), Carrying(pairs), OtherThan(Released))
}
