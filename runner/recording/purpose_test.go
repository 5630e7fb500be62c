package recording_test

import (
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

func TestPurpose(t *testing.T) {
	t.Parallel()
	for label, want := range map[string]recording.Purpose{
		"connect.me": recording.Connect, "arrange.dial": recording.Arrange, "refusal.path-1": recording.Refusal, "fence.x": recording.Fence,
		"clean.hangup": recording.Clean, "hold": recording.Act, "cell.held.Hold": recording.Act, "arranged": recording.Act, "": "",
	} {
		if got := recording.PurposeOf(label); got != want {
			t.Errorf("%s is for %q", label, got)
		}
	}
	for _, p := range []recording.Purpose{recording.Connect, recording.Arrange, recording.Act, recording.Refusal, recording.Fence, recording.Clean} {
		if label := p.Label("x"); recording.PurposeOf(label) != p {
			t.Errorf("%s is not for %s", label, p)
		}
	}
}

// A recording of an earlier version has labels and no purposes; what a line says of it stands.
func TestPurposeIsRead(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]recording.Purpose{
		`{"kind":"rest","at":1,"step":"clean.hangup"}`:                 recording.Clean,
		`{"kind":"rest","at":1,"step":"hold"}`:                         recording.Act,
		`{"kind":"rest","at":1,"step":"dial-up","purpose":"arrange"}`:  recording.Arrange,
		`{"kind":"rest","at":1}`:                                       "",
		`{"kind":"note","at":1,"step":"clean.hangup","text":"remark"}`: "",
	} {
		for e, err := range recording.Read(strings.NewReader(line)) {
			if err != nil || e.Purpose != want {
				t.Errorf("%s is for %q (%v)", line, e.Purpose, err)
			}
		}
	}
}
