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
	if c.Header.Suite != "" { // in a recording of others the next session may end a gap without a word
		c.gaps = append(c.gaps, lasting(gaps, station, from-reach)...)
	}
}

// lasting are the gaps of a station that had begun before a moment and did not end before it.
func lasting(gaps []*recording.Entry, station int, at float64) (open []*recording.Entry) {
	type session struct{ actor, browser string }
	last := map[session]*recording.Entry{}
	var order []session
	for _, g := range gaps {
		if g.At >= at || g.Station != station && g.Station != 0 || g.Event == "" {
			continue
		}
		k := session{g.Actor, g.Browser}
		if !slices.Contains(order, k) {
			order = append(order, k)
		}
		last[k] = g
	}
	for _, k := range order {
		if g := last[k]; g.Event == recording.GapBegins {
			open = append(open, g)
		}
	}
	return open
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
	if g := c.gapAt(f.Who, f.Browser, since); g != nil {
		return g
	}
	return c.gapBetween(f.Who, f.Browser, since, math.Inf(1))
}

// gapAt is a gap of a session of somebody that had begun before a moment and still lasted then; nil if there is none.
func (c *Case) gapAt(who, browser string, at float64) (lasts *recording.Entry) {
	for _, g := range c.gaps {
		if g.Actor != who && g.Actor != "" || g.Browser != browser || g.At > at {
			continue
		}
		switch g.Event {
		case recording.GapBegins:
			lasts = g
		case recording.GapEnds:
			lasts = nil
		}
	}
	if lasts != nil && browser == "" && slices.ContainsFunc(c.messages, func(m *recording.Entry) bool {
		return (m.Actor == who || who == "") && m.At > lasts.At && m.At <= at
	}) {
		return nil // the next session began
	}
	return lasts
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
