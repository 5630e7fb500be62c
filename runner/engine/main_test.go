package engine_test

import (
	"flag"
	"testing"

	"go.uber.org/goleak"
)

// Whatever a target does, a run leaves no goroutine behind.
func TestMain(m *testing.M) {
	flag.Parse()
	// The parallel tests wait for deadlines far more than they work.
	if err := flag.Set("test.parallel", "12"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}
