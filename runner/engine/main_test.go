package engine_test

import (
	"flag"
	"testing"

	"go.uber.org/goleak"
)

// Whatever a target does, a run leaves no goroutine behind.
func TestMain(m *testing.M) {
	flag.Parse()
	// The parallel tests wait for deadlines far more than they work. Ginkgo refuses to run where the
	// flag was set as one of the command line.
	if err := flag.Lookup("test.parallel").Value.Set("12"); err != nil {
		panic(err)
	}
	// Ginkgo leaves one goroutine behind for each suite that it has run.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/onsi/ginkgo/v2/internal/interrupt_handler.(*InterruptHandler).registerForInterrupts.func2"))
}
