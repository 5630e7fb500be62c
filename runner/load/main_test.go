package load_test

import (
	"testing"

	"go.uber.org/goleak"
)

// Ginkgo leaves one goroutine behind for each suite that it has run.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/onsi/ginkgo/v2/internal/interrupt_handler.(*InterruptHandler).registerForInterrupts.func2"))
}
