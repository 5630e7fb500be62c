package reference

import (
	"maps"
	"slices"
)

// faultsReads break GET.
func faultsReads() []fault {
	return slices.Concat(readFaults(), listFaults())
}

func readFaults() []fault {
	return []fault{
		row("read-shows-older-state", "READ-1", "GET of a call shows the state before the last one", readCall(func(x *exchange, c object) {
			switch x.leg.state {
			case established, held:
				l := *x.leg
				l.state = map[string]string{established: ringing, held: established}[x.leg.state]
				maps.Copy(c, object{"state": l.state, "capabilities": x.s.capabilities(&l)})
			}
		})),
		row("read-without-user-data", "READ-1", "GET of a call leaves userData out", readCall(func(_ *exchange, c object) { delete(c, "userData") })),
		row("read-with-other-capabilities", "READ-1", "GET of a call shows no capabilities",
			readCall(func(_ *exchange, c object) { c["capabilities"] = []string{} })),
		row("read-with-other-participants", "READ-1", "GET of a call shows another party", readCall(func(_ *exchange, c object) {
			c["participants"] = []any{participant("4711")}
		})),
		row("read-of-conference-lists-one", "READ-1", "GET of a call of three shows one other party", readCall(func(x *exchange, c object) {
			if list, _ := c["participants"].([]any); len(list) > 1 && x.leg.owner {
				c["participants"] = list[:1]
			}
		})),
		row("read-with-other-recording-state", "READ-1", "GET of a call shows it as recorded",
			readCall(func(_ *exchange, c object) { c["recordingState"] = "Recording" })),
		row("read-with-other-device", "READ-1", "GET of a call shows another device",
			readCall(func(_ *exchange, c object) { c["deviceUri"] = "http://x/api/v2/devices/1" })),
		row("read-as-listened-to", "READ-1", "GET of a call shows a supervisor listening in",
			readCall(func(_ *exchange, c object) { c["supervisorListeningIn"] = true })),
		row("read-of-live-call-refused", "READ-1", "GET of a call is refused with statusCode 6", func(h *hooks) {
			h.lookup = append(h.lookup, func(*exchange, *leg) *leg { return nil })
		}),
	}
}

func listFaults() []fault {
	return []fault{
		row("list-empty", "READ-2", "the list of calls is empty", listed(func(*exchange, []object) []object { return []object{} })),
		row("list-misses-consult-call", "READ-2", "the list of calls leaves out consult calls", listed(func(_ *exchange, list []object) []object {
			return slices.DeleteFunc(list, func(c object) bool { return c["callType"] == "Consult" })
		})),
		row("list-misses-held-calls", "READ-2", "the list of calls leaves out Held calls", listed(func(_ *exchange, list []object) []object {
			return slices.DeleteFunc(list, func(c object) bool { return c["state"] == held })
		})),
		row("list-without-uris", "READ-2", "the list of calls has calls instead of uris", reads("me/calls", func(x *exchange) {
			if x.answer.body["uris"] != nil {
				x.answer.body = ok("calls", x.calls())
			}
		})),
		row("list-ignores-fields", "READ-2", "the list of calls has uris although fields=* asks for resources", reads("me/calls", func(x *exchange) {
			uris := []any{}
			for _, c := range x.calls() {
				uris = append(uris, c["uri"])
			}
			x.answer.body = ok("uris", uris)
		})),
		row("list-as-string", "READ-2", "uris of the list of calls is a string", reads("me/calls", func(x *exchange) {
			if x.answer.body["uris"] != nil {
				x.answer.body["uris"] = string(encode(x.answer.body["uris"]))
			}
		})),
		row("list-keeps-released-calls", "READ-3", "Released calls stay in the list of calls", keepReleased(func(_ *exchange, list, over []object) []object {
			return append(list, over...)
		})),
		row("list-keeps-last-released-call", "READ-3", "the last Released call stays in the list, as Established", keepReleased(func(_ *exchange, list, over []object) []object {
			if len(over) == 0 {
				return list
			}
			c := maps.Clone(over[len(over)-1])
			c["state"], c["capabilities"] = established, slices.Clone(capsEstablished)
			return append(list, c)
		})),
		row("recovery-without-calls", "READ-5", "GET /me?subresources=* does not show the live calls", recovered(func(user object) { delete(user, "calls") })),
		row("recovery-with-no-calls", "READ-5", "GET /me?subresources=* shows no calls", recovered(func(user object) { user["calls"] = []any{} })),
		row("recovery-with-old-calls", "READ-5", "GET /me?subresources=* shows each call as Ringing", recovered(func(user object) {
			list, _ := user["calls"].([]object)
			for _, c := range list {
				c["state"] = ringing
			}
		})),
		row("unknown-call-read", "READ-4", "GET of a call that does not exist is answered 0", accepts("", func(x *exchange, err *apiError) bool {
			return x.r.Method == "GET" && notFoundAnd(unknown)(x, err)
		})),
		row("unknown-call-read-as-null", "READ-4", "GET of a call that does not exist is answered 0 and call null", func(h *hooks) {
			h.refused = append(h.refused, func(x *exchange, err *apiError) *apiError {
				if x.r.Method != "GET" || !notFoundAnd(unknown)(x, err) {
					return err
				}
				x.answer.body = ok("call", nil)
				return nil
			})
		}),
	}
}

// recovered bends the user of GET /me?subresources=.
func recovered(f func(object)) func(*hooks) {
	return reads("me", func(x *exchange) {
		if user, _ := x.answer.body["user"].(object); user != nil && x.r.URL.Query().Has("subresources") {
			f(user)
		}
	})
}

func readCall(f func(*exchange, object)) func(*hooks) {
	return reads("me/calls/*", func(x *exchange) {
		if c, _ := x.answer.body["call"].(object); c != nil && x.leg != nil {
			f(x, c)
		}
	})
}

func listed(f func(*exchange, []object) []object) func(*hooks) {
	return func(h *hooks) { h.list = append(h.list, f) }
}

// keepReleased remembers the Released calls of each agent for the list.
func keepReleased(f func(x *exchange, list, over []object) []object) func(*hooks) {
	return func(h *hooks) {
		past := map[*agent][]object{} // under the server's lock
		h.notes = append(h.notes, func(_ *exchange, notes []*note) []*note {
			for _, n := range notes {
				if n.state == released && len(past[n.to]) < 100 {
					past[n.to] = append(past[n.to], n.call())
				}
			}
			return notes
		})
		h.list = append(h.list, func(x *exchange, list []object) []object { return f(x, list, past[x.agent]) })
	}
}
