package reference

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// steadyFaults change what an operation is not about, and count a call's seconds wrongly.
func steadyFaults() []fault {
	return slices.Concat(clockFaults(), memberSteadyFaults(), pairSteadyFaults(), offerAfterFaults())
}

func clockFaults() []fault {
	return []fault{
		row("duration-in-milliseconds", "MSG-15", "duration counts milliseconds", calls("", func(_ *Server, l *leg, c object) {
			c["duration"] = fmt.Sprint(time.Since(l.created).Milliseconds() + 4000)
		})),
		row("duration-since-1970", "MSG-15", "duration is the time of the call's begin", calls("", func(_ *Server, l *leg, c object) {
			c["duration"] = fmt.Sprint(l.created.Unix())
		})),
		row("duration-stands-still", "MSG-15", "duration is 0 for ever", calls("", func(_ *Server, _ *leg, c object) { c["duration"] = "0" })),
		row("duration-of-held-call-begins-anew", "MSG-15", "duration of a Held call is 0", calls(held, func(_ *Server, _ *leg, c object) { c["duration"] = "0" })),
		row("duration-runs-ahead-when-read", "MSG-15", "a call that is read alone says 30 seconds more than have gone by", reads("me/calls/*", func(x *exchange) {
			if c, _ := x.answer.body["call"].(object); c != nil && x.leg != nil {
				c["duration"] = fmt.Sprint(seconds(x.s, x.leg) + 30)
			}
		})),
		row("duration-begins-at-an-hour", "MSG-15", "duration begins at 3600", calls("", func(s *Server, l *leg, c object) {
			c["duration"] = fmt.Sprint(seconds(s, l) + 3600)
		})),
	}
}

func memberSteadyFaults() []fault {
	return []fault{
		row("user-data-unmutes", "MSG-16", "a change of user data is notified with mute On where the call is not muted",
			bendCall("", ofKind(kindData), func(c object) { c["mute"] = map[any]any{"On": "Off", "Off": "On"}[c["mute"]] })),
		row("dtmf-shows-recording", "MSG-16", "DtmfSent shows a recording that nobody began",
			bendCall("", ofKind(kindDtmf), func(c object) { c["recordingState"] = "Recording" })),
		row("user-data-shows-paused-recording", "MSG-16", "a change of user data shows a paused recording",
			bendCall("", ofKind(kindData), func(c object) { c["recordingState"] = "Paused" })),
		row("dtmf-shows-another-party", "MSG-16", "DtmfSent lists another party", bendCall("", ofKind(kindDtmf), func(c object) {
			c["participants"] = []any{participant("4711")}
		})),
		row("user-data-shows-a-party-too-many", "MSG-16", "a change of user data lists a party more", bendCall("", ofKind(kindData), func(c object) {
			list, _ := c["participants"].([]any)
			c["participants"] = append(slices.Clone(list), participant("4711"))
		})),
		row("held-with-another-dnis", "MSG-16", "a Held call has another dnis", bendCall("", anyHeld, func(c object) { c["dnis"] = "4711" })),
		row("user-data-with-another-dnis", "MSG-16", "a change of user data shows another dnis",
			bendCall("", ofKind(kindData), func(c object) { c["dnis"] = "4711" })),
		row("held-conference-lists-one", "MSG-16", "a Held call of three lists one of the other parties", calls(held, func(_ *Server, l *leg, c object) {
			if list, _ := c["participants"].([]any); l.owner && len(list) > 1 {
				c["participants"] = list[:1]
			}
		})),
		row("refused-transfer-holds-silently", "MSG-16", "InitiateTransfer without destination is refused and holds the call, without a word",
			arrives("InitiateTransfer", func(x *exchange) *apiError {
				if l := x.agent.find(x.id); l != nil && l.state == established && l.partner() == nil && x.body["destination"] == nil {
					l.state = held
					l.shown = key(x.s.baseCapabilities(l))
				}
				return nil
			})),
		row("hold-stops-recording", "MSG-16", "a call that is held is not recorded any more", arrives("Hold", func(x *exchange) *apiError {
			if l := x.agent.find(x.id); l != nil {
				l.recording = "Stopped"
			}
			return nil
		})),
		row("user-data-makes-a-consult-call", "MSG-16", "a change of user data shows callType Consult",
			bendCall("", ofKind(kindData), func(c object) { c["callType"] = "Consult" })),
	}
}

func pairSteadyFaults() []fault {
	status := func(_ *exchange, n *note) bool { return n.kind == kindStatus && n.call() != nil && n.state != released }
	return []fault{
		row("held-loses-user-data", "DATA-9", "a Held call has no userData", bendCall("", anyHeld, func(c object) { delete(c, "userData") })),
		row("recording-loses-user-data", "DATA-9", "notifications about recording show GSIP_RECORD alone",
			bendCall("", ofKind(kindRecording), func(c object) {
				pairs, _ := c["userData"].(object)
				c["userData"] = object{"GSIP_RECORD": pairs["GSIP_RECORD"]}
			})),
		row("dtmf-loses-user-data", "DATA-9", "DtmfSent has no userData", bendCall("", ofKind(kindDtmf), func(c object) { delete(c, "userData") })),
		row("mute-loses-user-data", "DATA-9", "a change of mute has no userData", bendCall("MuteCall", status, func(c object) { delete(c, "userData") })),
		row("user-data-of-before-when-held", "DATA-9", "a Held call shows the user data that it began with", firstData(held)),
		row("user-data-upper-case-when-held", "DATA-9", "the values of a Held call's user data have another text", bendCall("", anyHeld, func(c object) {
			pairs, _ := c["userData"].(object)
			pairs = maps.Clone(pairs)
			for k, v := range pairs {
				pairs[k] = fmt.Sprint(v, " ")
			}
			if len(pairs) > 0 {
				c["userData"] = pairs
			}
		})),
		row("deleted-pair-comes-back", "DATA-9", "a deleted pair stands in the notifications of what comes next", deletedComesBack),
	}
}

func ofKind(kind string) pick {
	return func(_ *exchange, n *note) bool { return n.kind == kind && n.call() != nil }
}

// firstData shows in a state what user data a call had when it was first shown with some.
func firstData(state string) func(*hooks) {
	return func(h *hooks) {
		first := map[*callData]object{}
		h.notes = append(h.notes, func(_ *exchange, notes []*note) []*note {
			for _, n := range notes {
				if n.leg == nil || n.call() == nil {
					continue
				}
				pairs, _ := n.call()["userData"].(object)
				if first[n.leg.data] == nil && len(pairs) > 0 && len(first) < 1000 {
					first[n.leg.data] = maps.Clone(pairs)
				}
				if n.state == state && first[n.leg.data] != nil {
					n.call()["userData"] = first[n.leg.data]
				}
			}
			return notes
		})
	}
}

// deletedComesBack remembers the pairs that were deleted, and shows them again with the next change of another kind.
func deletedComesBack(h *hooks) {
	gone := map[*callData]object{}
	arrives("DeleteUserDataPair", func(x *exchange) *apiError {
		k, _ := x.body["key"].(string)
		if l := x.agent.find(x.id); l != nil && l.data.pairs[k] != nil && len(gone) < 1000 {
			gone[l.data] = object{k: l.data.pairs[k]}
		}
		return nil
	})(h)
	bend("", func(_ *exchange, n *note) bool { return n.call() != nil && n.leg != nil && n.kind != kindData }, func(_ *exchange, n *note) {
		if back := gone[n.leg.data]; back != nil {
			pairs, _ := n.call()["userData"].(object)
			pairs = maps.Clone(pairs)
			if pairs == nil {
				pairs = object{}
			}
			maps.Copy(pairs, back)
			n.call()["userData"] = pairs
		}
	})(h)
}

func offerAfterFaults() []fault {
	inCompany := func(f func([]string) []string) func(*hooks) {
		return some(established, func(l *leg) bool { return l.partner() != nil }, f)
	}
	return []fault{
		row("swapped-without-swap", "CAP-12", "a call that was swapped back does not offer SwapCalls",
			inCompany(func(list []string) []string { return omit(list, "SwapCalls") })),
		row("swapped-without-completion", "CAP-12", "a call that was swapped back offers no completion", inCompany(func(list []string) []string {
			return omit(omit(list, "CompleteTransfer"), "CompleteConference")
		})),
		row("muted-without-unmute", "CAP-13", "a muted call does not offer UnmuteCall", lacks(established, "UnmuteCall")),
		row("muted-offers-mute-alone", "CAP-13", "a muted call offers MuteCall in place of UnmuteCall", offer(established, func(_ *leg, list []string) []string {
			if i := slices.Index(list, "UnmuteCall"); i >= 0 {
				list[i] = "MuteCall"
			}
			return list
		})),
		row("removal-still-offered", "CAP-4", "a call of two offers RemoveParticipantFromConference after a removal",
			offer(established, func(l *leg, list []string) []string {
				if l.owner && len(l.peers) < 2 {
					return append(list, "RemoveParticipantFromConference")
				}
				return list
			})),
		row("completed-conference-offers-swap", "CAP-4", "the original offers SwapCalls after CompleteConference",
			offer(established, func(l *leg, list []string) []string {
				if l.owner && l.partner() == nil {
					return append(list, "SwapCalls")
				}
				return list
			})),
		row("retrieved-call-offers-retrieve", "CAP-4", "a call without company offers Retrieve once it is Established", some(established,
			func(l *leg) bool { return l.partner() == nil }, func(list []string) []string { return append(list, "Retrieve") })),
		row("offers-unknown-name", "CAP-9", "an Established call offers SendUserEvent", offers(established, "SendUserEvent")),
		row("ringing-offers-redirect", "CAP-9", "a Ringing call offers RedirectCall", offers(ringing, "RedirectCall")),
		row("ringing-offers-recording", "CAP-11", "a Ringing call offers StartCallRecording", offers(ringing, "StartCallRecording")),
		row("dialing-offers-recording", "CAP-11", "a Dialing call offers StartCallRecording", offers(dialing, "StartCallRecording")),
		row("consult-offers-conference-alone", "CAP-3", "the consult call of a transfer offers CompleteConference in place of CompleteTransfer",
			consultDialing(func(list []string) []string {
				if i := slices.Index(list, "CompleteTransfer"); i >= 0 {
					list[i] = "CompleteConference"
				}
				return list
			})),
		row("established-consult-without-hold", "CAP-14", "an Established consult call does not offer Hold, nor another consult call", some(established,
			func(l *leg) bool { return l.parent.live() }, func(list []string) []string {
				return omit(omit(omit(list, "Hold"), "InitiateTransfer"), "InitiateConference")
			})),
		row("established-consult-offers-answer", "CAP-4", "an Established consult call offers Answer", some(established,
			func(l *leg) bool { return l.parent.live() }, func(list []string) []string { return append(list, "Answer") })),
	}
}
