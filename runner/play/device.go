package play

import (
	"cmp"
	"maps"
	"strings"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/recording"
)

// DeviceOperation posts an operation on an actor's device.
func (s *Stage) DeviceOperation(a *Actor, step, operation string, params map[string]any) *recording.Entry {
	return s.Post(a, step, "/me/devices/"+a.Device, operationBody(operation, params))
}

// AgentState posts an operation on an actor's voice channel.
func (s *Stage) AgentState(a *Actor, step, operation string) *recording.Entry {
	return s.Post(a, step, "/me/channels/voice", operationBody(operation, nil))
}

func operationBody(operation string, params map[string]any) map[string]any {
	body := map[string]any{"operationName": operation}
	maps.Copy(body, params)
	return body
}

// DeviceURI is the URI of an actor's device in the form that the pages use.
func (s *Stage) DeviceURI(a *Actor) string {
	return s.station.run.Target.URL + "/api/v2/devices/" + a.Device
}

// Location is what the parameter location is tried with.
func (s *Stage) Location() string {
	return cmp.Or(s.station.run.Target.Location, config.DefaultLocation)
}

// CallURI is a call's URI: as the server gave it, since it may go by another host name
// than the one it is called by.
func (s *Stage) CallURI(a *Actor, c *Call) string {
	if e := s.Seen(a, s.begin, func(e *recording.Entry) bool { return c.about(a, e) }); e != nil {
		if uri, _ := e.Call()["uri"].(string); strings.HasSuffix(uri, "/"+c.ID(a)) {
			return uri
		}
	}
	return s.station.run.Target.URL + "/api/v2/me/calls/" + c.ID(a)
}

// device is the actor's device in a notification; nil if it is not there.
func device(a *Actor, e *recording.Entry) map[string]any {
	list, _ := e.Data()["devices"].([]any)
	for _, x := range list {
		if m, ok := x.(map[string]any); ok {
			if id, _ := m["id"].(string); strings.EqualFold(id, a.Device) {
				return m
			}
		}
	}
	return nil
}

// deviceArranged does the arrangements about devices and agent states; false if what is none.
func (s *Stage) deviceArranged(a *Actor, what string, value any) bool {
	switch what {
	case "turns do-not-disturb on":
		s.onDevice(a, "DoNotDisturbOn", nil, "doNotDisturb", "On")
	case "forwards calls":
		s.onDevice(a, "ForwardCallsOn", map[string]any{"destination": s.rename(value)}, "forwardTo", s.rename(value))
	case "is ready", "is not ready":
		op := map[string]string{"is ready": "Ready", "is not ready": "NotReady"}[what]
		mark := s.Mark()
		if e := s.AgentState(a, "arrange.agent-state", op); !e.Accepted() {
			if last := s.Seen(a, 0, func(e *recording.Entry) bool { return device(a, e) != nil }); last != nil && userState(a, last)["state"] == op {
				return true // an earlier scenario has left the agent so
			}
			s.stateRefused(a, op, e)
			return true
		}
		s.Await(a, "agent state "+op, mark, func(e *recording.Entry) bool { return userState(a, e)["state"] == op })
	case "listens in on caller":
		s.Monitor(a, "ListenIn", s.Caller)
	default:
		return false
	}
	return true
}

// stateRefused ends a scenario about agent states, and with another goes on: what monitoring does
// depends little on them.
func (s *Stage) stateRefused(a *Actor, op string, e *recording.Entry) {
	switch {
	case a.noSession == "":
		s.Block("%s was refused: %s", op, Outcome(e))
	case strings.HasPrefix(s.scenario, "agent-state."):
		s.NotApplicable("the server has no StartContactCenterSession (%s), and no agent states without it (%s: %s)", a.noSession, op, Outcome(e))
	}
	s.Note("%s was refused (%s): the server has no contact centre session", op, Outcome(e))
}

// Monitor starts supervision of another actor's device and stops it at the end.
func (s *Stage) Monitor(a *Actor, operation string, target *Actor) {
	s.onDevice(a, operation, map[string]any{"targetDeviceUri": s.DeviceURI(target)}, "", nil)
}

func (s *Stage) onDevice(a *Actor, op string, params map[string]any, member string, value any) {
	mark := s.Mark()
	if e := s.DeviceOperation(a, "arrange."+op, op, params); !e.Accepted() {
		s.Block("%s was refused: %s", op, Outcome(e))
	}
	s.Restore(a, op)
	s.Await(a, op, mark, func(e *recording.Entry) bool {
		d := device(a, e)
		return d != nil && (member == "" || d[member] == value)
	})
}

// opposites undo a device operation.
var opposites = map[string]string{
	"DoNotDisturbOn": "DoNotDisturbOff", "ForwardCallsOn": "ForwardCallsOff",
	"ListenIn": "CancelSupervisorMonitoring", "Coach": "CancelSupervisorMonitoring", "BargeIn": "CancelSupervisorMonitoring",
}

// Restore undoes a device operation at the end of the scenario, unless the device no longer
// offers the opposite: then it was undone already.
func (s *Stage) Restore(a *Actor, operation string) {
	opposite := opposites[operation]
	if opposite == "" {
		return
	}
	s.Defer(func() {
		last := s.Seen(a, s.begin, func(e *recording.Entry) bool { return device(a, e) != nil })
		if last != nil && !offers(device(a, last), opposite) && offers(device(a, last), operation) {
			return
		}
		mark := s.Mark()
		if e := s.DeviceOperation(a, "clean."+opposite, opposite, nil); e.Accepted() {
			s.Await(a, opposite+" at the end", mark, func(e *recording.Entry) bool { return device(a, e) != nil })
		}
	})
}

func offers(device map[string]any, operation string) bool {
	list, _ := device["capabilities"].([]any)
	for _, c := range list {
		if c == operation {
			return true
		}
	}
	return false
}

func userState(a *Actor, e *recording.Entry) map[string]any {
	u, _ := device(a, e)["userState"].(map[string]any)
	return u
}

// SetAgentState does so and waits until it is notified; false if it was refused.
func (s *Stage) SetAgentState(a *Actor, step, operation string, meant func(*recording.Entry) bool) bool {
	mark := s.Mark()
	if !s.AgentState(a, step, operation).Accepted() {
		return false
	}
	s.Await(a, "agent state "+operation, mark, meant)
	return true
}

// LearnMonitored waits for the supervisor's own end of a monitored call, and gives it the role of that
// call; nil if it does not come.
func (s *Stage) LearnMonitored(a *Actor, c *Call, mark int) *recording.Entry {
	e := s.Await(a, "the monitored call", mark, func(e *recording.Entry) bool { return e.Call() != nil && e.State() == "Established" })
	if e != nil {
		s.learnt(a, c.Role, e.CallID(), "agent,caller,destination")
	}
	return e
}

// Offers tells whether a notified call offers an operation.
func Offers(e *recording.Entry, operation string) bool { return offers(e.Call(), operation) }
