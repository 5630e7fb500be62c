package page

import (
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// fit is how far a notification of the right call stands for a step of the page.
type fit int

const (
	unfit    fit = iota // it tells of something else
	misnamed            // the call is in the state that the page shows, told by another notificationType
	fitting             // state and notificationType are the page's
)

func (s *Step) fit(e *recording.Entry) fit {
	// A state that is no text is reported as that, not as a missing notification.
	if s.State() != "" && !voice.MayBeIn(s.State())(e) {
		return unfit
	}
	switch {
	case e.Type() == s.Type(), s.Type() == "" && e.Type() != voice.AttachedDataChanged:
		return fitting
	case s.Type() == voice.StatusChange:
		return misnamed
	}
	return unfit
}

// Awaited reports whether a notification of the step's call, or of the agent's device, is the one that the
// page goes on by. It need not say all that the page says, but must not tell of another change.
func (r *Replay) Awaited(s *Step, e *recording.Entry) bool {
	if s.Call() != nil {
		switch s.fit(e) {
		case unfit:
			return false
		case misnamed: // one with the right type may come yet
			if e.Type() == voice.AttachedDataChanged || e.Type() == voice.ParticipantsUpdated || e.Type() == voice.DtmfSent {
				return false
			}
		case fitting:
		}
	}
	for _, d := range r.Differences(s, e) {
		if d.other {
			return false
		}
	}
	return true
}

// Match finds the notification that stands for a step, among all that came of the step's call (or of the
// agent's device), in order. One that is taken by another step, or not free, stands for none. Of several
// in question the first that says what the page says is meant: a call may be notified in one state for
// several reasons, and agent states that nobody asked for are normal.
func (r *Replay) Match(s *Step, came []*recording.Entry, free func(*recording.Entry) bool) *recording.Entry {
	open := func(e *recording.Entry) bool { return !r.taken[e] && free(e) }
	var e *recording.Entry
	if s.Call() == nil {
		e = r.matchDevice(s, came, open)
	} else {
		e = r.matchCall(s, came, open)
	}
	if e != nil {
		r.matched[s], r.taken[e] = e, true
	}
	return e
}

// Matched is the notification that stands for a step; nil if none does.
func (r *Replay) Matched(s *Step) *recording.Entry { return r.matched[s] }

func (r *Replay) matchCall(s *Step, came []*recording.Entry, open func(*recording.Entry) bool) *recording.Entry {
	var first, second *recording.Entry
	state := ""
	for _, e := range came {
		before := state
		state = e.State()
		if !open(e) {
			continue
		}
		switch s.fit(e) {
		case fitting:
			if len(r.Differences(s, e)) == 0 {
				return e
			}
			if first == nil {
				first = e
			}
		case misnamed:
			// A change of state that is told by another type is that notification with a wrong type.
			if second == nil && e.State() != before && !e.IsError() {
				second = e
			}
		case unfit:
		}
	}
	if first != nil {
		return first
	}
	return second
}

// matchDevice takes the notification that differs least.
func (r *Replay) matchDevice(s *Step, came []*recording.Entry, open func(*recording.Entry) bool) *recording.Entry {
	var nearest *recording.Entry
	fewest := -1
	for _, e := range came {
		if !open(e) || e.IsError() {
			continue
		}
		if n := len(r.Differences(s, e)); fewest < 0 || n < fewest {
			nearest, fewest = e, n
		}
	}
	return nearest
}
