package play

import (
	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/recording"
)

// The words of this file are for walks: what is done is not known before, so that the calls are learnt from what is told.

// People are those of the station in whose name something can be done, the agent first.
func (s *Stage) People() []*Actor {
	var out []*Actor
	for _, role := range config.Roles {
		if a := s.station.Actors[role]; a.Controlled() {
			out = append(out, a)
		}
	}
	return out
}

// Cast are the people of the station as the recording names them.
func (s *Stage) Cast() recording.Station { return s.station.Header() }

// Since is what was recorded of the station since a mark, with the mark behind it.
func (s *Stage) Since(mark int) ([]*recording.Entry, int) {
	entries := s.station.tape.From(mark)
	return entries, mark + len(entries)
}

// Bind gives a call a role: it is one of the scenario's from then on, judged as such and hung up at the end. parties are the
// roles of those between whom it is, with commas; "" where that is not known. of is the role of the original of a consult call.
func (s *Stage) Bind(a *Actor, role, id, parties, of string) { s.bindConsult(a, role, id, parties, of) }

// Interrupted reports whether nothing more is to be begun.
func (s *Stage) Interrupted() bool { return s.ctx.Err() != nil }

// Reconnect ends an actor's Bayeux session and begins another; false if the server does not let it. What is notified meanwhile
// is lost, which the recording says.
func (s *Stage) Reconnect(a *Actor) bool {
	s.CloseNotifications(a)
	ok := s.OpenNotifications(a)
	s.gap(a, "the session was ended and begun anew by voicespec")
	return ok
}

// Relogin ends an actor's sessions, as a client does that logs off, and begins them again.
func (s *Stage) Relogin(a *Actor, step string) bool {
	s.CloseNotifications(a)
	s.EndSession(a, step)
	s.Get(a, "", "/me") // which logs in, and gets what a server hands out to a session
	ok := s.OpenNotifications(a)
	s.gap(a, "the sessions were ended and begun anew by voicespec")
	s.StartSession(a, step, []string{"voice"})
	return ok
}

func (s *Stage) gap(a *Actor, why string) {
	tape := s.station.tape
	tape.Append(&recording.Entry{Kind: recording.KindGap, Actor: a.Role, At: tape.Log().Now(), Text: why})
}

// Learn takes over how long an earlier run on the same target had to wait for what.
func (r *Run) Learn(earlier *Run) {
	if earlier != nil {
		r.patience = earlier.patience
	}
}
