package reference

import (
	"maps"
	"slices"
)

// The topics of an agent.
const (
	callTopic   = "/v2/me/calls"
	deviceTopic = "/v2/me/devices"
)

// Kinds of notification; kindDevice stands for those without notificationType.
const (
	kindStatus       = "StatusChange"
	kindParticipants = "ParticipantsUpdated"
	kindData         = "AttachedDataChanged"
	kindDtmf         = "DtmfSent"
	kindRecording    = "CallRecordingStateChange"
	kindMuted        = "MonitoredUserMutedStateChange"
	kindDevice       = ""
)

// note is one notification, rendered when it was caused.
type note struct {
	to      *agent
	leg     *leg // nil for a device
	kind    string
	state   string // of the call, when it was rendered
	channel string
	data    object
	raw     []byte // set by a fault that does not even send JSON
	lag     bool   // a variation's pause before it
}

// call is the call resource in the notification; nil for a device.
func (n *note) call() object {
	c, _ := n.data["call"].(object)
	return c
}

// device is the first device resource in the notification; nil for a call.
func (n *note) device() object {
	list, _ := n.data["devices"].([]any)
	if len(list) == 0 {
		return nil
	}
	d, _ := list[0].(object)
	return d
}

// clone copies the note and its resource, one level deep, so that one copy can
// be bent without the other.
func (n *note) clone() *note {
	c := *n
	c.data = maps.Clone(n.data)
	if call := n.call(); call != nil {
		c.data["call"] = maps.Clone(call)
	}
	if d := n.device(); d != nil {
		c.data["devices"] = []any{maps.Clone(d)}
	}
	return &c
}

func (s *Server) callNote(l *leg, kind string) *note {
	n := &note{to: l.agent, leg: l, kind: kind, state: l.state, channel: callTopic}
	n.data = object{
		"notificationType": kind, "call": s.renderCall(l), "phoneNumber": l.agent.Number,
		"messageType": "CallStateChangeMessage",
	}
	if !s.hooks.sample1 && kind != kindData && kind != kindRecording {
		n.data["extensions"] = object{"WrapUpTime": 0, "BusinessCall": 0}
	}
	l.shown = key(s.baseCapabilities(l))
	return n
}

func (s *Server) deviceNote(a *agent) *note {
	return &note{to: a, channel: deviceTopic, data: object{
		"devices": s.anyDevices(a), "messageType": "DeviceStateChangeMessage",
	}}
}

// changed adds a notification of the leg's present state.
func (x *exchange) changed(l *leg, kind string) {
	if l.live() && l.agent != nil {
		x.notes = append(x.notes, x.s.callNote(l, kind))
	}
}

// set moves a leg to a state and notifies its agent.
func (x *exchange) set(l *leg, state string) {
	if !l.live() || l.state == state {
		return
	}
	talked := l.state == established || l.state == held
	answered := state == established && l.state != held
	l.state = state
	if l.agent == nil {
		return
	}
	if state == released {
		l.agent.drop(l)
		if (x.s.hooks.afterCallWork || x.s.hooks.site.wrapUp > 0) && talked && l.agent.session {
			l.agent.userState = "AfterCallWork"
			x.notes = append(x.notes, x.s.deviceNote(l.agent))
			x.wrapsUp(l.agent)
		}
	}
	x.notes = append(x.notes, x.s.callNote(l, kindStatus))
	if answered {
		x.joinWatchers(l)
	}
	if state == released {
		for _, w := range x.s.watchers(l) {
			x.set(w, released)
		}
	}
}

// release ends one leg; a call with one party left ends for that party too.
func (x *exchange) release(l *leg) {
	peers := l.peers
	x.set(l, released)
	for _, p := range peers {
		if !slices.Contains(p.peers, l) {
			continue
		}
		p.peers = without(p.peers, l)
		if slices.ContainsFunc(p.peers, func(q *leg) bool { return q.watched == nil }) {
			x.changed(p, kindParticipants)
		} else {
			p.peers = []*leg{l} // a Released notification still lists the party
			x.set(p, released)
			x.takesBack(p)
		}
	}
	x.takesBack(l)
}

// takesBack is a switch that retrieves the original of a consult call that is over, in a variation.
func (x *exchange) takesBack(l *leg) {
	if !x.s.hooks.retrieves || l.agent == nil || !l.parent.live() || l.parent.state != held ||
		slices.ContainsFunc(l.agent.legs, func(o *leg) bool { return o.state == established }) {
		return
	}
	x.set(l.parent, established)
}

// abandoned ends calls in which nobody is left but people whose phones ring for each other: nobody could end them.
func (x *exchange) abandoned() {
	for _, a := range x.s.agents {
		for _, l := range slices.Clone(a.legs) {
			if l.state == ringing && !l.background && !slices.ContainsFunc(l.peers, func(p *leg) bool { return p.live() && p.state != ringing }) {
				x.set(l, released)
			}
		}
	}
}

// refresh notifies again every call whose capabilities changed through its
// partner, and was not notified since.
func (x *exchange) refresh() {
	for _, a := range x.s.agents {
		for _, l := range slices.Clone(a.legs) {
			if l.shown != "" && l.shown != key(x.s.baseCapabilities(l)) {
				x.changed(l, kindStatus)
			}
		}
	}
}

// updated tells parties that the list of the others is another one.
func (x *exchange) updated(legs ...*leg) {
	for _, l := range legs {
		x.changed(l, kindParticipants)
	}
}
