package play

import (
	"cmp"
	"maps"
	"strings"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// DeviceOperation posts an operation on an actor's device.
func (s *Stage) DeviceOperation(a *Actor, step, operation string, params map[string]any) *recording.Entry {
	return s.Post(a, step, "/me/devices/"+a.Device, operationBody(operation, params))
}

// AgentState posts an operation on an actor's voice channel.
func (s *Stage) AgentState(a *Actor, step, operation string) *recording.Entry {
	var params map[string]any
	if operation == "NotReady" {
		params = notReadyParameters(a)
	}
	e := s.Post(a, step, "/me/channels/voice", operationBody(operation, params))
	s.wantsReason(a, operation, e)
	return e
}

func operationBody(operation string, params map[string]any) map[string]any {
	body := map[string]any{"operationName": operation}
	maps.Copy(body, params)
	return body
}

// DeviceURI is the URI of an actor's device in the form that the pages use.
func (s *Stage) DeviceURI(a *Actor) string {
	if a.FromOutside() {
		s.Untestable("%s", a.Absence())
	}
	return s.station.run.Target.URL + "/api/v2/devices/" + a.Device
}

// AnyLocation is what the parameter location is tried with where the target file names none.
const AnyLocation = config.DefaultLocation

// Location is what the parameter location is tried with.
func (s *Stage) Location() string {
	return cmp.Or(s.station.run.Target.Location, AnyLocation)
}

// CallURI is a call's URI: as the server gave it, since it may go by another host name
// than the one it is called by.
func (s *Stage) CallURI(a *Actor, c *Call) string {
	if e := s.Seen(a, s.begin, c.aboutAt(a)); e != nil {
		if uri := voice.CallOf(e).URI(); strings.HasSuffix(uri, "/"+c.ID(a)) {
			return uri
		}
	}
	return s.station.run.Target.URL + "/api/v2/me/calls/" + c.ID(a)
}

// device is the actor's device in a notification; nil if it is not there.
func device(a *Actor, e *recording.Entry) voice.Device { return voice.DeviceOf(e, a.Device) }

// deviceArranged does the arrangements about devices and agent states; false if what is none.
func (s *Stage) deviceArranged(a *Actor, what string, value any) bool {
	switch what {
	case "turns do-not-disturb on":
		s.onDevice(a, "DoNotDisturbOn", nil, voice.On)
	case "forwards calls":
		s.onDevice(a, "ForwardCallsOn", map[string]any{"destination": s.rename(value)}, s.rename(value))
	case "is ready", "is not ready":
		op := map[string]string{"is ready": "Ready", "is not ready": "NotReady"}[what]
		mark := s.Mark()
		if e := s.AgentState(a, recording.Arrange.Label("agent-state"), op); !e.Accepted() {
			if a.learnShown().notified.UserState().State() == op {
				return true // an earlier scenario has left the agent so
			}
			s.stateRefused(a, op, e)
			return true
		}
		s.Await(a, "agent state "+op, mark, func(e *recording.Entry) bool { return agentState(a, e) == op })
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
	s.onDevice(a, operation, map[string]any{"targetDeviceUri": s.DeviceURI(target)}, nil)
}

// onDevice posts an operation, and waits until the device shows what it is told by: with that value, or in any way.
func (s *Stage) onDevice(a *Actor, op string, params map[string]any, value any) {
	if a == s.Agent {
		s.MustOffer(op)
	}
	mark := s.Mark()
	if e := s.DeviceOperation(a, recording.Arrange.Label(op), op, params); !e.Accepted() {
		s.Block("%s was refused: %s", op, Outcome(e))
	}
	s.Restore(a, op)
	meant := voice.ShowsDevice(a.Device)
	if value != nil {
		meant = voice.DeviceWith(a.Device, voice.Find(op).Told.Member, value)
	}
	s.Await(a, op, mark, meant)
}

// Restore undoes a device operation at the end of the scenario, unless the device no longer
// offers the opposite: then it was undone already.
func (s *Stage) Restore(a *Actor, operation string) {
	o := voice.Find(operation)
	if o.Undo == "" || o.To != voice.ToDevice {
		return
	}
	s.atEnd(func() {
		last := s.Seen(a, s.begin, voice.ShowsDevice(a.Device))
		if last != nil && !device(a, last).Offers(o.Undo) && device(a, last).Offers(operation) {
			return
		}
		s.undoNow(a, o, recording.Clean)
	})
}

// Undo undoes a device operation at once.
func (s *Stage) Undo(a *Actor, operation string) {
	s.undoNow(a, voice.Find(operation), recording.Arrange)
}

func (s *Stage) undoNow(a *Actor, o voice.Operation, purpose recording.Purpose) {
	mark := s.Mark()
	if e := s.DeviceOperation(a, purpose.Label(o.Undo), o.Undo, nil); e.Accepted() {
		s.Await(a, o.Undo, mark, voice.ShowsDevice(a.Device))
	}
}

// DeviceOffers reports whether an actor's device offered an operation when it was notified last, or was read.
func (*Stage) DeviceOffers(a *Actor, operation string) bool {
	return a.learnShown().last.Offers(operation)
}

// agentState is the agent state that a notification shows, without its work mode.
func agentState(a *Actor, e *recording.Entry) string { return device(a, e).UserState().State() }

// SetAgentState does so and waits until it is notified; false if it was refused.
func (s *Stage) SetAgentState(a *Actor, step, operation string, meant voice.Predicate) bool {
	mark := s.Mark()
	if !s.AgentState(a, step, operation).Accepted() {
		return false
	}
	s.Await(a, "agent state "+operation, mark, meant)
	return true
}

// AwaitMonitored waits for the supervisor's own end of a monitored call, and gives it the role of that
// call; nil if it does not come.
func (s *Stage) AwaitMonitored(a *Actor, c *Call, mark int) *recording.Entry {
	e := s.Await(a, "the monitored call", mark, voice.InState(voice.Established))
	if e != nil {
		s.bind(a, c.Role, e.CallID(), strings.Join(voice.Roles, ","))
	}
	return e
}
