package judge

import (
	"fmt"
	"math"
	"slices"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// aspects are what a notification shows of a call, each in a form in which what means the same is the same: lists have no order, and a
// member that a server may add counts for nothing.
var aspects = []struct {
	name string
	of   func(*recording.Entry) string
}{
	{"phoneNumber", func(e *recording.Entry) string {
		number, ok := voice.Addressee(e)
		return fmt.Sprint(ok, " ", number)
	}},
	{"participants", func(e *recording.Entry) string {
		return fmt.Sprint(slices.Sorted(slices.Values(voice.CallOf(e).Numbers())))
	}},
	{"capabilities", func(e *recording.Entry) string {
		operations, ok := voice.CallOf(e).Capabilities()
		return fmt.Sprint(ok, slices.Sorted(slices.Values(operations)))
	}},
	{"userData", func(e *recording.Entry) string { return fmt.Sprint(voice.CallOf(e).UserData()) }},
	{"callType", func(e *recording.Entry) string { return voice.CallOf(e).CallType() }},
	{"mute", func(e *recording.Entry) string { return voice.CallOf(e).Mute() }},
	{"recordingState", func(e *recording.Entry) string { return voice.CallOf(e).RecordingState() }},
}

// ToldUnlike judges the sessions beside people's own: of a change of a call they are told what its own session is told, which is published
// once for all who subscribed. What is compared is of the same kind and state, since the order of two sessions is nobody's, and of calls that
// the own session saw to their end without a gap; compared counts it.
func (c *Case) ToldUnlike() (compared int, out []Finding) {
	type change struct{ actor, call, kind, state string }
	of := func(e *recording.Entry) change { return change{e.Actor, e.CallID(), e.Type(), e.State()} }
	own, over := map[change][]*recording.Entry{}, map[change]bool{}
	for _, e := range c.Messages("") {
		if e.CallID() != "" {
			own[of(e)] = append(own[of(e)], e)
			if e.State() == voice.Released {
				over[change{actor: e.Actor, call: e.CallID()}] = true
			}
		}
	}
	for _, e := range c.ToldBeside() {
		told := own[of(e)]
		if len(told) == 0 || !over[change{actor: e.Actor, call: e.CallID()}] || c.hasGap(e.Actor) {
			continue
		}
		compared++
		alike := told
		for _, a := range aspects {
			was := alike
			alike = slices.DeleteFunc(slices.Clone(alike), func(o *recording.Entry) bool { return a.of(o) != a.of(e) })
			if len(alike) == 0 {
				out = append(out, Finding{
					Entry: e, Expected: a.name + " as the " + e.Actor + "'s own session was told: " + a.of(was[0]), Observed: a.of(e),
				})
				break
			}
		}
	}
	return compared, out
}

// hasGap reports whether somebody's own session missed anything.
func (c *Case) hasGap(who string) bool {
	return slices.ContainsFunc(c.gaps, func(g *recording.Entry) bool { return (g.Actor == who || g.Actor == "") && g.Browser == "" })
}

// deafAfter is how long a session must have polled on behind what it was not told, in seconds.
const deafAfter = 1.0

// DeafToDevices are the sessions beside people's own that were granted the topic of devices and told of none, though the own session was
// and they polled on. told counts those that were told.
func (c *Case) DeafToDevices() (told int, out []Finding) {
	var names []string
	for _, e := range c.Entries {
		if e.Browser != "" && !slices.Contains(names, e.Browser) {
			names = append(names, e.Browser)
		}
	}
	for _, name := range names {
		switch missed, heard := c.missedDevice(c.Dialogue(name, "")); {
		case heard:
			told++
		case missed != nil && c.gapBetween(missed.Actor, name, missed.At-reach, missed.At+reach) == nil:
			out = append(out, Finding{
				Entry: missed, Browser: name, Expected: "the notification at each session that is subscribed to devices",
				Observed: "the session " + name + " was told of calls only",
			})
		}
	}
	return told, out
}

// leaving are the channels by which a session ends, or what it is subscribed to.
var leaving = []string{unsubscribeChannel, "/meta/disconnect", handshakeChannel}

// missedDevice is what the own session was told of a device while a session beside it was subscribed and polled on; nil if there was nothing.
func (c *Case) missedDevice(d Dialogue) (missed *recording.Entry, heard bool) {
	if len(d) == 0 {
		return nil, false
	}
	granted, until, polled := math.Inf(1), math.Inf(1), 0.0
	for _, e := range d {
		switch {
		case voice.IsDevices(e):
			return nil, true
		case e.Kind != recording.KindBayeux || e.At > until:
		case e.Direction == "received" && e.Channel == subscribeChannel && MessageOf(e)["successful"] == true &&
			slices.Contains(topicsOf(MessageOf(e)), voice.DevicesTopic):
			granted = min(granted, e.At)
		case e.Direction == "received" && e.Channel == connectChannel && MessageOf(e)["successful"] == true:
			polled = e.At
		case e.Direction == "sent" && e.At > granted && slices.Contains(leaving, e.Channel):
			until = e.At
		}
	}
	for _, e := range c.DeviceMessages(d.First().Actor) {
		if e.At > granted && e.At+deafAfter < min(polled, until) {
			return e, false
		}
	}
	return nil, false
}
