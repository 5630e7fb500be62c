package requirement

import (
	"fmt"
	"sync"

	"github.com/goccy/go-yaml"

	"github.com/voicespec/voicespec/fixtures"
)

// Frozen is the requirement set of a release: what it asked of a server never changes.
type Frozen struct {
	Release      string `yaml:"release"`
	Digest       string `yaml:"digest"`
	Requirements int    `yaml:"requirements"`
	Checks       int    `yaml:"checks"`
}

// Releases are the frozen requirement sets, the oldest first.
var Releases = sync.OnceValues(func() ([]Frozen, error) {
	var list []Frozen
	if err := yaml.UnmarshalWithOptions(fixtures.Releases, &list, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("read releases.yaml: %s", yaml.FormatError(err, false, true))
	}
	return list, nil
})

// Unreleased names a requirement set that no release has frozen.
const Unreleased = "unreleased"

// Release names the release whose requirement set has a digest.
func Release(digest string) string {
	list, err := Releases()
	if err != nil {
		return Unreleased
	}
	for _, f := range list {
		if f.Digest == digest {
			return f.Release
		}
	}
	return Unreleased
}
