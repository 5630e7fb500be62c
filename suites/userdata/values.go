package userdata

import (
	"maps"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/voicespec/voicespec/runner/spec"
)

// values sends every kind of user data to one call: the first while it rings, as a live server was seen
// to take it, the others while it is Established.
func values() {
	begin, last := kinds[0].name, kinds[len(kinds)-1].name
	Scenario("userdata.values", "User data of every kind is kept as it was sent", About("UpdateUserData"),
		Profiles("userdata"), Page("UpdateUserData", "parameters"),
		Play(func(s *Stage) {
			c := s.Dial(s.Caller, s.Agent, call, nil)
			for i, k := range kinds {
				if i == 1 {
					s.Answer(s.Agent, c)
				}
				change(s, c, k.name, "UpdateUserData", map[string]any{"userData": k.sent()}, k.pairs)
			}
		}),
		func() {
			for _, k := range kinds {
				It(k.title+" are kept", Check(k.name, k.requirement), func() {
					Expect(Request(k.name)).To(BeAccepted())
					Expect(Agent(call)).To(BeNotified(Since(k.name), Carrying(k.pairs), OtherThan(Released)))
				})
			}
			It("user data is notified in UTF-8", Check("utf-8", "MSG-12"), func() {
				Given(Request(begin)).To(BeAccepted())
				Expect(Case()).To(ComeAsUTF8())
			})
			It("pairs that an update does not name stay", Check("others-stay", "DATA-2"), func() {
				taken := allTaken()
				Given(Agent(call)).To(BeNotified(After(begin), OtherThan(Released)))
				Expect(Agent(call).Last(After(begin), OtherThan(Released))).To(HaveUserData(taken))
			})
			It("user data does not change the members of the call", Check("own-members", "DATA-5"), func() {
				// A pair that is called state is not the call's state.
				Given(Request(last)).To(BeAccepted())
				Expect(Agent(call)).To(StayIn(Established, After(last)))
			})
		})
}

// allTaken are the pairs of all kinds that were taken: what never came is found by the check of its kind.
func allTaken() map[string]any {
	all, n := map[string]any{}, 0
	for _, k := range kinds {
		if took(k.name, k.pairs) {
			maps.Copy(all, k.pairs)
			n++
		}
	}
	if n < 2 {
		NotPlayedOrBlocked("two changes of user data", "fewer than two changes of user data were notified")
	}
	return all
}
