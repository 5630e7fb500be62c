// Package embedding shows how a project tests its own server with voicespec: as a Go test (conformance_test.go), in a
// Ginkgo suite of its own (hostsuite), and by performances that are judged one by one (soak). It is explained in
// docs/embedding.md of voicespec.
package embedding

import (
	"os"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/suites"
)

// Target is the server to test: that of the target file which VOICESPEC_CONFIG names, or else nil, which is voicespec's
// own reference server. A project that starts its server in the test fills in a suites.Target instead.
func Target() (*suites.Target, error) {
	file := os.Getenv("VOICESPEC_CONFIG")
	if file == "" {
		return nil, nil //nolint:nilnil // nil is the reference server
	}
	return config.Load(file, config.Overrides{})
}
