package refusals

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/spec"
)

// MakesNoCall judges that nobody was notified of another call than before, however the cases were answered.
func MakesNoCall(name, title, requirement, because string, cases ...Case) {
	It(title, spec.Check(name, requirement), func() {
		Expect(spec.Mistakes(named(cases)...)).To(spec.MakeNoCall(because))
	})
}
