package suites_test

import (
	"flag"
	"os"
	"path/filepath"
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
		if target, err = config.Load(place(*file), config.Overrides{}); err != nil {
			t.Fatal(err)
		}
		for _, note := range target.Notes {
			t.Log(note)
		}
	}
	voice := suites.Register(target)
	AfterSuite(func() { Expect(voice.Close()).To(Succeed()) })
	RegisterFailHandler(Fail)
	RunSpecs(t, "voicespec")
}

// place is where a target file is: go test and ginkgo run this in the package's folder, while people name files from the
// module's.
func place(name string) string {
	if above := filepath.Join("..", name); !filepath.IsAbs(name) {
		if _, err := os.Stat(name); err != nil {
			return above
		}
	}
	return name
}
