package judge

import (
	"fmt"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// TakenBack reports whether an accepted request was refused later: an error notification came to whoever sent it.
func (c *Case) TakenBack(request *recording.Entry) bool {
	end := c.untilNext(request)
	for _, e := range c.Entries {
		if e.IsError() && e.Actor == request.Actor && e.At >= request.At && e.At <= end {
			return true
		}
	}
	return false
}

// untilNext is when the next request of the scenario was sent that could change anything, fences apart, and what was sent beside it.
func (c *Case) untilNext(request *recording.Entry) float64 {
	for _, e := range c.Requests() {
		if e.At > request.At && !beside(e, request) && e.Step != "" && e.Purpose != recording.Fence && e.Method != "GET" {
			return e.At
		}
	}
	return request.At + 1e9
}

// beside reports whether a request was sent before another was answered, both of them such as must be refused.
func beside(e, request *recording.Entry) bool {
	refused := func(e *recording.Entry) bool {
		return e.Purpose == recording.Refusal || strings.HasPrefix(e.Step, cellPrefix)
	}
	return e.At < request.AnsweredAt && refused(e) && refused(request)
}

// Effects are the changes that came after a request and before the scenario's next request: a
// call in another state than before, or a call that nobody asked for.
func (c *Case) Effects(request *recording.Entry) []Finding {
	end := c.untilNext(request)
	last, begun := map[string]*recording.Entry{}, map[string]float64{}
	var out []Finding
	for _, e := range c.Messages("") {
		key := e.Actor + " " + e.CallID()
		before := last[key]
		last[key] = e
		if before == nil {
			begun[key] = e.At
		}
		if c.gapBetween(e.Actor, "", at(before), e.At) != nil {
			continue // what it was before is not known
		}
		if e.At < request.At || e.At >= end || e.Type() != voice.StatusChange || before == nil && e.State() == "" || before != nil && e.State() == before.State() {
			continue
		}
		if !c.Ours(e) && !c.BetweenOurs(e) || c.settling(e, request) || givenUp(before, e, begun[key]) || !answers(request, e) && c.answeredItself(nil, before, e) {
			continue
		}
		out = append(out, Finding{
			Entry: e, Expected: "no change: " + request.Operation() + " is refused", Observed: fmt.Sprintf("%s is notified of %s", e.Actor, e.State()),
		})
	}
	return out
}

// rangLong is after how many seconds of ringing a switch may give a call up.
const rangLong = 5.0

// givenUp reports whether a call that nobody answered was ended after it had rung for some time: switches have a time for that, and do
// so whatever is asked for meanwhile.
func givenUp(before, e *recording.Entry, begun float64) bool {
	return before != nil && e.State() == voice.Released && (before.State() == voice.Ringing || before.State() == voice.Dialing) && e.At-begun >= rangLong
}

// Before are the requests with the label of one that were sent before it, beside others. What one of them did may have been the
// cause of another's answer, so they count only where nothing that was sent again alone was taken or had an effect.
func (c *Case) Before(request *recording.Entry) (out []*recording.Entry) {
	for _, e := range c.Steps(request.Step) {
		if e.Step == request.Step && e.At < request.At {
			out = append(out, e)
		}
	}
	if len(out) > 0 && c.wrongAlone() {
		return nil
	}
	return out
}

// wrongAlone reports whether anything that must be refused was taken, or had an effect, when it was sent again alone.
func (c *Case) wrongAlone() bool {
	sent := map[string]bool{}
	for _, e := range c.requestsTo(recording.Refusal) {
		if sent[e.Step] && (e.Accepted() || len(c.Effects(e)) > 0) {
			return true
		}
		sent[e.Step] = true
	}
	return false
}

// answers reports whether a request, if it was done, would have made the call Established that is notified.
func answers(request, e *recording.Entry) bool {
	operation := request.Operation()
	return (operation == "Answer" || operation == "Retrieve") && voice.LastSegment(request.Path) == e.CallID()
}

// settling: what an accepted operation before it causes at the other end may come late.
func (c *Case) settling(e, request *recording.Entry) bool {
	for _, r := range c.Requests() {
		if r.At >= request.At || !r.Accepted() {
			continue
		}
		o := voice.Find(r.Operation())
		if o.SettlesLate(e.State(), e.Actor == r.Actor) && (!o.LateAll || c.Ours(e)) {
			return true
		}
	}
	return false
}
