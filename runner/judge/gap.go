package judge

import (
	"fmt"
	"math"
	"slices"

	"github.com/voicespec/voicespec/runner/recording"
)

// reach is how long before and after a scenario a gap may hold what belongs to it, in seconds.
const reach = 5.0

// Beside adds the gaps of a whole recording: one that no scenario owns, or that was noticed while the next one was
// already played, may have swallowed what belongs to this.
func (c *Case) Beside(gaps []*recording.Entry) {
	if len(c.Entries) == 0 || len(gaps) == 0 {
		return
	}
	from, to := math.Inf(1), math.Inf(-1)
	station := 0
	for _, e := range c.Entries {
		from, to, station = min(from, e.At), max(to, e.At), max(station, e.Station)
	}
	for _, g := range gaps {
		if g.At >= from-reach && g.At <= to+reach && (g.Station == station || g.Station == 0) && !slices.Contains(c.gaps, g) {
			c.gaps = append(c.gaps, g)
		}
	}
}

// gapBetween is the first gap of a session of somebody between two moments, the second included; nil if there is none.
func (c *Case) gapBetween(who, browser string, from, to float64) *recording.Entry {
	for _, g := range c.gaps {
		if (g.Actor == who || g.Actor == "") && g.Browser == browser && g.At > from && g.At <= to {
			return g
		}
	}
	return nil
}

// gapsBefore counts the gaps of a person's own session before an entry.
func (c *Case) gapsBefore(e *recording.Entry) int {
	n := 0
	for _, g := range c.gaps {
		if (g.Actor == e.Actor || g.Actor == "") && g.Browser == "" && g.At <= e.At {
			n++
		}
	}
	return n
}

// Lost is the gap in which what did not come may have been lost; nil if there is none.
func (c *Case) Lost(f Finding) *recording.Entry {
	if !f.Absence() {
		return nil
	}
	since := math.Inf(-1)
	if f.After != nil {
		since = f.After.At
	}
	return c.gapBetween(f.Who, f.Browser, since, math.Inf(1))
}

// Gap is the ruling where something may have been lost: a recording that somebody made says itself that it has a hole, and
// of ours the target, or what stands before it, is the cause.
func (c *Case) Gap(g *recording.Entry) Ruling {
	reason := fmt.Sprintf("it may have been lost at %.3f s: %s", g.At, g.Text)
	if c.Header.Suite == "" {
		return untestable("%s", reason)
	}
	return blocked("%s", reason)
}
