package refusals

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/spec"
)

// MakesNoCall judges that nobody was notified of another call than before, however the cases were answered. Where one was taken
// that is judged by a requirement of its own, a call may have come of that.
func MakesNoCall(name, title, requirement, because string, cases ...Case) {
	It(title, spec.Check(name, requirement), func() {
		for _, c := range cases {
			if c.Requirement != requirement && spec.Sent(c.Label()) && spec.Request(c.Label()).Accepted() {
				spec.NotApplicable("%s was taken: that is judged by itself", c.Title)
			}
		}
		Expect(spec.Mistakes(named(cases)...)).To(spec.MakeNoCall(because))
	})
}
