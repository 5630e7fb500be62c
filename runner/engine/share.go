package engine

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/config"
)

// Share is one of several parts into which scenarios, and stations with them, are divided among processes. The zero value
// is everything.
type Share struct{ Index, Of int } // Index is 1 to Of

func (s Share) String() string {
	if s.Of == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.Index, s.Of)
}

// reduce leaves of a selection the scenarios of a share, and what is about the whole run: each process judges that of what
// it has played.
func (s *Suite) reduce(sel *selection, share Share) error {
	if share.Of == 0 {
		return nil
	}
	all := s.toPlay(sel)
	if len(all) < share.Of {
		return usagef("--share %s: the selection has %d scenarios, fewer than shares; start fewer processes", share, len(all))
	}
	weight, inStep := map[string]int{}, map[string]string{}
	for _, c := range s.Checks {
		weight[c.Scenario]++
	}
	// The heaviest first, each to whom has least yet: so shares differ by less than one scenario.
	order := make([]string, 0, len(all))
	for _, d := range all {
		order = append(order, d.ID)
		inStep[d.ID] = d.InStep
	}
	slices.SortStableFunc(order, func(a, b string) int { return weight[b] - weight[a] })
	load, shareOf := make([]int, share.Of), map[string]int{}
	sel.share = map[string]bool{}
	for _, id := range order {
		to, with := shareOf[inStep[id]]
		if !with {
			to = slices.Index(load, slices.Min(load))
		}
		shareOf[id] = to
		load[to] += weight[id]
		sel.share[id] = to+1 == share.Index
	}
	var mine []string
	for _, d := range s.Definitions {
		if d.Whole || sel.share[d.ID] {
			mine = append(mine, regexp.QuoteMeta(d.ID))
		}
	}
	sel.filter = strings.TrimPrefix(sel.filter+" && /^("+strings.Join(mine, "|")+")$/", " && ")
	for _, c := range s.Checks {
		if d := s.definition(c.Scenario); !d.Whole && !sel.share[d.ID] {
			delete(sel.checks, c.ID)
			delete(sel.scenarios, d.ID)
		}
	}
	return nil
}

// stations are those of a share: each process takes its own. A target file of one station is every process's own.
func (o Options) stations() (*config.Target, error) {
	n := len(o.Target.Stations)
	if o.Share.Of == 0 || o.Reference || n <= 1 {
		return o.Target, nil
	}
	if n < o.Share.Of {
		return nil, usagef("--share %s: the target file has %d stations; give it one for each process, or each process a file of one station", o.Share, n)
	}
	t := *o.Target
	t.Stations = nil
	for i := o.Share.Index - 1; i < n; i += o.Share.Of {
		t.Stations = append(t.Stations, o.Target.Stations[i])
	}
	return &t, nil
}
