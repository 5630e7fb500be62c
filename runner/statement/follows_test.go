package statement

import (
	"testing"

	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

func TestRequirementSetOfARelease(t *testing.T) {
	t.Parallel()
	frozen := []requirement.Frozen{{Release: "0.1.0", Digest: "sha256:aa", Requirements: 2, Checks: 3}}
	for _, tt := range []struct {
		set  result.RequirementSet
		good bool
	}{
		{result.RequirementSet{Name: "0.1.0", Digest: "sha256:aa", Requirements: 2, Checks: 3}, true},
		{result.RequirementSet{Name: "0.1.0", Digest: "sha256:bb", Requirements: 2, Checks: 3}, false},
		{result.RequirementSet{Name: "0.1.0", Digest: "sha256:aa", Requirements: 2, Checks: 2}, false},
		{result.RequirementSet{Name: "0.2.0", Digest: "sha256:bb", Requirements: 2, Checks: 3}, true},
		{result.RequirementSet{Name: requirement.Unreleased, Digest: "sha256:bb", Requirements: 1, Checks: 1}, true},
	} {
		if said := differentSet(frozen, &tt.set); (len(said) == 0) != tt.good {
			t.Errorf("%+v: %q", tt.set, said)
		}
	}
}
