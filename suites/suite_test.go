package suites_test

import (
	"flag"
	"os"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/suites"
)

var file = flag.String("config", os.Getenv("VOICESPEC_CONFIG"), "target file of the server to test; default: the reference server")

// TestSuite is what `go test ./suites` and `ginkgo ./suites` run: the whole suite, against the reference server or the
// server of a target file.
func TestSuite(t *testing.T) {
	var target *suites.Target
	if *file != "" {
		var err error
		if target, err = config.Load(*file, config.Overrides{}); err != nil {
			t.Fatal(err)
		}
	}
	voice := suites.Register(target)
	AfterSuite(func() { Expect(voice.Close()).To(Succeed()) })
	RegisterFailHandler(Fail)
	RunSpecs(t, "voicespec")
}
