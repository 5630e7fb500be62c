package reference

import "net/http"

// otherKinds are messages that no page at hand names, on the topics of calls and devices.
func otherKinds(_ *exchange, notes []*note) []*note {
	var out []*note
	for _, n := range notes {
		out = append(out, n,
			&note{to: n.to, channel: "/v2/me/calls", data: object{"messageType": "CallHistoryMessage", "entries": []any{}}},
			&note{to: n.to, channel: "/v2/me/devices", data: object{"messageType": "VoicemailStateMessage", "unread": 3}})
	}
	return out
}

// digitByDigit tells of each digit by itself.
func digitByDigit(x *exchange, notes []*note) []*note {
	digits, _ := x.body["digits"].(string)
	var out []*note
	for _, n := range notes {
		out = append(out, n)
		for i := 1; n.kind == kindDtmf && i < len(digits); i++ {
			out = append(out, x.s.callNote(n.leg, kindDtmf))
		}
	}
	return out
}

// originalAgain tells the state of a Held original again when its consult call is answered or over.
func originalAgain(x *exchange, notes []*note) []*note {
	var out []*note
	for _, n := range notes {
		out = append(out, n)
		if n.leg == nil || n.kind != kindStatus || n.state != established && n.state != released {
			continue
		}
		if p := n.leg.parent; p != nil && p.state == held && p.live() {
			out = append(out, x.s.callNote(p, kindStatus))
		}
	}
	return out
}

// loggedIn refuses what needs an agent who is logged in.
func loggedIn(x *exchange) *apiError {
	if x.resource != "me" && x.agent.userState == "" {
		return &apiError{http.StatusInternalServerError, codeInternal, "Device '" + x.agent.Number + "' is not registered."}
	}
	return nil
}

// routeAttaches attaches a pair behind the telling of each call that is dialled.
func routeAttaches(_ *exchange, notes []*note) []*note {
	for _, n := range notes {
		if n.kind == kindStatus && n.leg != nil && n.state == dialing && n.leg.live() {
			n.leg.data.merge(object{"RouteAttached": "1"})
		}
	}
	return notes
}
