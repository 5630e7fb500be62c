package reference

import (
	"net/http"
	"slices"
	"strings"
)

// What depends on the switch behind a server, or on what stands in front of it.

// notOffered takes operations from devices, which then refuse them.
func notOffered(ops ...string) func(*hooks) {
	return func(h *hooks) {
		deviceOffers(func(list []string) []string {
			return slices.DeleteFunc(list, func(op string) bool { return slices.Contains(ops, op) })
		})(h)
		arrives("", func(x *exchange) *apiError {
			if slices.Contains(ops, x.op) && x.id == x.agent.DeviceID {
				return forbidden("Operation %s is not available", x.op)
			}
			return nil
		})(h)
	}
}

// knownLocation is what a switch knows that looks locations up.
const knownLocation = "Site"

// errNoLocation marks the refusal that locationUnknown turns into a notification.
var errNoLocation = &apiError{message: "no such location"}

func lookUpLocation(x *exchange) *apiError {
	if place, given := x.body["location"].(string); given && place != knownLocation {
		return errNoLocation
	}
	return nil
}

// locationUnknown answers 0, as the server does, and tells of the switch's error.
func locationUnknown(x *exchange, err *apiError) *apiError {
	if err != errNoLocation {
		return err
	}
	x.notes = append(x.notes, errorMessage(x))
	return nil
}

// recordedBySwitch begins to record each so-manieth end of a call as soon as it is Established.
func recordedBySwitch(each int) func(*hooks) {
	return func(h *hooks) {
		known, begun := map[*leg]bool{}, 0
		h.notes = append(h.notes, func(x *exchange, notes []*note) []*note {
			for i, n := range notes {
				if n.leg == nil || n.state != established || known[n.leg] || len(known) > 100_000 {
					continue
				}
				known[n.leg] = true
				if begun++; begun%each != 0 {
					continue
				}
				n.leg.recording = "Recording"
				n.leg.shown = key(x.s.baseCapabilities(n.leg))
				for _, m := range notes[i:] {
					if m.leg == n.leg && m.state == established {
						m.data["call"] = x.s.renderCall(m.leg)
					}
				}
			}
			return notes
		})
	}
}

// limitedData refuses user data beyond what a switch packs.
func limitedData(x *exchange) *apiError {
	const most = 2000
	l := x.agent.find(x.id)
	if pairs, isObject := x.body["userData"].(object); isObject && l != nil && len(encode(pairs))+len(encode(l.data.pairs)) > most {
		return invalid("The call would have more than %d bytes of user data", most)
	}
	return nil
}

// unwrapLists takes a list of one for what it holds, as some JSON libraries do.
func unwrapLists(x *exchange) *apiError {
	unwrap := func(o object, name string) {
		if list, isList := o[name].([]any); isList && len(list) == 1 {
			o[name] = list[0]
		}
	}
	for _, name := range []string{"key", "digits", "participant", "location"} {
		unwrap(x.body, name)
	}
	if to, isObject := x.body["destination"].(object); isObject {
		unwrap(to, "phoneNumber")
	}
	return nil
}

// malformedAsHTML is a container that reads the body before the API does.
func malformedAsHTML(h *hooks) {
	malformed := func(x *exchange) bool {
		err := x.answer.err
		return err != nil && x.body == nil && strings.HasPrefix(err.message, "The request body is not JSON")
	}
	h.answer = append(h.answer, func(x *exchange) {
		if malformed(x) {
			x.answer.status = http.StatusBadRequest
		}
	})
	writes(malformed, html)(h)
}

// largeRefusedInFront is a proxy that takes small bodies only, and answers in its own words.
func largeRefusedInFront(h *hooks) {
	const most = 16 << 10
	large := func(x *exchange) bool { return x.r.ContentLength > most }
	h.arrive = append(h.arrive, func(x *exchange) *apiError {
		if large(x) {
			return &apiError{http.StatusRequestEntityTooLarge, codeInvalid, "Too large"}
		}
		return nil
	})
	writes(large, html)(h)
}
