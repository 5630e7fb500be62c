package hostsuite_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/suites"

	"example.com/embedding"
)

func TestHost(t *testing.T) {
	target, err := embedding.Target()
	if err != nil {
		t.Fatal(err)
	}
	voice := suites.Register(target)
	AfterSuite(func() { Expect(voice.Close()).To(Succeed()) })
	RegisterFailHandler(Fail)
	RunSpecs(t, "the host's suite")
}
