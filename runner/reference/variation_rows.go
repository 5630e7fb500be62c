package reference

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

func shuffle(_ *leg, list []string) []string {
	rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

// unknownMembers adds what older pages, newer ones and live servers show.
// Errors stay exact: their members are documented as the only ones.
func unknownMembers(h *hooks) {
	h.call = append(h.call, func(_ *Server, _ *leg, c object) {
		parties, _ := c["participants"].([]any)
		for _, p := range parties {
			p.(object)["location"] = "California"
		}
		if len(parties) > 0 {
			c["ani"] = parties[0].(object)["digits"]
		}
		c["attributes"] = object{"priority": 5, "queue": nil}
	})
	h.device = append(h.device, func(_ *Server, _ *agent, d object) { d["description"], d["location"] = "", "Main" })
	h.notes = append(h.notes, func(_ *exchange, notes []*note) []*note {
		for _, n := range notes {
			n.data["metrics"], n.data["referenceId"] = metrics(), 18
			if n.leg != nil {
				n.data["devices"] = []any{} // named as what another message holds
			}
		}
		return notes
	})
	h.answer = append(h.answer, func(x *exchange) {
		if x.answer.err == nil {
			x.answer.body["requestId"] = newUUID()
		}
	})
	h.bayeux.reply = append(h.bayeux.reply, func(_ *session, _, reply object) {
		reply["timestamp"] = time.Now().UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT")
		reply["ext"] = object{"note": "ignored"}
	})
}

// otherJSON writes the same JSON in another way.
func otherJSON(h *hooks) {
	pretty := func(raw []byte) []byte {
		var b bytes.Buffer
		if json.Indent(&b, raw, "\t", "  ") != nil {
			return raw
		}
		var out []byte
		for _, c := range b.String() {
			switch high, low := utf16.EncodeRune(c); {
			case c < utf8.RuneSelf:
				out = utf8.AppendRune(out, c)
			case high != utf8.RuneError:
				out = fmt.Appendf(out, "\\u%04x\\u%04X", high, low)
			default:
				out = fmt.Appendf(out, "\\u%04x", c)
			}
		}
		return slices.Concat([]byte("\r\n\t "), out, []byte("\n \r\n"))
	}
	h.chunked = true
	h.write = append(h.write, func(_ *exchange, out *written) {
		out.contentType, out.body = "Application/JSON ; charset=\"utf-8\"", pretty(out.body)
	})
	h.bayeux.body = append(h.bayeux.body, pretty)
	h.bayeux.frames = append(h.bayeux.frames, func(f []byte) [][]byte { return [][]byte{pretty(f)} })
}

func metrics() object {
	return object{"eventProcessing": object{
		"nodeProcessingTimeNanos": 314159, "serverGenerationTimestamp": time.Now().UnixMilli(), "serverProcessingTimeTotalMs": -1,
	}}
}

// noteCalls bends each call notification, unless it is another agent's.
func noteCalls(bend func(*note)) func(*exchange, []*note) []*note {
	return func(_ *exchange, notes []*note) []*note {
		for _, n := range notes {
			if n.call() != nil {
				bend(n)
			}
		}
		return notes
	}
}

func sample1(h *hooks) { h.sample1 = true }

func noOptionalMembers(h *hooks) {
	h.call = append(h.call, func(_ *Server, _ *leg, c object) {
		for _, name := range []string{"monitoring", "parentCallPath"} {
			delete(c, name)
		}
	})
	h.notes = append(h.notes, noteCalls(func(n *note) { delete(n.data, "extensions") }))
}

// originMandatory is what the StartCallRecording page of GWS 8.6.0 says of the header.
func originMandatory(x *exchange) *apiError {
	if strings.HasSuffix(x.op, "CallRecording") && x.r.Header.Get("Origin") == "" {
		return missing("Origin")
	}
	return nil
}

func cookieWords(*Server, *agent) map[string]string {
	return map[string]string{
		"state": "Ready", "channel": "voice", "lang": "en-US", "loggedIn": "true", "call": established, "last": "Hangup", "view": "calls",
	}
}

func cookieDevice(_ *Server, a *agent) map[string]string {
	return map[string]string{"device": a.DeviceID}
}

func cookieLastCall(s *Server, a *agent) map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(a.legs) == 0 {
		return nil
	}
	return map[string]string{"lastCall": a.legs[len(a.legs)-1].id}
}

// participantsAgain tells the parties once more when a call is established, and after each change of them.
func participantsAgain(_ *exchange, notes []*note) []*note {
	var out []*note
	for _, n := range notes {
		out = append(out, n)
		if n.call() == nil || n.state != established || n.kind != kindStatus && n.kind != kindParticipants {
			continue
		}
		again := n.clone()
		again.kind = kindParticipants
		again.data["notificationType"] = kindParticipants
		out = append(out, again)
	}
	return out
}

// stateAgain tells the state of a call once more, which has not changed: behind DtmfSent, and at the other end of a Hold or Retrieve.
func stateAgain(x *exchange, notes []*note) []*note {
	op, _ := x.body["operationName"].(string)
	var out []*note
	for _, n := range notes {
		out = append(out, n)
		switch {
		case n.leg == nil || !n.leg.live():
		case n.kind == kindDtmf:
			out = append(out, x.s.callNote(n.leg, kindStatus))
		case (op == "Hold" || op == "Retrieve") && n.kind == kindStatus && n.leg.agent == x.agent && n.leg.id == x.id:
			for _, p := range n.leg.peers {
				if p.live() && p.agent != nil && p.state == established {
					out = append(out, x.s.callNote(p, kindStatus))
				}
			}
		}
	}
	return out
}

// heldAgain tells of the original what the pages tell first, also where it was Held before.
func heldAgain(x *exchange, notes []*note) []*note {
	op, _ := x.body["operationName"].(string)
	if op != "InitiateTransfer" && op != "InitiateConference" || x.leg == nil || x.leg.state != held || len(notes) == 0 { // or it is refused
		return notes
	}
	if slices.ContainsFunc(notes, func(n *note) bool { return n.leg == x.leg && n.kind == kindStatus && n.state == held }) {
		return notes
	}
	return append([]*note{x.s.callNote(x.leg, kindStatus)}, notes...)
}

// consultData tells the user data of a consult call behind its Dialing.
func consultData(x *exchange, notes []*note) []*note {
	var out []*note
	for _, n := range notes {
		out = append(out, n)
		if n.leg != nil && n.kind == kindStatus && n.state == dialing && n.leg.parent != nil && n.leg.state == dialing && len(n.leg.data.pairs) > 0 {
			out = append(out, x.s.callNote(n.leg, kindData))
		}
	}
	return out
}

// participantsLate is participantsAgain, told only before the next notification of the call: meanwhile somebody may have asked for
// something else.
func participantsLate(h *hooks) {
	held := map[*leg]*note{}
	h.notes = append(h.notes, func(x *exchange, notes []*note) []*note {
		var out []*note
		for _, n := range notes {
			if late := held[n.leg]; late != nil && n.leg != nil {
				late.call()["duration"] = x.s.duration(n.leg)
				out = append(out, late)
				delete(held, n.leg)
			}
			out = append(out, n)
			if n.call() == nil || n.leg == nil || n.state != established || n.kind != kindStatus || n.leg.partner() != nil {
				continue
			}
			late := n.clone()
			late.kind = kindParticipants
			late.data["notificationType"] = kindParticipants
			held[n.leg] = late
		}
		return out
	})
}

// formattedNumbers shows numbers as people write them.
func formattedNumbers(h *hooks) {
	h.call = append(h.call, func(_ *Server, _ *leg, c object) {
		list, _ := c["participants"].([]any)
		for _, p := range list {
			if p, ok := p.(object); ok {
				p["formattedPhoneNumber"] = fmt.Sprintf("(555) %s", p["phoneNumber"])
			}
		}
	})
}

// internationalNumbers fills in the form that most servers leave empty.
func internationalNumbers(_ *Server, l *leg, c object) {
	list, _ := c["participants"].([]any)
	for i, p := range list {
		if p, ok := p.(object); ok && i < len(l.peers) {
			p["e164Number"] = "+1555" + l.peers[i].number
		}
	}
}

// nextState is the life of the call that nobody asked for.
var nextState = map[string]string{ringing: established, established: held, held: released}

// unrelatedCalls puts a step of another call of the same agent before each
// call notification. It is an inbound call from outside, and a real one:
// reads show it and operations work on it. It takes no step while it is
// itself told of, since that was rendered before.
func unrelatedCalls(x *exchange, notes []*note) []*note {
	if slices.ContainsFunc(notes, func(n *note) bool { return n.leg != nil && n.leg.background }) {
		return notes
	}
	var out []*note
	for _, n := range notes {
		if n.call() != nil {
			step := &exchange{s: x.s, agent: n.to}
			step.background()
			out = append(out, step.notes...)
		}
		out = append(out, n)
	}
	return out
}

func (x *exchange) background() {
	at := slices.IndexFunc(x.agent.legs, func(l *leg) bool { return l.background })
	if at >= 0 {
		l := x.agent.legs[at]
		x.set(l, nextState[l.state])
		return
	}
	id, conn := x.s.ids.next()
	outside := &leg{number: "5990", state: established}
	l := &leg{id: id, connID: conn, dnis: x.agent.Number, callType: "Inbound", data: newData(), agent: x.agent,
		number: x.agent.Number, state: ringing, peers: []*leg{outside}, background: true}
	x.s.addLeg(l)
	x.changed(l, kindStatus)
}

// dataBetween changes user data in the midst of things, as a strategy or the
// other agent may: after Ringing, and between Held and Dialing.
func dataBetween(x *exchange, notes []*note) []*note {
	var out []*note
	for _, n := range notes {
		out = append(out, n)
		if n.kind != kindStatus || n.leg == nil || n.state != ringing && n.state != held || !n.leg.live() {
			continue
		}
		n.leg.data.merge(object{"Sequence": fmt.Sprint(len(n.leg.data.pairs) + 1)})
		changed := n.clone() // in the state of that moment
		changed.kind = kindData
		changed.data["notificationType"] = kindData
		changed.call()["userData"] = x.s.renderCall(n.leg)["userData"]
		delete(changed.data, "extensions")
		out = append(out, changed)
		for _, p := range n.leg.peers {
			if p.data == n.leg.data && p.agent != nil && p.live() {
				out = append(out, x.s.callNote(p, kindData))
			}
		}
	}
	return out
}

// refuseLater answers 0 where the state forbids an operation, changes nothing
// and says so by a notification.
func refuseLater(tell func(*exchange) *note) func(*exchange, *apiError) *apiError {
	return func(x *exchange, err *apiError) *apiError {
		if err.code != codeState || x.leg == nil {
			return err
		}
		x.notes = append(x.notes, tell(x))
		return nil
	}
}

// refuseInAWhile is refuseLater for a back end that takes its time.
func refuseInAWhile(x *exchange, err *apiError) *apiError {
	if err.code != codeState || x.leg == nil {
		return err
	}
	n := errorMessage(x)
	x.s.inAWhile(lateRefusal, func(later *exchange) { later.notes = append(later.notes, n) })
	return nil
}

func errorMessage(x *exchange) *note {
	return &note{to: x.agent, channel: deviceTopic, data: object{
		"messageType": "ErrorMessage", "devicePath": "/devices/" + x.agent.DeviceID, "deviceUri": x.s.deviceURI(x.agent),
		"errorMessage": "Operation " + x.op + " is not allowed now",
	}}
}

func errorNotification(x *exchange) *note {
	n := x.s.callNote(x.leg, "Error")
	n.data["errorMessage"] = "Operation " + x.op + " is not allowed now"
	return n
}

// liveServer is what voice-api.md, section 11, lists of a GWS 8.5.202.96.
func liveServer(s *Server) {
	h := &s.hooks
	s.opts.Features = []string{}
	h.clearCall, h.afterCallWork, h.notifyPeers = true, true, true
	h.call = append(h.call, func(_ *Server, l *leg, c object) {
		c["monitoring"] = l.watched != nil
		if l.state != ringing && l.state != dialing {
			c["case"] = []any{}
		}
	})
	h.device = append(h.device, func(_ *Server, a *agent, d object) {
		d["description"], d["channels"], d["dynamicPhoneNumber"], d["e164Number"] = "", []string{"voice"}, "", ""
		delete(d, "uri")
		delete(d, "path")
		if !a.session {
			d["userState"], d["capabilities"] = maps.Clone(userStates["Offline"]), []string{}
		}
	})
	h.notes = append(h.notes, func(_ *exchange, notes []*note) []*note {
		for _, n := range notes {
			n.data["metrics"] = metrics()
			if n.call() != nil && n.kind != kindData {
				n.data["extensions"] = liveExtensions(n)
			}
		}
		return notes
	})
	h.answer = append(h.answer, func(x *exchange) {
		if x.answer.err == nil && x.op != "" {
			x.answer.body["referenceId"] = 17
		}
	})
}

func liveExtensions(n *note) object {
	switch n.state {
	case dialing:
		return object{"BusinessCall": 0}
	case ringing:
		from := ""
		if len(n.leg.peers) > 0 {
			from = n.leg.peers[0].number
		}
		return object{"NO_ANSWER_ACTION": "notready", "BusinessCall": 1, "OriginationDN": from,
			"OriginationDN_location": "Switch", "NO_ANSWER_TIMEOUT": 15, "NO_ANSWER_OVERFLOW": "recall"}
	case established:
		if n.leg.dnis == n.to.Number {
			return object{"BusinessCall": 1, "WrapUpTime": 20}
		}
		return object{"BusinessCall": 1, "WrapUpTime": 5}
	}
	return object{"BusinessCall": 1}
}
