package bayeux

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		if installed != "" {
			_ = os.RemoveAll(installed)
		}
		os.Exit(code)
	}))
}
