package chains

import (
	"slices"

	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// looksEnough is how often in a run somebody reads his end of a call after an operation of another's: by itself, and in the list.
const looksEnough = 2

// look has the others read their ends of the calls of the last operation, if they were told of something since: a server may tell them
// of it and show something older. Each operation is enough a few times in a run, at each end.
func (s *chained) look() {
	entries, _ := s.Since(s.began)
	i := lastTaken(entries)
	if i < 0 || s.quiet {
		return
	}
	o := entries[i]
	for _, a := range []*play.Actor{s.Agent, s.Caller, s.Destination} {
		if !a.Controlled() {
			continue
		}
		told := s.Seen(a, s.began, func(e *recording.Entry) bool {
			return e.At > o.At && e.CallID() != "" && e.State() != voice.Released && e.State() != "" && s.Made(e)
		})
		if told == nil {
			continue
		}
		switch label := "look." + o.Operation() + "." + a.Role; s.Times(label) {
		case 1:
			s.Get(a, label, "/me/calls/"+told.CallID())
		case looksEnough:
			s.Get(a, label, "/me/calls?fields=*")
		}
	}
}

// lastTaken is the place of the last operation of a call that was taken; -1 if there was none.
func lastTaken(entries []*recording.Entry) int {
	for i, e := range slices.Backward(entries) {
		if e.Kind == recording.KindRest && e.Accepted() && voice.Find(e.Operation()).To == voice.ToCall {
			return i
		}
	}
	return -1
}
