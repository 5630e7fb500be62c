package judge

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// agreeing are the members of a call that an answer and a notification must agree in, duration in its form. Not among
// them is what a server may leave out or add (extensions, metrics, monitoring).
var agreeing = []struct {
	member string
	form   func(any) any // what is compared of it
}{
	{"id", whole}, {"callUuid", whole}, {"state", whole}, {"connId", whole}, {"dnis", whole}, {"callType", whole}, {"mute", whole},
	{"capabilities", unordered}, {"participants", phoneNumbers}, {"userData", whole}, {"uri", belowHost}, {"parentCallUri", belowHost},
	{"deviceUri", sameCase}, {"path", whole}, {"parentCallPath", whole}, {"recordingState", whole},
	{"supervisorListeningIn", whole}, {"monitoredUserMuted", whole}, {duration, timeForm},
}

const duration = "duration"

// timeForm: time goes by between a notification and a read, and so the form is all that stays.
func timeForm(v any) any {
	text, isText := v.(string)
	if !isText || text == "" || strings.Trim(text, "0123456789") != "" {
		return v
	}
	return "whole seconds, as a text"
}

func whole(v any) any { return v }

// unordered: the order of capabilities is never stable.
func unordered(v any) any {
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

func phoneNumbers(v any) any {
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

// belowHost: servers name another host in their URIs than they are called by.
func belowHost(v any) any {
	text, ok := v.(string)
	if !ok {
		return v
	}
	if i := strings.Index(text, "/api/v2/"); i >= 0 {
		return text[i:]
	}
	return text
}

// sameCase: the case of a GUID differs between places on live servers.
func sameCase(v any) any {
	below, ok := belowHost(v).(string)
	if !ok {
		return v
	}
	return strings.ToLower(below)
}

// ReadDifferences are the members in which a call that was read differs from a notification.
func ReadDifferences(read, told voice.Call) []Finding {
	var out []Finding
	for _, a := range agreeing {
		is, inRead := read[a.member]
		was, inTold := told[a.member]
		if inRead == inTold && cmp.Equal(a.form(is), a.form(was)) {
			continue
		}
		if a.member == "userData" && nothing(is) && nothing(was) || a.member == duration && !(inRead && inTold) {
			continue
		}
		out = append(out, Finding{Path: a.member, Expected: shown(was, inTold) + ", as notified", Observed: shown(is, inRead)})
	}
	return out
}

// AttachedByOthers reports whether the user data of a call that was read are those that were told, and others under keys that nobody has
// named: a routing strategy attaches what it likes, and no page says that everybody is told of it at once.
func AttachedByOthers(read, told voice.Call, named func(key string) bool) bool {
	is, was := read.UserData(), told.UserData()
	for key, value := range was {
		if !cmp.Equal(is[key], value) {
			return false
		}
	}
	for key := range is {
		if _, known := was[key]; !known && named(key) {
			return false
		}
	}
	return len(is) > len(was)
}

const recordingKey = "GSIP_RECORD" // recording operations set it

// NamesData reports whether a request may attach a pair of user data.
func NamesData(e *recording.Entry, key string) bool {
	data, _ := e.Body()["userData"].(map[string]any)
	_, names := data[key]
	return names || key == recordingKey || e.Body()["key"] == key
}

func nothing(v any) bool {
	m, isObject := v.(map[string]any)
	return v == nil || isObject && len(m) == 0
}

func shown(v any, present bool) string {
	if !present {
		return "no such member"
	}
	return Short(v)
}

// toldAround are the notifications that a read of the call may agree with: the last one before it was
// sent, and those that came after, since what the answer shows may be notified later. What the
// scenario's next operation caused is no excuse, but user data may change unasked at any time, and the first notification may have been
// under way when that operation was posted.
func (c *Case) toldAround(request *recording.Entry, id string) []*recording.Entry {
	end, later := c.nextOperation(request), false
	var out []*recording.Entry
	for _, m := range c.Messages(request.Actor) {
		switch {
		case m.CallID() != id || m.IsError():
		case m.At <= request.At:
			out = []*recording.Entry{m}
			if c.gapBetween(m.Actor, "", m.At, end) != nil {
				out = nil // what was notified last is not known
			}
		case m.At < end, m.Type() == voice.AttachedDataChanged && len(out) > 0 && m.State() == out[0].State(), !later && !c.causedSince(m, request):
			out = append(out, m)
			later = true
		default:
			later = true
		}
	}
	return out
}

// causedSince reports whether a notification may show the outcome of what was posted since a read.
func (c *Case) causedSince(told, read *recording.Entry) bool {
	return slices.ContainsFunc(c.Requests(), func(r *recording.Entry) bool {
		if r.At <= read.At || r.At >= told.At || r.Operation() == "" || r.Status != 0 && !r.Accepted() {
			return false
		}
		return voice.CallIDOf(r.Path) == told.CallID() || r.Actor != told.Actor || voice.Find(r.Operation()).Merges || voice.Find(r.Operation()).Shows(told)
	})
}

func (c *Case) nextOperation(request *recording.Entry) float64 {
	for _, e := range c.Requests() {
		if e.At > request.At && e.Operation() != "" {
			return e.At
		}
	}
	return request.At + 1e9
}

// agrees judges a call that was read: nothing to find if it says what one of the notifications said,
// else the differences from the nearest.
func (c *Case) agrees(request *recording.Entry, id string, read voice.Call, at string) []Finding {
	var nearest []Finding
	for i, m := range c.toldAround(request, id) {
		d := ReadDifferences(read, voice.CallOf(m))
		if AttachedByOthers(read, voice.CallOf(m), c.namesData) {
			d = slices.DeleteFunc(d, func(f Finding) bool { return f.Path == "userData" })
		}
		if c.otherCallSince(m, request) {
			d = slices.DeleteFunc(d, func(f Finding) bool { return f.Path == "capabilities" })
		}
		if len(d) == 0 {
			return nil
		}
		if i == 0 || len(d) < len(nearest) {
			nearest = d
		}
	}
	for i := range nearest {
		nearest[i].Entry, nearest[i].Path = request, at+nearest[i].Path
	}
	return nearest
}

// otherCallSince reports whether the person who reads was told of another call after a notification, or shortly after the read that it is
// answered: what a call offers depends on its company, and changes with that without a word.
func (c *Case) otherCallSince(m, read *recording.Entry) bool {
	return slices.ContainsFunc(c.Messages(read.Actor), func(e *recording.Entry) bool {
		if e.Call() == nil || e.CallID() == m.CallID() || e.At < m.At || e.Type() == voice.StatusChange && e.State() == voice.Dialing {
			return false
		}
		return e.At <= read.AnsweredAt || e.State() == voice.Established && e.At <= read.AnsweredAt+soonTold
	})
}

// soonTold is within how many seconds after a read what it shows may be told.
const soonTold = 2.0

func (c *Case) namesData(key string) bool {
	return slices.ContainsFunc(c.Requests(), func(r *recording.Entry) bool { return NamesData(r, key) })
}

// ReadsAsNotified judges that the answer to a GET of a call, or of the list of calls with their resources, says of the
// calls with some ids what was notified of them. What a list does not hold at all is for ListsCalls to find.
func (c *Case) ReadsAsNotified(e *recording.Entry, ids []string) []Finding {
	if isCallList(e) {
		var out []Finding
		calls, _ := callsIn(e)
		for i, call := range calls {
			if listMember(e) != "uris" && slices.Contains(ids, call.ID()) {
				out = append(out, c.agrees(e, call.ID(), call, fmt.Sprintf("%s[%d].", listMember(e), i))...)
			}
		}
		return out
	}
	if !e.Accepted() {
		return []Finding{{Entry: e, Path: "statusCode", Expected: "0: the call is live", Observed: answer(e)}}
	}
	call := voice.CallIn(e)
	if call == nil {
		return []Finding{{Entry: e, Path: "call", Expected: "the call", Observed: Short(e.AnswerObject()["call"])}}
	}
	var out []Finding
	for _, id := range ids {
		out = append(out, c.agrees(e, id, call, "call.")...)
	}
	return out
}

// ListedIn reports whether a GET is of the calls of whoever sent it, in whatever form, and in which member of the answer
// they stand.
func ListedIn(e *recording.Entry) (member string, ok bool) {
	return listMember(e), isCallList(e)
}

func isCallList(e *recording.Entry) bool {
	if recovers(e) {
		return true
	}
	path, _, _ := strings.Cut(e.Path, "?")
	return strings.HasSuffix(path, "/me/calls")
}

// recovers reports whether a GET is of the user with all that is his, as a client reads it that begins anew.
func recovers(e *recording.Entry) bool { return strings.Contains(e.Path, "/me?subresources=") }

// callsIn are the calls that an answer lists as resources.
func callsIn(e *recording.Entry) ([]voice.Call, bool) {
	if recovers(e) {
		return voice.UserIn(e).Calls()
	}
	return voice.CallsIn(e)
}

// listMember is the member of the answer that lists calls: their resources with fields=*, else their URIs.
func listMember(e *recording.Entry) string {
	if recovers(e) {
		return "user.calls"
	}
	if strings.Contains(e.Path, "fields=*") {
		return "calls"
	}
	return "uris"
}

// listed are the ids of the calls that the items of a list stand for, "" for one that names none; ok is false if there
// is no list.
func listed(e *recording.Entry) (ids []string, ok bool) {
	if listMember(e) != "uris" {
		calls, ok := callsIn(e)
		for _, call := range calls {
			ids = append(ids, call.ID())
		}
		return ids, ok
	}
	uris, ok := voice.URIsIn(e)
	for _, uri := range uris {
		ids = append(ids, voice.CallIDOf(uri))
	}
	return ids, ok
}

// ListsCalls judges that a list of calls holds each of some ids, once. Other calls of the agent may be there too.
func ListsCalls(e *recording.Entry, ids []string) []Finding {
	member := listMember(e)
	list, ok := listed(e)
	switch {
	case !e.Accepted():
		return []Finding{{Entry: e, Path: "statusCode", Expected: "0: the calls are listed", Observed: answer(e)}}
	case !ok:
		value, present := e.AnswerObject()[member]
		if recovers(e) {
			value, present = voice.UserIn(e)["calls"]
		}
		return []Finding{{Entry: e, Path: member, Expected: "an array", Observed: shown(value, present)}}
	}
	seen := map[string]int{}
	for _, id := range list {
		seen[id]++
	}
	var out []Finding
	for _, id := range ids {
		switch n := seen[id]; n {
		case 1:
		case 0:
			out = append(out, Finding{Entry: e, Path: member, Expected: "call " + id + " once", Observed: fmt.Sprintf("not among %d", len(list))})
		default:
			out = append(out, Finding{Entry: e, Path: member, Expected: "call " + id + " once", Observed: fmt.Sprintf("%d times, among %d", n, len(list))})
		}
	}
	return out
}

// ListsNone judges that none of some ids is in a list of calls; expected says so in words.
func ListsNone(e *recording.Entry, ids []string, expected string) []Finding {
	var out []Finding
	list, _ := listed(e)
	for i, id := range list {
		if slices.Contains(ids, id) {
			out = append(out, Finding{Entry: e, Path: fmt.Sprintf("%s[%d]", listMember(e), i), Expected: expected, Observed: "call " + id})
		}
	}
	return out
}

// RefusesOrShows judges that a GET of a call is refused, or shows the call in a state.
func RefusesOrShows(e *recording.Entry, state string) []Finding {
	call := voice.CallIn(e)
	if !e.Accepted() || call.State() == state {
		return nil
	}
	return []Finding{{Entry: e, Path: "call.state", Expected: state + ", or an error", Observed: Short(call["state"])}}
}
