package reference

import (
	"fmt"
	"slices"
	"time"
)

// siteHooks are what an installation behind a server is like: telephones, login options, options of its devices.
type siteHooks struct {
	unregistered  func(*agent) bool // whose telephone is not there
	refusesLogin  bool              // such a login is refused, instead of succeeding in part
	loginState    string            // the agent state after login; Ready if empty
	rejects       bool              // a call to an agent who is not Ready is turned away
	wrapUp        time.Duration     // AfterCallWork ends by itself after so long; 0: it stays
	picksUp       bool              // every telephone answers by itself
	pickUpDelay   time.Duration     // so long after it began to ring
	silent        bool              // what rings is told as Established only
	rejectsInCall bool              // a call to whoever has one is turned away
	refusesInCall bool              // a call to whoever has one is refused
	lostNumbers   string            // what becomes of a call to a number that nobody has
	settings      []any             // of each device, as GET …/settings/tserver shows them
	needsReason   bool              // NotReady without reasons is refused
	routePoint    bool              // what is dialled with an 8 in front goes by a route point
	moreDevices   bool              // each agent has another device, that of nobody's calls
	front         string            // what stands before the server and lets people in
	mutualTLS     bool              // clients are known by a certificate, too
	shared        bool              // others use the same system, and phone and work in the names of the agents
}

// What becomes of a call to a number that nobody has.
const (
	lostRefused  = "refused"
	lostReleased = "released"
)

const (
	shortWrapUp = 700 * time.Millisecond
	latePickUp  = 300 * time.Millisecond
)

func site(name, description string, set func(*siteHooks)) variation {
	return vary(name, description, func(h *hooks) { set(&h.site) })
}

// siteVariations are what real installations are like. Some cannot be tested, and a run says so.
func siteVariations() []variation {
	of := func(i int) func(*agent) bool {
		role := firstStation[i].DeviceID
		return func(a *agent) bool { return a.DeviceID == role }
	}
	return []variation{
		site("unregistered", "no telephone is registered: the session starts without voice, and nothing works", func(h *siteHooks) {
			h.unregistered = func(*agent) bool { return true }
		}),
		site("unregistered-refused", "no telephone is registered: the session start is refused", func(h *siteHooks) {
			h.unregistered, h.refusesLogin = func(*agent) bool { return true }, true
		}),
		site("unregistered-agent", "the telephone of the first agent is not registered", func(h *siteHooks) { h.unregistered = of(0) }),
		site("unregistered-caller", "the telephone of the first caller is not registered", func(h *siteHooks) { h.unregistered = of(1) }),
		site("unregistered-destination", "the telephone of the first destination is not registered", func(h *siteHooks) { h.unregistered = of(2) }),
		site("wrap-up-reject", "agents have a wrap-up time after each call, and get no call meanwhile", func(h *siteHooks) {
			h.rejects, h.wrapUp, h.settings = true, shortWrapUp, rejecting
		}),
		site("wrap-up-reject-unsaid", "as wrap-up-reject, on a server that does not show the options of devices", func(h *siteHooks) {
			h.rejects, h.wrapUp = true, shortWrapUp
		}),
		site("not-ready-reject", "agents are NotReady after login, and get no call then", func(h *siteHooks) {
			h.rejects, h.loginState, h.settings = true, "NotReady", rejecting
		}),
		site("not-ready-reject-unsaid", "as not-ready-reject, on a server that does not show the options of devices", func(h *siteHooks) {
			h.rejects, h.loginState = true, "NotReady"
		}),
		site("in-call-reject", "whoever has a call gets no other", func(h *siteHooks) { h.rejectsInCall = true }),
		site("in-call-refused", "a call to whoever has one is refused", func(h *siteHooks) { h.refusesInCall = true }),
		site("reason-mandatory", "NotReady needs a reason", func(h *siteHooks) { h.needsReason = true }),
		site("auto-answer-at-once", "every telephone answers by itself, at once", func(h *siteHooks) { h.picksUp = true }),
		site("auto-answer-late", "every telephone answers by itself, 300 ms after it began to ring", func(h *siteHooks) {
			h.picksUp, h.pickUpDelay = true, latePickUp
		}),
		site("no-ringing", "every telephone answers by itself before it rings: Established is the first that the called agent is told", func(h *siteHooks) {
			h.picksUp, h.silent = true, true
		}),
		site("number-of-nobody-refused", "a call to a number that nobody has is refused", func(h *siteHooks) { h.lostNumbers = lostRefused }),
		site("number-of-nobody-released", "a call to a number that nobody has is Dialing, and Released at once", func(h *siteHooks) { h.lostNumbers = lostReleased }),
		site("routed", "a number with an 8 in front is that of a route point: the call that comes of it is Inbound, with its dnis and user data", func(h *siteHooks) {
			h.routePoint = true
		}),
		vary("shown-otherwise", "numbers are shown with the codes of a country and an area before them, and dialled without", shownOtherwise),
		site("bearer", "a gateway lets in who has a bearer token", func(h *siteHooks) { h.front = frontBearer }),
		site("saml-front", "a single sign-on lets in who has the cookie of a session that it began, and redirects others to its page", func(h *siteHooks) {
			h.front = frontSAML
		}),
		site("mutual-tls", "the server speaks https, and asks for a client's certificate", func(h *siteHooks) { h.mutualTLS = true }),
		site("shared-with-others", "others phone the agents, who get no second call meanwhile, make them NotReady, log them out and in, and hang up their calls",
			func(h *siteHooks) { h.shared = true }),
		site("foreign-devices", "each agent has a second device, which is listed and notified beside the first", func(h *siteHooks) { h.moreDevices = true }),
	}
}

// rejecting are options that a live server shows of its devices.
var rejecting = []any{
	object{"name": "reject-call-incall", "value": "true"}, object{"name": "reject-call-notready", "value": "true"},
	object{"name": "sip-cti-control", "value": "talk,hold,beep,dtmf"}, object{"name": "contact", "value": "*"},
}

// absent is the refusal where the telephone is not there.
func (s *Server) absent(a *agent) *apiError {
	gone := s.hooks.site.unregistered
	if (gone == nil || !gone(a)) && (s.sip == nil || s.sip.Registered(a.Number)) {
		return nil
	}
	return &apiError{500, codeInternal, fmt.Sprintf("Device '%s' is not registered.", a.Number)}
}

// withoutVoice answers a session start whose voice channel cannot be opened.
func (x *exchange) withoutVoice(err *apiError) *apiError {
	if x.s.hooks.site.refusesLogin {
		return err
	}
	x.answer.body = object{
		"statusCode": codePartial,
		"failed":     []any{object{"statusCode": err.code, "statusMessage": err.message, "channel": "voice"}},
		"succeeded":  []any{object{"statusCode": codeOK, "channel": "multimedia"}},
	}
	return nil
}

// dials tells both ends of a new call, or what becomes of one that does not come through.
func (x *exchange) dials(near, far *leg) {
	x.changed(near, kindStatus)
	site := &x.s.hooks.site
	lost := far.agent == nil && site.lostNumbers == lostReleased
	away := far.agent != nil && (x.s.absent(far.agent) != nil || site.rejectsInCall && len(far.agent.legs) > 1 ||
		site.rejects && (!far.agent.session || far.agent.userState != "Ready") ||
		site.shared && (!far.agent.session || far.agent.called()))
	if lost || away {
		far.state = released
		if far.agent != nil {
			far.agent.drop(far)
		}
		x.set(near, released)
		return
	}
	x.rings(far)
}

// rings tells who is called. Some telephones are picked up by themselves.
func (x *exchange) rings(far *leg) {
	site := &x.s.hooks.site
	if !site.picksUp || far.agent == nil {
		x.changed(far, kindStatus)
		return
	}
	if !site.silent {
		x.changed(far, kindStatus)
	}
	if site.pickUpDelay == 0 {
		_ = answerCall(x, far)
		return
	}
	x.s.inAWhile(site.pickUpDelay, func(later *exchange) {
		if far.state == ringing {
			later.agent = far.agent
			_ = answerCall(later, far)
			later.refresh()
		}
	})
}

// inAWhile does something after a while, with what is to be notified of it.
func (s *Server) inAWhile(after time.Duration, do func(*exchange)) {
	s.spawn(func() {
		t := time.NewTimer(after)
		defer t.Stop()
		select {
		case <-s.closing:
			return
		case <-t.C:
		}
		now := make(chan struct{})
		close(now)
		s.mu.Lock()
		defer s.mu.Unlock()
		x := &exchange{s: s}
		do(x)
		s.deliverBehind(x, now)
	})
}

// wrapsUp ends the work after a call when its time is over.
func (x *exchange) wrapsUp(a *agent) {
	if x.s.hooks.site.wrapUp == 0 {
		return
	}
	a.wrapUps++
	mine := a.wrapUps
	x.s.inAWhile(x.s.hooks.site.wrapUp, func(later *exchange) {
		if a.wrapUps == mine && a.session && a.userState == "AfterCallWork" {
			later.agent = a
			later.enter("Ready")
		}
	})
}

// routed is whom a number leads to: through a route point, or directly.
func (s *Server) routed(number string) (to string, byRoutePoint bool) {
	if s.hooks.site.routePoint && len(number) > 1 && number[0] == '8' && s.agentByNumber(number[1:]) != nil {
		return number[1:], true
	}
	return number, false
}

// RoutePoint is the number of the route point that leads to somebody, in the variation that has them.
func RoutePoint(number string) string { return "8" + number }

// reachable refuses what is dialled from a telephone that is not there, or to a number that nobody has.
func (x *exchange) reachable(number string) *apiError {
	if err := x.s.absent(x.agent); err != nil {
		return err
	}
	to, _ := x.s.routed(number)
	if x.s.hooks.site.lostNumbers == lostRefused && x.s.agentByNumber(to) == nil {
		return &apiError{500, codeInternal, fmt.Sprintf("Invalid destination '%s'", number)}
	}
	if called := x.s.agentByNumber(to); x.s.hooks.site.refusesInCall && called != nil && len(called.legs) > 0 {
		return &apiError{500, codeInternal, fmt.Sprintf("Destination busy '%s'", number)}
	}
	return nil
}

// route makes two ends those of a call that came through a route point.
func (l *leg) route(point string, far *leg) {
	for _, end := range []*leg{l, far} {
		end.dnis, end.callType = point, "Inbound"
	}
	l.data.merge(attachedByRouting())
}

// attachedByRouting are user data as a strategy attaches them.
func attachedByRouting() object {
	pairs := object{"RTargetObjectSelected": "?:(skill > 1)", "ServiceObjective": "", "Список": "да", "empty": "", "nested": object{"a": "1"}}
	for i := range 35 {
		pairs[fmt.Sprintf("RVQ_%02d", i)] = fmt.Sprint(i)
	}
	return pairs
}

// secondDevice is another device of an agent, which no call is at.
func (s *Server) secondDevice(a *agent) object {
	d := s.renderDevice(&agent{Agent: a.Agent, userID: a.userID, session: a.session, userState: a.userState, doNotDisturb: "Off"})
	id := "f" + a.DeviceID[1:]
	d["id"], d["phoneNumber"], d["e164Number"], d["deviceState"] = id, "7"+a.Number, "7"+a.Number, "Inactive"
	d["uri"], d["path"] = s.publicBase()+"/devices/"+id, "/devices/"+id
	delete(d, "userState")
	return d
}

// devicesOf are the devices of an agent, the one with the calls last.
func (s *Server) devicesOf(a *agent) []object {
	if !s.hooks.site.moreDevices {
		return []object{s.renderDevice(a)}
	}
	return slices.Concat([]object{s.secondDevice(a)}, []object{s.renderDevice(a)})
}

// anyDevices are those of an agent as members of a resource.
func (s *Server) anyDevices(a *agent) []any {
	var out []any
	for _, d := range s.devicesOf(a) {
		out = append(out, d)
	}
	return out
}

// sessionGoesOn keeps back the notifications of the start of a session that runs.
func sessionGoesOn(h *hooks) {
	const start = "StartContactCenterSession"
	arrives(start, func(x *exchange) *apiError {
		x.stashed = x.agent.session
		return nil
	})(h)
	onNotes(start, func(x *exchange, notes []*note) []*note {
		if x.stashed == true {
			return nil
		}
		return notes
	})(h)
}
