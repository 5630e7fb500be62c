//go:build !race

package matrix_test

import (
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/matrix"
	"github.com/voicespec/voicespec/runner/reference"
)

// protocol are the topics that no walk is about: it logs in, subscribes, and asks for nothing that is malformed.
var protocol = []string{"AUTH", "BAYEUX", "SESSION", "ERR", "STATE"}

// The second column of the kill matrix: what walks find, which know no scenario. `make explored` tells it of all faults; here it is a part
// of them, drawn once, and walks find most of those that are about calls and devices.
func TestExploredFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	t.Parallel()
	const sample, least = 36, 15 // 22 were found when this was written
	faults := reference.Faults()
	whole := os.Getenv("VOICESPEC_EXPLORE") == "all"
	if !whole {
		faults = slices.DeleteFunc(faults, func(f reference.Fault) bool { return slices.Contains(protocol, topicOf(f.Requirement)) })
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(faults), func(i, j int) { faults[i], faults[j] = faults[j], faults[i] })
		faults = faults[:sample]
	}
	rows, err := matrix.Explored(t.Context(), faults, matrix.Walk{Seed: 1, Steps: 300}, matrix.Options{Event: matrix.Event, Workers: workers, Pool: pool})
	if err != nil {
		t.Fatal(err)
	}
	type count struct{ all, found, own int }
	kinds, total := map[string]*count{}, count{}
	for _, r := range rows {
		k := kinds[topicOf(r.Requirement)]
		if k == nil {
			k = &count{}
			kinds[topicOf(r.Requirement)] = k
		}
		for _, c := range []*count{k, &total} {
			c.all++
			if len(r.Explored) > 0 {
				c.found++
			}
			if slices.Contains(r.Explored, r.Requirement) {
				c.own++
			}
		}
		t.Logf("%-50s %-14s %s %s", r.Name, r.Requirement, strings.Join(r.Explored, " "), r.Note)
	}
	t.Logf("%d faults, %d found by a walk, %d of them by their own requirement", total.all, total.found, total.own)
	for topic, k := range kinds {
		t.Logf("%-12s %3d faults, %3d found, %3d by their own requirement", topic, k.all, k.found, k.own)
	}
	if !whole && total.found < least {
		t.Errorf("walks find %d of %d faults, not %d", total.found, total.all, least)
	}
}

func topicOf(requirement string) string {
	topic, _, _ := strings.Cut(requirement, "-")
	return topic
}
