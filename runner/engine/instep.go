package engine

import (
	"slices"

	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/spec"
)

// alone is why a scenario that is played in step with another is not played.
const alone = "it is played in step with another scenario on a second station: the target file has one, or the other was not selected"

// pair brings together the scenarios that are played in step. Where there is one station only, or one of the two is not played,
// neither is.
func (p *player) pair() {
	if len(p.session.stations) < 2 {
		return
	}
	for i, perf := range p.queue {
		if i+1 < len(p.queue) && perf.scenario.InStep == p.queue[i+1].scenario.ID {
			perf.meeting = play.NewMeeting(2)
			p.queue[i+1].meeting = perf.meeting
		}
	}
}

// sideBySide moves each scenario that is played in step with another behind that, so that two stations take them one after the
// other and none waits for a third.
func sideBySide(order []*spec.Definition) []*spec.Definition {
	var out []*spec.Definition
	for _, d := range order {
		if slices.Contains(out, d) {
			continue
		}
		out = append(out, d)
		if other := slices.IndexFunc(order, func(o *spec.Definition) bool { return d.InStep == o.ID }); other >= 0 && !slices.Contains(out, order[other]) {
			out = append(out, order[other])
		}
	}
	return out
}

// script is what is played: in step with another where there is one.
func (perf *performance) script() func(*play.Stage) {
	if perf.meeting == nil {
		return perf.scenario.Script
	}
	return func(s *play.Stage) {
		defer perf.leave()
		s.Join(perf.meeting)
		perf.scenario.Script(s)
	}
}

// leave lets the one that is played in step go on alone.
func (perf *performance) leave() {
	if perf.meeting != nil {
		perf.meeting.Leave()
	}
}
