package userdata

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/play"
	. "github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/suites/internal/refusals"
)

var (
	before = map[string]any{"VsBefore": "refusals", "VsStays": "yes"}
	after  = map[string]any{"VsAfter": "refusals"}
)

// bad are user data operations without their parameter or with one of the wrong type.
var bad = []refusals.Case{
	refusals.Post("update-nothing", "UpdateUserData without userData", "DATA-6", "UpdateUserData", nil, 1),
	wrongType("update-text", "UpdateUserData with a text as userData", "UpdateUserData", "userData", "VsText"),
	wrongType("update-list", "UpdateUserData with a list as userData", "UpdateUserData", "userData", []any{"VsList"}),
	wrongType("update-number", "UpdateUserData with a number as userData", "UpdateUserData", "userData", 1),
	refusals.Post("attach-nothing", "AttachUserData without userData", "DATA-21", "AttachUserData", nil, 1),
	wrongType("attach-text", "AttachUserData with a text as userData", "AttachUserData", "userData", "VsText"),
	refusals.Post("delete-pair-nothing", "DeleteUserDataPair without key", "DATA-6", "DeleteUserDataPair", nil, 1),
	refusals.Post("delete-pair-null", "DeleteUserDataPair with null as key", "DATA-6", "DeleteUserDataPair", map[string]any{"key": nil}, 1, 2, 10),
	wrongType("delete-pair-object", "DeleteUserDataPair with an object as key", "DeleteUserDataPair", "key", map[string]any{"VsStays": ""}),
	refusals.Post("delete-pair-list", "DeleteUserDataPair with a list as key", "ERR-16", "DeleteUserDataPair",
		map[string]any{"key": []any{"VsNobodys"}}, 1, 2, 10),
}

func wrongType(name, title, operation, parameter string, value any) refusals.Case {
	return refusals.Post(name, title, "DATA-6", operation, map[string]any{parameter: value}, 1, 2, 10)
}

// refused changes user data before and after: a refused change may be done without being notified, so it is the next
// change's notification that shows it.
func refused() {
	Scenario("userdata.refusals", "What user data operations must refuse", About("AttachUserData", "UpdateUserData", "DeleteUserDataPair"),
		Profiles("userdata", "errors"), Page("UpdateUserData", "parameters"),
		Play(func(s *Stage) {
			established := func() *play.Call { return s.Inbound(call) }
			c := established()
			change(s, c, "before", "UpdateUserData", map[string]any{"userData": before}, before)
			c = refusals.Play(s, c, "Established", established, bad...)
			change(s, c, "after", "UpdateUserData", map[string]any{"userData": after}, after)
		}),
		func() {
			refusals.Specs(bad...)
			It("what is refused leaves the user data alone", Check("unchanged", "DATA-6"), func() {
				Given(Request("before")).To(BeAccepted())
				Given(Request("after")).To(BeAccepted())
				Given(Agent(call)).To(BeNotified(Since("before"), Carrying(before)))
				Expect(Agent(call).First(Since("after"), Carrying(after))).To(HaveUserData(before))
			})
		})
}
