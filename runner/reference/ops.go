package reference

import (
	"regexp"
	"slices"
	"time"
)

// operation is one operation on a call. It checks its parameters before it
// changes anything: a refused operation has no effect.
type operation func(x *exchange, l *leg) *apiError

var callOperations = map[string]operation{
	"Answer": answerCall, "Hold": holdCall, "Retrieve": retrieveCall, "Hangup": hangupCall, "ClearCall": clearCall,
	"SendDtmf": sendDtmf, "MuteCall": mute("On"), "UnmuteCall": mute("Off"),
	"AttachUserData": mergeUserData, "UpdateUserData": mergeUserData,
	"DeleteUserData": deleteUserData, "DeleteUserDataPair": deleteUserDataPair,
	"StartCallRecording": record("Recording", "ON"), "PauseCallRecording": record("Paused", "PAUSED"),
	"ResumeCallRecording": record("Recording", "ON"), "StopCallRecording": record("Stopped", "OFF"),
	"InitiateTransfer": initiate(false), "InitiateConference": initiate(true),
	"CompleteTransfer": completeTransfer, "CompleteConference": completeConference,
	"SingleStepTransfer": singleStepTransfer, "SingleStepConference": singleStepConference,
	"RemoveParticipantFromConference": removeParticipant, "SwapCalls": swapCalls,
	"MuteMonitoredUser": muteMonitored(true), "UnmuteMonitoredUser": muteMonitored(false),
	"SwitchToListenIn": switchToListenIn,
}

var (
	phoneNumber = regexp.MustCompile(`^[0-9A-Za-z+*#@._:-]{1,64}$`)
	digits      = regexp.MustCompile(`^[0-9]+$`)
)

// callOperation answers POST /me/calls/{id}.
func (x *exchange) callOperation() *apiError {
	l := x.agent.find(x.id)
	if l == nil {
		return notFound("No call with id %.40s", x.id)
	}
	x.leg, x.before = l, l.state
	do, known := callOperations[x.op]
	if !known || x.op == "ClearCall" && !x.s.hooks.clearCall {
		return unknownOperation(x.op)
	}
	if err := x.feature(); err != nil {
		return err
	}
	if _, err := userData(x.body); err != nil {
		return err
	}
	if !x.s.allowed(l, x.op) && !x.force {
		return wrongState("Operation %s is not allowed in state %s", x.op, l.state)
	}
	if err := do(x, l); err != nil {
		return err
	}
	x.abandoned()
	x.refresh()
	return nil
}

func (x *exchange) feature() *apiError {
	if f := featureOf[x.op]; f != "" && !x.s.has(f) {
		return forbidden("Operation %s is not available", x.op)
	}
	return nil
}

// userData is the optional parameter of several operations.
func userData(body object) (object, *apiError) {
	v, ok := body["userData"]
	if !ok {
		return nil, nil
	}
	pairs, isObject := v.(object)
	if !isObject {
		return nil, invalid("Parameter userData is not an object")
	}
	return pairs, nil
}

// destination is the number to dial, and the check of the parameters that go
// with it.
func destination(x *exchange) (string, *apiError) {
	v := x.body["destination"]
	if v == nil {
		return "", missing("destination")
	}
	d, isObject := v.(object)
	if !isObject {
		return "", invalid("Parameter destination is not an object")
	}
	number, err := text(d, "phoneNumber")
	if err != nil {
		return "", err
	}
	if !phoneNumber.MatchString(number) {
		return "", invalid("The destination is no number")
	}
	if number == x.agent.Number {
		return "", invalid("The destination is the own device")
	}
	if err := x.reachable(number); err != nil {
		return "", err
	}
	for _, name := range []string{"location", "outboundCallerId"} {
		if v, given := x.body[name]; given {
			if _, isText := v.(string); !isText {
				return "", invalid("Parameter %s is not a string", name)
			}
		}
	}
	return number, nil
}

// addLeg puts a leg into its agent's list.
func (s *Server) addLeg(l *leg) *leg {
	l.mute, l.recording = "Off", "Stopped"
	if l.created.IsZero() {
		l.created = time.Now()
	}
	if l.agent != nil {
		l.agent.legs = append(l.agent.legs, l)
	}
	return l
}

// connect makes a new call between an agent and a number: two legs, one id.
func (x *exchange) connect(number, callType string, data *callData) (near, far *leg) {
	id, conn := x.s.ids.next()
	for key, value := range x.s.hooks.ownData {
		if _, sent := data.pairs[key]; !sent {
			data.pairs[key] = value
		}
	}
	made := leg{id: id, connID: conn, dnis: number, callType: callType, data: data}
	n, f := made, made
	n.agent, n.number, n.state = x.agent, x.agent.Number, dialing
	f.agent, f.number, f.state = x.s.agentByNumber(number), number, ringing
	if to := x.s.forwarded(f.agent); to != nil && to != x.agent {
		f.agent, f.number = to, to.Number
	}
	near, far = x.s.addLeg(&n), x.s.addLeg(&f)
	near.peers, far.peers = []*leg{far}, []*leg{near}
	return near, far
}

// forwarded is to whom the calls of an agent go instead, in a variation; nil for nobody.
func (s *Server) forwarded(a *agent) *agent {
	if !s.hooks.forwards || a == nil || a.forwardTo == "" {
		return nil
	}
	return s.agentByNumber(a.forwardTo)
}

// dial answers POST /me/devices/{id}/calls and, as clients do, /me/calls.
func (x *exchange) dial() *apiError {
	if x.op != "Dial" {
		return unknownOperation(x.op)
	}
	number, err := destination(x)
	if err != nil {
		return err
	}
	pairs, err := userData(x.body)
	if err != nil {
		return err
	}
	to, routed := x.s.routed(number)
	near, far := x.connect(to, "Internal", newData(pairs))
	if routed {
		near.route(number, far)
	}
	x.dials(near, far)
	return nil
}

// answerItself is the destination that picks up at once, in a variation. A
// plain Dial is not answered: who is dialled there is to post Answer.
func (x *exchange) answerItself(far *leg) {
	if x.s.hooks.autoAnswer && far.agent != nil {
		_ = answerCall(x, far)
	}
}

func answerCall(x *exchange, l *leg) *apiError {
	x.set(l, established)
	for _, p := range l.peers {
		if p.state == dialing {
			x.set(p, established)
		}
	}
	return nil
}

func holdCall(x *exchange, l *leg) *apiError {
	x.set(l, held)
	return nil
}

// retrieveCall takes a call off hold. The agent has one voice path: a consult
// call that is up is held, one that only rings is given up.
func retrieveCall(x *exchange, l *leg) *apiError {
	if other := l.partner(); other != nil {
		if other.state == dialing {
			x.release(other)
		} else {
			x.set(other, held)
		}
	}
	x.set(l, established)
	return nil
}

func hangupCall(x *exchange, l *leg) *apiError {
	x.release(l)
	return nil
}

func clearCall(x *exchange, l *leg) *apiError {
	peers := slices.Clone(l.peers)
	x.release(l)
	for _, p := range peers {
		x.release(p)
	}
	return nil
}

func sendDtmf(x *exchange, l *leg) *apiError {
	d, err := text(x.body, "digits")
	if err != nil {
		return err
	}
	if !digits.MatchString(d) {
		return invalid("Parameter digits has other characters than digits")
	}
	x.changed(l, kindDtmf)
	return nil
}

func mute(value string) operation {
	return func(x *exchange, l *leg) *apiError {
		l.mute = value
		x.changed(l, kindStatus)
		return nil
	}
}

func record(state, mark string) operation {
	return func(x *exchange, l *leg) *apiError {
		l.recording = state
		l.data.merge(object{"GSIP_RECORD": mark})
		x.changed(l, kindRecording)
		return nil
	}
}
