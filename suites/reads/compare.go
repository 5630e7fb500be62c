package reads

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
)

// agreeing are the members of a call that an answer and a notification must agree in. Not among
// them: duration and what a server may leave out or add (extensions, metrics, monitoring).
var agreeing = []struct {
	member string
	form   func(any) any // what is compared of it
}{
	{"id", same}, {"callUuid", same}, {"state", same}, {"connId", same}, {"dnis", same}, {"callType", same}, {"mute", same},
	{"capabilities", set}, {"participants", numbers}, {"userData", same}, {"uri", path}, {"parentCallUri", path},
}

func same(v any) any { return v }

// set: the order of capabilities is never stable.
func set(v any) any {
	list, ok := v.([]any)
	if !ok {
		return v
	}
	var out []string
	for _, x := range list {
		out = append(out, fmt.Sprint(x))
	}
	sort.Strings(out)
	return slices.Compact(out)
}

func numbers(v any) any {
	list, ok := v.([]any)
	if !ok {
		return v
	}
	var out []string
	for _, x := range list {
		p, isObject := x.(map[string]any)
		if !isObject {
			out = append(out, fmt.Sprint(x))
			continue
		}
		out = append(out, fmt.Sprint(p["phoneNumber"]))
	}
	sort.Strings(out)
	return out
}

// path: servers name another host in their URIs than they are called by.
func path(v any) any {
	text, ok := v.(string)
	if !ok {
		return v
	}
	if i := strings.Index(text, "/api/v2/"); i >= 0 {
		return text[i:]
	}
	return text
}

// differences are the members in which a call that was read differs from a notification.
func differences(read, told map[string]any) []judge.Finding {
	var out []judge.Finding
	for _, a := range agreeing {
		is, inRead := read[a.member]
		was, inTold := told[a.member]
		if inRead == inTold && cmp.Equal(a.form(is), a.form(was)) {
			continue
		}
		if a.member == "userData" && empty(is) && empty(was) {
			continue
		}
		out = append(out, judge.Finding{Path: a.member, Expected: shown(was, inTold) + ", as notified", Observed: shown(is, inRead)})
	}
	return out
}

func empty(v any) bool {
	m, isObject := v.(map[string]any)
	return v == nil || isObject && len(m) == 0
}

func shown(v any, present bool) string {
	if !present {
		return "no such member"
	}
	return judge.Short(v)
}

// told are the notifications that a read of the call may agree with: the last one before it was
// sent, and those that came after, since what the answer shows may be notified later. What the
// scenario's next operation caused is no excuse, but user data may change unasked at any time.
func told(c *judge.Case, request *recording.Entry, id string) []*recording.Entry {
	end := nextOperation(c, request)
	var out []*recording.Entry
	for _, m := range c.Messages(request.Actor) {
		switch {
		case m.CallID() != id || m.IsError():
		case m.At <= request.At:
			out = []*recording.Entry{m}
		case m.At < end, m.Type() == "AttachedDataChanged" && len(out) > 0 && m.State() == out[0].State():
			out = append(out, m)
		}
	}
	return out
}

func nextOperation(c *judge.Case, request *recording.Entry) float64 {
	for _, e := range c.Requests() {
		if e.At > request.At && e.Operation() != "" {
			return e.At
		}
	}
	return request.At + 1e9
}

// agrees judges a call that was read: nothing to find if it says what one of the notifications said,
// else the differences from the nearest.
func agrees(c *judge.Case, request *recording.Entry, id string, read map[string]any, at, requirement string) []judge.Finding {
	var nearest []judge.Finding
	for i, m := range told(c, request, id) {
		d := differences(read, m.Call())
		if len(d) == 0 {
			return nil
		}
		if i == 0 || len(d) < len(nearest) {
			nearest = d
		}
	}
	for i := range nearest {
		nearest[i].Requirement, nearest[i].Entry, nearest[i].Path = requirement, request, at+nearest[i].Path
	}
	return nearest
}
