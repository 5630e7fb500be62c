package reference

import (
	"slices"
	"strings"
)

// deviceOperation answers POST /me/devices/{id}.
func (x *exchange) deviceOperation() *apiError {
	if err := x.ownDevice(); err != nil {
		return err
	}
	do, known := deviceOperations[x.op]
	if !known {
		return unknownOperation(x.op)
	}
	if err := x.feature(); err != nil {
		return err
	}
	if !slices.Contains(x.s.deviceCapabilities(x.agent), x.op) {
		return wrongState("Operation %s is not allowed now", x.op)
	}
	if err := do(x); err != nil {
		return err
	}
	x.notes = append([]*note{x.s.deviceNote(x.agent)}, x.notes...)
	x.refresh()
	return nil
}

// ownDevice refuses the id of any other device.
func (x *exchange) ownDevice() *apiError {
	if owner := x.s.agentByDevice(x.id); owner != nil && x.s.hooks.anyDevice {
		x.agent = owner
		return nil
	}
	if x.id != x.agent.DeviceID {
		return notFound("No device with id %.40s", x.id)
	}
	return nil
}

// agentByDevice is whose a device is; nil if nobody's.
func (s *Server) agentByDevice(id string) *agent {
	for _, a := range s.agents {
		if a.DeviceID == id {
			return a
		}
	}
	return nil
}

var deviceOperations = map[string]func(*exchange) *apiError{
	"DoNotDisturbOn":             doNotDisturb("On"),
	"DoNotDisturbOff":            doNotDisturb("Off"),
	"ForwardCallsOn":             forwardCallsOn,
	"ForwardCallsOff":            func(x *exchange) *apiError { x.agent.forwardTo = ""; return nil },
	"ListenIn":                   monitorAs("ListenIn"),
	"Coach":                      monitorAs("Coach"),
	"BargeIn":                    monitorAs("BargeIn"),
	"CancelSupervisorMonitoring": cancelMonitoring,
}

func doNotDisturb(value string) func(*exchange) *apiError {
	return func(x *exchange) *apiError {
		x.agent.doNotDisturb = value
		return nil
	}
}

// forwardCallsOn takes a plain string, other than every other destination.
func forwardCallsOn(x *exchange) *apiError {
	number, err := text(x.body, "destination")
	if err != nil {
		return err
	}
	if !phoneNumber.MatchString(number) {
		return invalid("The destination is no number")
	}
	x.agent.forwardTo = number
	return nil
}

func monitorAs(state string) func(*exchange) *apiError {
	return func(x *exchange) *apiError {
		uri, err := text(x.body, "targetDeviceUri")
		if err != nil {
			return err
		}
		m := &monitoring{state: state}
		if m.scope, err = oneOf(x.body, "supervisorMonitoringScope", "Call", "Agent"); err != nil {
			return err
		}
		if m.mode, err = oneOf(x.body, "supervisorMonitoringMode", "AllCalls", "NextCall"); err != nil {
			return err
		}
		for _, a := range x.s.agents {
			if strings.HasSuffix(uri, "/devices/"+a.DeviceID) && a != x.agent {
				m.target = a
			}
		}
		if m.target == nil {
			return invalid("targetDeviceUri names no other device")
		}
		x.stopWatching()
		x.agent.monitor = m
		for _, l := range slices.Clone(m.target.legs) {
			if l.state == established && l.watched == nil {
				x.watch(x.agent, l)
			}
		}
		return nil
	}
}

// oneOf is an optional parameter with a list of values, the default first.
func oneOf(body object, name string, values ...string) (string, *apiError) {
	v, given := body[name]
	if !given {
		return values[0], nil
	}
	if s, isText := v.(string); isText && slices.Contains(values, s) {
		return s, nil
	}
	return "", invalid("Parameter %s is none of %s", name, strings.Join(values, ", "))
}

func cancelMonitoring(x *exchange) *apiError {
	x.stopWatching()
	x.agent.monitor = nil
	return nil
}

// watch gives a supervisor an Established call of his own with both parties
// in it. Only a barge-in shows to them.
func (x *exchange) watch(a *agent, l *leg) {
	if a.find(l.id) != nil {
		return
	}
	parties := append([]*leg{l}, l.peers...)
	own := &leg{id: l.id, connID: l.connID, dnis: l.dnis, callType: l.callType, data: l.data, agent: a, number: a.Number,
		state: established, peers: parties, watched: l, monitor: a.monitor}
	if a.past[l.id] {
		own.id, own.connID = x.s.ids.next()
	}
	x.s.addLeg(own)
	x.changed(own, kindStatus)
	if a.monitor.state != "BargeIn" {
		return
	}
	for _, p := range parties {
		p.peers = append(slices.Clone(p.peers), own)
	}
	x.updated(parties...)
}

// joinWatchers lets those who monitor the agent into a call just answered.
func (x *exchange) joinWatchers(l *leg) {
	if l.watched != nil {
		return
	}
	for _, a := range x.s.agents {
		if a.monitor != nil && a.monitor.target == l.agent {
			x.watch(a, l)
		}
	}
}

func (x *exchange) stopWatching() {
	for _, l := range slices.Clone(x.agent.legs) {
		if l.watched != nil {
			x.release(l)
		}
	}
}

// watchers are the supervisors' legs on an agent's leg.
func (s *Server) watchers(l *leg) []*leg {
	var list []*leg
	for _, a := range s.agents {
		for _, w := range a.legs {
			if w.watched == l {
				list = append(list, w)
			}
		}
	}
	return list
}

func muteMonitored(muted bool) operation {
	return func(x *exchange, l *leg) *apiError {
		l.muted = muted
		x.changed(l, kindMuted)
		return nil
	}
}

// switchToListenIn steps back from Coach or BargeIn.
func switchToListenIn(x *exchange, l *leg) *apiError {
	m := *l.monitor
	m.state = "ListenIn"
	l.monitor, l.agent.monitor = &m, &m
	for _, p := range l.peers {
		if slices.Contains(p.peers, l) {
			p.peers = without(p.peers, l)
			x.changed(p, kindParticipants)
		}
	}
	x.changed(l, kindStatus)
	x.notes = append(x.notes, x.s.deviceNote(l.agent))
	return nil
}
