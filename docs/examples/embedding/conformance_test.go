package embedding_test

import (
	"testing"

	"github.com/voicespec/voicespec/suites"

	"example.com/embedding"
)

// Each check is a subtest, so that `go test -run TestVoiceAPI/transfer.sample-2` shows just these.
func TestVoiceAPI(t *testing.T) {
	target, err := embedding.Target()
	if err != nil {
		t.Fatal(err)
	}
	suites.Test(t, target, suites.Only("transfer && required"))
}
