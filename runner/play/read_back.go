package play

import (
	"sync"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// readBack has each person read what the scenario has left: the list of calls where one is still up, which must not hold those
// that are over, and the device where one was notified. Whether it says what was notified last is judged over the whole run.
// All read at once, since each request is a round trip; and somebody whose reads are not answered is not asked again, since
// each would cost the whole time that a request may take.
func (s *Stage) readBack() {
	if s.ctx.Err() != nil || s.NoNotifications() != "" {
		return
	}
	calls, devices := s.shown()
	var all sync.WaitGroup
	for _, role := range config.Roles {
		a := s.station.Actors[role]
		if !a.Controlled() || a.unread || a.silenced() != "" || !calls[role] && !devices[role] {
			continue
		}
		all.Go(func() {
			if calls[role] {
				a.readsBack(s, "calls", "/me/calls?fields=*")
			}
			if devices[role] && a.Device != "" && !a.unread {
				a.readsBack(s, "device", "/me/devices/"+a.Device)
			}
		})
	}
	all.Wait()
}

// readsBack reads, and keeps in mind that it was not answered.
func (a *Actor) readsBack(s *Stage, what, path string) {
	a.unread = a.get(s.ctx, recording.Clean.Label("read-"+what), path).Problem != ""
}

// shown are the roles of those who have calls of the scenario, and of those who were notified of devices.
func (s *Stage) shown() (calls, devices map[string]bool) {
	calls, devices = map[string]bool{}, map[string]bool{}
	for _, l := range s.liveLegs() {
		calls[l.actor.Role] = true
	}
	for _, e := range s.station.tape.From(s.begin) {
		if e.Browser == "" && voice.IsDevices(e) {
			devices[e.Actor] = true
		}
	}
	return calls, devices
}
