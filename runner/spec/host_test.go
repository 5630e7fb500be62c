package spec

import (
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/extensions/globals"
)

// Specs of a host stay beside ours, and what is registered is known without a second suite.
func TestAttach(t *testing.T) {
	defer reset()
	globals.Reset()
	if Hosting() {
		t.Error("there are specs before any was registered")
	}
	ginkgo.Describe("the host", func() { ginkgo.It("has specs", func() {}) })
	if !Hosting() {
		t.Error("the host's specs are not seen")
	}
	c, err := Attach(func() {
		Scenario("session.end", "End", PlayedLast, Play(func(*Stage) {}), func() { ginkgo.It("ends", Check("ends", "HTTP-1"), func() {}) })
		Scenario("invariants", "Always", OfTheWholeRun, func() { ginkgo.It("holds", Check("holds", "HTTP-1"), func() {}) })
		Scenario("calls.hold", "Hold", Play(func(*Stage) {}), func() { ginkgo.It("is held", Check("held", "HTTP-1"), func() {}) })
	}, Options{})
	if err != nil || len(c.Definitions) != 3 {
		t.Fatalf("%d scenarios, %v", len(c.Definitions), err)
	}
	for range 2 { // a host may look at its tree before it runs it
		var order []string
		for _, s := range ginkgo.PreviewSpecs("host").SpecReports {
			order = append(order, s.LeafNodeText)
		}
		if got := strings.Join(order, ", "); len(order) != 4 || !strings.HasSuffix(got, "ends, holds") {
			t.Errorf("specs run in the order %s", got)
		}
		if len(c.Checks) != 3 || strings.Join(c.Checks[0].Labels, " ") == "" {
			t.Errorf("the catalogue holds %+v", c.Checks)
		}
	}
	if _, err := Run(func() {}, Options{}); err == nil || !strings.Contains(err.Error(), "is registered in this process's own Ginkgo suite") {
		t.Errorf("a run that would take the host's specs away: %v", err)
	}
}
