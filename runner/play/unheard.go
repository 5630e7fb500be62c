package play

import (
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// Pauses between two looks at what people have who are not notified.
const (
	firstPause = 10 * time.Millisecond
	mostPause  = time.Second
)

// endUnheard hangs up what people have who have no session for notifications, and reads until they have nothing: there is no
// event to wait for. What is left at the end of the time for cleaning up is in doubt.
func (s *Stage) endUnheard() {
	deaf := s.deaf()
	if len(deaf) == 0 || len(s.calls) == 0 {
		return
	}
	asked := map[string]bool{}
	for pause := firstPause; ; pause = min(2*pause, mostPause) {
		legs := s.held(deaf)
		if len(legs) == 0 {
			return
		}
		again := false // something has just been done about it
		for _, l := range legs {
			if canHangUp(l) && !asked[l.key()] {
				asked[l.key()] = true
				again = s.hangUpAtTheEnd(l).Accepted() || again
			}
		}
		if again {
			continue
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-s.ctx.Done():
			timer.Stop()
			for _, l := range legs {
				s.station.doubts[l.key()] = "call " + l.id + " of " + l.actor.Party.User + " was " + l.state + " when the time for hanging up was over"
			}
			return
		}
	}
}

// deaf are those of the station whom no session tells anything, since nobody needs it.
func (s *Stage) deaf() (list []*Actor) {
	for _, role := range config.Roles {
		if a := s.station.Actors[role]; a.Controlled() && a.deaf {
			list = append(list, a)
		}
	}
	return list
}

// held are the ends of our calls that some people have, by what they read, side by side.
func (s *Stage) held(people []*Actor) (legs []leg) {
	read := make([]*recording.Entry, len(people))
	var g errgroup.Group
	for i, a := range people {
		g.Go(func() error {
			read[i] = a.get(s.ctx, recording.Clean.Label("calls"), "/me/calls?fields=*")
			return nil
		})
	}
	_ = g.Wait() // the functions return nil
	for i, a := range people {
		calls, _ := voice.CallsIn(read[i])
		for _, c := range calls {
			if c.ID() != "" && c.State() != voice.Released && s.made(c.ID(), c) {
				legs = append(legs, leg{actor: a, id: c.ID(), state: c.State()})
			}
		}
	}
	return legs
}
