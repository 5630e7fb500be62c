package hostsuite_test

import (
	"os"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// The host's own specs stand beside those of voicespec; each fails by its own fail handler. HOST_FAILS breaks this one, to
// show that it is seen.
var _ = Describe("the host", Label("host"), func() {
	It("has specs of its own", func() {
		Expect(os.Getenv("HOST_FAILS")).To(BeEmpty(), "the host is broken")
	})
})
