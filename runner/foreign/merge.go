package foreign

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// zone is what clocks of different places differ by a multiple of.
const zone = 15 * time.Minute

// merge puts files on one timeline, and says who is who.
func merge(all []*content) (*Log, error) {
	log := &Log{}
	slices.SortStableFunc(all, func(a, b *content) int { return b2i(a.zoneless) - b2i(b.zoneless) })
	var lines []line
	people := []string{}
	for i, c := range all {
		if i > 0 {
			c.align(all[0])
		}
		for _, l := range c.lines {
			if l.person != "" && !strings.HasPrefix(l.person, "as ") {
				l.person = fmt.Sprintf("%d %s", i, l.person)
			}
			if l.person != "" && !slices.Contains(people, l.person) {
				people = append(people, l.person)
			}
			lines = append(lines, l)
		}
		for _, n := range c.notes {
			log.Notes = append(log.Notes, c.name+": "+n)
		}
	}
	if len(lines) == 0 {
		return nil, errors.New("there is nothing of the Voice API in it")
	}
	slices.SortStableFunc(lines, func(a, b line) int { return a.order().Compare(b.order()) })
	actors := cast(people, lines)
	log.Header = &recording.Header{Version: recording.FormatVersion, Suite: "import"}
	begin := lines[0].at
	for _, l := range lines {
		if l.at.Before(begin) {
			begin = l.at
		}
	}
	log.Header.Started = begin.UTC()
	for _, c := range all {
		log.Header.Target = cmp.Or(log.Header.Target, c.target)
	}
	for i, l := range lines {
		e := l.entry
		e.Seq = i + 1
		e.At = l.at.Sub(begin).Seconds()
		if !l.answer.IsZero() {
			e.AnsweredAt = l.answer.Sub(begin).Seconds()
		}
		if a, known := actors[l.person]; known {
			e.Actor, e.Station = a.role, a.station
		}
		log.Entries = append(log.Entries, e)
	}
	log.Header.Stations = stations(actors, log.Entries, all)
	return log, nil
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// order is where a line stands: an exchange where its answer came.
func (l line) order() time.Time {
	if !l.answer.IsZero() {
		return l.answer
	}
	return l.at
}

// align moves the times of a file onto the clock of another: by the time of the call that both know, to a quarter of an hour,
// since what is left is what their clocks differ by, or the way of the messages.
func (c *content) align(base *content) {
	if !c.zoneless {
		return
	}
	theirs := base.calls()
	var by time.Duration
	tied := false
	for id, at := range c.calls() {
		if t, known := theirs[id]; known {
			by, tied = t.Sub(at).Round(zone), true
			if base.zoneless && c.dateless() != base.dateless() {
				by = t.Sub(at).Round(zone)
			}
			break
		}
	}
	if !tied {
		by = base.lines[0].at.Sub(c.lines[0].at).Round(zone)
		c.notef("no call of it is in the other files: its clock is taken to differ from theirs by whole quarters of an hour only")
	}
	for i := range c.lines {
		c.lines[i].at = c.lines[i].at.Add(by)
		if !c.lines[i].answer.IsZero() {
			c.lines[i].answer = c.lines[i].answer.Add(by)
		}
	}
}

func (c *content) dateless() bool { return len(c.lines) > 0 && c.lines[0].at.Year() < 1971 }

// calls are when each call was first told of.
func (c *content) calls() map[string]time.Time {
	out := map[string]time.Time{}
	for _, l := range c.lines {
		call := voice.CallOf(l.entry)
		for _, id := range []string{l.entry.CallID(), call.UUID(), call.ConnID()} {
			if _, known := out[id]; id != "" && !known {
				out[id] = l.at
			}
		}
	}
	return out
}

// part is who somebody is in the recording.
type part struct {
	role    string
	station int
}

// cast gives everybody a part: who was named so, then who transfers calls or joins them is the agent, who dials the caller.
func cast(people []string, lines []line) map[string]part {
	out := map[string]part{}
	var left []string
	taken := map[string]bool{}
	for _, p := range people {
		if role, named := strings.CutPrefix(p, "as "); named {
			out[p] = part{role: role}
			taken[role] = true
			continue
		}
		left = append(left, p)
	}
	likely := map[string]string{}
	for _, l := range lines {
		switch o := voice.Find(l.entry.Operation()); {
		case o.Merges || strings.HasPrefix(o.Name, "Initiate"):
			likely[l.person] = voice.Agent
		case o.Name == "Dial" && likely[l.person] == "":
			likely[l.person] = "caller"
		}
	}
	for station := 1; len(left) > 0; station++ {
		for _, role := range recording.Roles {
			if station == 1 && taken[role] || len(left) == 0 {
				continue
			}
			i := max(0, slices.IndexFunc(left, func(p string) bool { return likely[p] == role }))
			out[left[i]] = part{role: role, station: station}
			left = slices.Delete(left, i, i+1)
		}
	}
	several := slices.ContainsFunc(people, func(p string) bool { return out[p].station > 1 })
	for p, a := range out {
		a.station = max(a.station, 1)
		if !several {
			a.station = 0
		}
		out[p] = a
	}
	return out
}

// stations says of everybody what the recording shows: number and device, where it shows one only.
func stations(actors map[string]part, entries []*recording.Entry, all []*content) []recording.Station {
	most := 1
	for _, a := range actors {
		most = max(most, a.station)
	}
	requests := !slices.ContainsFunc(all, func(c *content) bool { return !c.recorded })
	out := make([]recording.Station, most)
	for _, a := range actors {
		p := voice.Shown(entries, a.role, a.station)
		p.Controlled = requests
		s := &out[max(a.station, 1)-1]
		switch a.role {
		case "agent":
			s.Agent = p
		case "caller":
			s.Caller = p
		case "destination":
			s.Destination = p
		}
	}
	return out
}
