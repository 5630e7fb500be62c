package userdata

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/voicespec/voicespec/runner/spec"
)

var (
	first  = map[string]any{"VsCase": "4711", "VsSegment": "Gold"}
	again  = map[string]any{"VsCase": "4712"}
	update = map[string]any{"VsSegment": "Platinum"}
)

// changes attaches, attaches again, updates, deletes what is not there, and lets the call end.
func changes() {
	Scenario("userdata.changes", "User data from the first pair to Released", About("AttachUserData", "UpdateUserData", "DeleteUserDataPair"),
		Profiles("userdata"), Page("AttachUserData", "overview"), Play(playChanges), func() {
			It("a key that is attached twice has the new value", Check("attached-twice", "DATA-8"), func() {
				Expect(Request("attach-again")).To(BeAccepted())
				Expect(Agent(call)).To(BeNotified(Since("attach-again"), Carrying(again)))
			})
			It("an update changes the pair that it names and no other", Check("updated", "DATA-2"), func() {
				wanted := update
				if took("attach-again", again) {
					wanted = merged(again, update)
				}
				Expect(Request("update")).To(BeAccepted())
				Expect(Agent(call)).To(BeNotified(Since("update"), Carrying(wanted)))
			})
			It("deleting a pair that is not there deletes no other", Check("delete-missing", "DATA-3"), func() {
				// The switch is not bound to show user data in Released (DATA-7): only a call that is up tells.
				Expect(Agent(call)).To(KeepKeys(first, "delete-missing", Established))
			})
			It("user data is still there when the call is Released", Check("released", "DATA-7"), func() {
				Given(Agent(call)).To(BeNotified(Released, Since("hangup")))
				Expect(Agent(call)).To(KeepKeys(first, "hangup", Released))
			})
		})
}

func playChanges(s *Stage) {
	c := s.Inbound(call)
	change(s, c, "attach", "AttachUserData", map[string]any{"userData": first}, first)
	change(s, c, "attach-again", "AttachUserData", map[string]any{"userData": again}, again)
	change(s, c, "update", "UpdateUserData", map[string]any{"userData": update}, update)
	// The key begins another one. Whether it is accepted, refused, or notified is left open; that nothing else is lost shows at the end.
	s.Operate(s.Agent, "delete-missing", c, "DeleteUserDataPair", map[string]any{"key": "VsSeg"})
	mark := s.Mark()
	if s.Operate(s.Agent, "hangup", c, "Hangup", nil).Accepted() {
		s.AwaitState(s.Agent, c, mark, "Released")
	}
}
