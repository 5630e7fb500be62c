package engine_test

import (
	"testing"

	"go.uber.org/goleak"
)

// Whatever a target does, a run leaves no goroutine behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
