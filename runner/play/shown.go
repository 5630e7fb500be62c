package play

import (
	"slices"

	"github.com/voicespec/voicespec/runner/voice"
)

// shown is what an actor's device was ever shown with.
type shown struct {
	upTo       int // mark on the tape: so far was looked
	supervisor bool
	offered    map[string]bool // operations, in the actor's own session
	any        bool            // operations were shown at all
	last       voice.Device    // as it was shown last, in the actor's own session
	notified   voice.Device    // as it was notified last, there
}

// learnShown looks at what has come since it was last asked: a tape is long, and may be forgotten.
func (a *Actor) learnShown() *shown {
	k, tape := &a.shown, a.station.tape
	mark := tape.Mark()
	for _, e := range tape.From(k.upTo) {
		if e.Actor != a.Role {
			continue
		}
		own := device(a, e)
		devices := slices.DeleteFunc(voice.ShownIn(e), func(d voice.Device) bool { return !voice.SameID(d.ID(), a.Device) })
		k.supervisor = k.supervisor || supervises(own) || slices.ContainsFunc(devices, supervises) || voice.UserIn(e).Supervises()
		if e.Browser != "" {
			continue
		}
		if own != nil {
			devices, k.notified = slices.Insert(devices, 0, own), own
		}
		for _, d := range devices {
			k.last = d
			for _, o := range d.Capabilities() {
				k.add(o)
			}
		}
	}
	k.upTo = mark
	return k
}

func (k *shown) add(operation string) {
	if k.offered == nil {
		k.offered = map[string]bool{}
	}
	k.any, k.offered[operation] = true, true
}
