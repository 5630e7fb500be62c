package episode

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/voicespec/voicespec/runner/recording"
)

// GiveUp gives up what is open and began before a time: it is too much to be kept, and is not judged, nor what belongs to it later.
func (s *Splitter) GiveUp(before float64) {
	for _, p := range s.open {
		p.given = p.given || p.begun < before
	}
}

// Relieve gives up as much of what is open, by its weight, as is needed: first what was not heard of for long, then what began last,
// so that the rest can be judged from its beginning to its end.
func (s *Splitter) Relieve(needed int, weigh func(*recording.Entry) int) {
	order := slices.Clone(s.open)
	silent := func(p *episode) int {
		if s.now-p.heard > silence {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(order, func(a, b *episode) int { return cmp.Or(silent(a)-silent(b), b.number-a.number) })
	for _, p := range order {
		if needed <= 0 {
			return
		}
		p.given = true
		for _, e := range p.entries {
			needed -= weigh(e)
		}
	}
}

// Oldest is when the oldest of what was not given out yet came.
func (s *Splitter) Oldest() float64 { return s.oldest }

// Open is what was not given out yet.
func (s *Splitter) Open() []*recording.Entry {
	out := slices.Clone(s.outside)
	for _, p := range s.open {
		out = append(out, p.entries...)
	}
	for _, c := range s.people {
		out = append(out, c.pending...)
	}
	return out
}

// Gaps are the holes of the recording that something which is not closed may have lost a part of.
func (s *Splitter) Gaps() []*recording.Entry { return slices.Clone(s.gaps) }

// Closed gives out what is over: its entries, in their order, each with the name of its episode as its scenario, and those of no
// episode. With all, that is everything that is left. dropped are the entries of what was given up.
func (s *Splitter) Closed(all bool) (out, dropped []*recording.Entry) {
	var late []*recording.Entry
	answered := s.answered()
	for i, e := range s.outside {
		if !all && (s.now-e.At < s.Linger || e.Kind == recording.KindBayeux && i > answered[dialogueOf(e)]) {
			late = append(late, e) // what it has to do with may stand behind it
			continue
		}
		out = append(out, e)
	}
	s.outside = late
	oldest := s.now
	for _, e := range late {
		oldest = min(oldest, e.At)
	}
	s.open = slices.DeleteFunc(s.open, func(p *episode) bool {
		quiet := s.now - p.heard
		over := all || quiet >= s.Linger && (p.live <= 0 || quiet >= stale)
		switch {
		case p.given:
			dropped = append(dropped, p.entries...)
			p.entries = nil
			return over
		case !over:
			oldest = min(oldest, p.begun)
			return false
		}
		for _, e := range p.entries {
			e.Own(fmt.Sprintf("calls %d", p.number))
		}
		out = append(out, p.entries...)
		return true
	})
	for _, c := range s.people {
		c.pending = slices.DeleteFunc(c.pending, func(e *recording.Entry) bool {
			late := all || s.now-e.At > pause
			if late {
				out = append(out, e)
			} else {
				oldest = min(oldest, e.At)
			}
			return late
		})
	}
	s.oldest = oldest
	s.forget(oldest)
	for _, list := range [][]*recording.Entry{out, dropped} {
		slices.SortStableFunc(list, func(a, b *recording.Entry) int { return a.Seq - b.Seq })
	}
	return out, dropped
}

// dialogue is a Bayeux session of somebody.
type dialogue struct {
	person

	browser string
	session int
}

func dialogueOf(e *recording.Entry) dialogue {
	return dialogue{person{e.Station, e.Actor}, e.Browser, e.Session}
}

// answered are the places up to which every request of a Bayeux session was answered, in what is outside of episodes and old enough: a
// request is judged together with its answer.
func (s *Splitter) answered() map[dialogue]int {
	asked, out := map[dialogue]int{}, map[dialogue]int{}
	for i, e := range s.outside {
		if e.Kind != recording.KindBayeux || s.now-e.At < s.Linger {
			continue
		}
		d := dialogueOf(e)
		if _, known := out[d]; !known {
			out[d] = -1
		}
		if e.Direction == "sent" {
			asked[d]++
		} else {
			asked[d] = max(0, asked[d]-1)
		}
		if asked[d] == 0 {
			out[d] = i
		}
	}
	return out
}

// forget drops what no open episode needs.
func (s *Splitter) forget(oldest float64) {
	open := map[*episode]bool{}
	for _, p := range s.open {
		open[p] = true
	}
	for name, p := range s.named {
		if !open[p.root()] {
			delete(s.named, name)
		}
	}
	for _, c := range s.people {
		for id, p := range c.live {
			if !open[p.root()] {
				delete(c.live, id)
			}
		}
		if c.last != nil && !open[c.last.root()] {
			c.last = nil
			clear(c.over)
		}
	}
	s.gaps = slices.DeleteFunc(s.gaps, func(g *recording.Entry) bool { return g.At < oldest-linger })
}
