package reference

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// agent is the running state of an Agent.
type agent struct {
	Agent
	userID    string
	session   bool   // contact centre session
	userState string // key of userStates
	doNotDisturb,
	forwardTo string
	monitor *monitoring
	legs    []*leg          // live, oldest first
	past    map[string]bool // ids of calls that were Released here
	out     outbox
	wrapUps int // that have begun
	ended   int // contact centre sessions
}

// monitoring is what a supervisor asked for.
type monitoring struct {
	state, mode, scope string
	target             *agent
}

// The system-defined agent states, with their fixed ids.
var userStates = map[string]object{
	"Ready":         {"id": "9430250E-0A1B-421F-B372-F29E69366DED", "displayName": "Ready", "state": "Ready"},
	"NotReady":      {"id": "900D55CC-2BB0-431F-8BF9-D3525B383BE6", "displayName": "Not Ready", "state": "NotReady"},
	"AfterCallWork": {"id": "D3663509-3D82-4DD3-A82E-2EA8EFA02AEF", "displayName": "AfterCallWork", "state": "NotReady", "workMode": "AfterCallWork"},
	"AuxWork":       {"id": "2B36138D-C564-4562-A8CB-3C32D564F296", "displayName": "AuxWork", "state": "NotReady", "workMode": "AuxWork"},
	"Offline":       {"id": "0F7F5003-EF26-4D13-A6Ef-D0C7EC819BEB", "displayName": "Offline", "state": "LoggedOut"},
	"LoggedIn":      {"state": "LoggedIn"},
}

// maxPast bounds what is remembered of calls that are over.
const maxPast = 10000

func newAgent(a Agent) *agent {
	if a.DeviceID == "" {
		a.DeviceID = newUUID()
	}
	return &agent{Agent: a, userID: idOf(a.User), doNotDisturb: "Off", past: map[string]bool{}}
}

func (a *agent) find(id string) *leg {
	for _, l := range a.legs {
		if l.id == id {
			return l
		}
	}
	return nil
}

func (a *agent) drop(l *leg) {
	a.legs = without(a.legs, l)
	if len(a.past) >= maxPast {
		clear(a.past)
	}
	a.past[l.id] = true
}

func (s *Server) agentByNumber(number string) *agent {
	for _, a := range s.agents {
		if a.Number == number {
			return a
		}
	}
	return nil
}

func (s *Server) renderDevice(a *agent) object {
	device := object{
		"id": a.DeviceID, "deviceState": "Inactive", "phoneNumber": a.Number, "e164Number": a.Number,
		"telephonyNetwork": "Private", "doNotDisturb": a.doNotDisturb,
		"voiceEnvironmentUri": s.publicBase() + "/voice-environments/" + s.environment,
		"capabilities":        s.deviceCapabilities(a),
		"uri":                 s.deviceURI(a), "path": "/devices/" + a.DeviceID,
	}
	if a.session {
		device["deviceState"] = "Active"
		device["userState"] = maps.Clone(userStates[a.userState])
	}
	if a.forwardTo != "" {
		device["forwardTo"] = a.forwardTo
	}
	if m := a.monitor; m != nil {
		device["supervisorMonitoringState"] = object{
			"state": m.state, "mode": m.mode, "scope": m.scope, "targetDeviceUri": s.deviceURI(m.target),
		}
	}
	for _, h := range s.hooks.device {
		h(s, a, device)
	}
	return device
}

func (s *Server) renderUser(a *agent) object {
	roles := []string{"ROLE_AGENT"}
	if s.has(featureMonitoring) {
		roles = append(roles, "ROLE_SUPERVISOR")
	}
	first := a.FirstName
	if first == "" {
		first = a.User
	}
	return object{
		"id": a.userID, "userName": a.User, "firstName": first, "lastName": a.LastName, "roles": roles, "enabled": true,
		"changePasswordOnFirstLogin": false,
		"uri":                        s.publicBase() + "/users/" + a.userID, "path": "/users/" + a.userID,
	}
}

func (s *Server) renderFeatures() []any {
	var list []any
	for _, id := range append([]string{"api-voice"}, s.opts.Features...) {
		if id == featureMute {
			continue
		}
		list = append(list, object{
			"id": id, "displayName": id, "description": "", "autoAssignOnContactCenterCreate": true,
			"uri": s.publicBase() + "/features/" + id, "path": "/features/" + id,
		})
	}
	return list
}

// agentState answers an operation on /me/channels/voice, or one on /me.
func (x *exchange) agentState() *apiError {
	if _, known := userStates[x.op]; !known || x.op == "LoggedIn" {
		return unknownOperation(x.op)
	}
	if err := x.s.absent(x.agent); err != nil {
		return err
	}
	if !x.agent.session {
		return wrongState("The agent is not logged in")
	}
	if x.op == "NotReady" && x.s.hooks.site.needsReason && x.body["reasons"] == nil {
		return missing("reasons")
	}
	x.enter(x.op)
	return nil
}

func (x *exchange) enter(state string) {
	x.agent.userState = state
	x.notes = append(x.notes, x.s.deviceNote(x.agent))
}

// meOperation answers POST /me: the session, and agent states too, as older
// clients post them there.
func (x *exchange) meOperation() *apiError {
	switch x.op {
	case "StartContactCenterSession":
		return x.startSession()
	case "EndContactCenterSession":
		return x.endSession()
	}
	return x.agentState()
}

func (x *exchange) logIn() {
	x.enter("LoggedIn")
	x.enter(cmp.Or(x.s.hooks.site.loginState, "Ready"))
}

func (x *exchange) startSession() *apiError {
	if x.s.hooks.noSession {
		return forbidden("Operation %s is forbidden", x.op)
	}
	channels, err := sessionChannels(x.body)
	if err != nil {
		return err
	}
	if place, ok := x.body["place"]; ok {
		if p, isText := place.(string); !isText || p == "" {
			return invalid("Parameter place is not a name")
		}
	}
	const closed = "Interaction server connection is not opened"
	if !slices.Contains(channels, "voice") {
		return &apiError{500, codeInternal, closed}
	}
	if err := x.s.absent(x.agent); err != nil {
		return x.withoutVoice(err)
	}
	anew := !x.agent.session
	x.agent.session = true
	if a := x.agent; x.s.hooks.logsInLater && !(x.s.hooks.activeFirst && !anew) {
		if x.s.hooks.activeFirst {
			x.enter("Offline")
		}
		x.s.inAWhile(lateLogin, func(later *exchange) {
			later.agent = a
			later.logIn()
		})
	} else {
		x.logIn()
	}
	if len(channels) > 1 || x.s.hooks.partialSession {
		x.answer.body = object{
			"statusCode": codePartial,
			"failed":     []any{object{"statusCode": codeInternal, "statusMessage": closed, "channel": "multimedia"}},
			"succeeded":  []any{object{"statusCode": codeOK, "channel": "voice"}},
		}
	}
	return nil
}

func sessionChannels(body object) ([]string, *apiError) {
	v, ok := body["channels"]
	if !ok {
		return []string{"voice"}, nil
	}
	list, isList := v.([]any)
	if !isList || len(list) == 0 {
		return nil, invalid("Parameter channels is not an array of names")
	}
	var names []string
	for _, c := range list {
		name, isText := c.(string)
		if !isText {
			return nil, invalid("Parameter channels is not an array of names")
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names, nil
}

const (
	lateLogin  = 60 * time.Millisecond
	lateLogout = 60 * time.Millisecond
)

func (a *agent) logOut() {
	a.session, a.userState, a.doNotDisturb, a.forwardTo, a.monitor = false, "", "Off", "", nil
}

// endSession logs the agent out and ends the HTTP sessions. No notification
// of it is documented.
func (x *exchange) endSession() *apiError {
	if x.s.hooks.noSession {
		return forbidden("Operation %s is forbidden", x.op)
	}
	a := x.agent
	for _, l := range slices.Clone(a.legs) {
		if l.watched != nil {
			x.release(l)
		}
	}
	if x.s.hooks.logsOutLater {
		x.s.inAWhile(lateLogout, func(*exchange) { a.logOut() })
	} else {
		a.logOut()
	}
	if x.s.hooks.endsBayeux {
		x.s.bayeux.endOf(a)
	}
	if !x.s.hooks.keepCookies && (!x.s.hooks.keepCookiesAgain || a.ended == 0) {
		x.s.http.end(a)
	}
	a.ended++
	return nil
}
