package pages_test

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/page"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// unnoticed lists the alterations of the samples that no required rule notices, each with the reason why that is right.
//
//go:embed testdata/unnoticed.txt
var unnoticed string

// plausible are wrong values that a server may well send: of another form, of another version, of nobody.
var plausible = map[string][]any{
	"data.call.id":                                  {"0071027198180011"},
	"data.call.state":                               {"held", "Talking", "Ringing", "Established", "Held", "Released", "Dialing"},
	"data.call.callUuid":                            {"0071027198180011"},
	"data.call.deviceUri":                           {"631608b3-ceb1-472b-ba05-2ae39555b0d1", "/api/v2/devices/efe1ab32-53f9-43ce-b65e-5768c61f7d4a", "http://h/api/v2/me/devices/efe1ab32-53f9-43ce-b65e-5768c61f7d4a"},
	"data.call.participants.0.e164Number":           {"+499999", "5009"},
	"data.call.participants.0.phoneNumber":          {"5009"},
	"data.call.participants.0.digits":               {"5009"},
	"data.call.participants.0.formattedPhoneNumber": {"5009"},
	"data.call.dnis":                                {"5009"},
	"data.call.callType":                            {"internal", "Inbound", "Outbound", "Internal", "Consult"},
	"data.call.duration":                            {"00:00:36", "36.5", "-1", "1769038168", "99999"},
	"data.call.mute":                                {"off", "On", "Muted"},
	"data.call.supervisorListeningIn":               {true},
	"data.call.monitoredUserMuted":                  {true},
	"data.call.monitoring":                          {true},
	"data.call.uri":                                 {"/api/v2/me/calls/ID", "http://h/api/v1/me/calls/ID", "http://h/api/v2/calls/ID", "ftp://h/api/v2/me/calls/ID", "ID"},
	"data.call.path":                                {"calls/ID", "/me/calls/ID", "ID", "/api/v2/me/calls/ID"},
	"data.call.parentCallUri":                       {"/api/v2/me/calls/PARENT", "http://h/api/v2/calls/PARENT", "PARENT", "no uri at all /PARENT"},
	"data.call.parentCallPath":                      {"calls/PARENT", "/me/calls/PARENT", "PARENT"},
	"data.phoneNumber":                              {"5009"},
	"data.messageType":                              {"CallMessage", "DeviceStateChangeMessage"},
	"data.notificationType":                         {"Statuschange", "CallHeld", "AttachedDataChanged"},
}

// toggled are the operations that are taken out of capabilities where they stand there, and else added.
var toggled = []string{
	"UpdateUserData", "DeleteUserData", "AttachUserData", "DeleteUserDataPair", "Answer", "Hangup", "SendDtmf", "Hold", "Retrieve", "SwapCalls",
	"CompleteTransfer", "CompleteConference", "SingleStepTransfer", "SingleStepConference", "InitiateTransfer", "InitiateConference",
	"RemoveParticipantFromConference", "MuteCall", "StartCallRecording", "SwitchToListenIn", "ClearCall", "SendUserEvent",
}

// alteration is one change of one member of one notification.
type alteration struct {
	path, kind string
	change     func(whole map[string]any)
}

// Each member of each message of both samples of the InitiateTransfer page is altered in every way, by itself. What the page
// contradicts fails at the required level; what does not is listed with its reason.
func TestAlterationsOfBothSamples(t *testing.T) {
	if testing.Short() {
		t.Skip("judges some sixteen hundred recordings")
	}
	all, err := page.Load()
	if err != nil {
		t.Fatal(err)
	}
	rows := reasons(t)
	used := map[int]bool{}
	judged, missed := 0, 0
	for _, id := range []string{"transfer.sample-1", "transfer.sample-2"} {
		p := all[slices.IndexFunc(all, func(p *page.Page) bool { return p.ID == id })]
		for n := range fromPage(t, p).notifications() {
			for _, a := range alterations(fromPage(t, p), n) {
				judged++
				s := fromPage(t, p)
				s.alter(n, a.change)
				if s.failsRequired(t) {
					continue
				}
				missed++
				state := s.notifications()[n].State()
				i := slices.IndexFunc(rows, func(r reason) bool { return r.covers(a.path, a.kind, state) })
				if i < 0 {
					t.Errorf("%s, notification %d (%s): %s %s is not noticed, and not listed", id, n+1, state, a.path, a.kind)
					continue
				}
				used[i] = true
			}
		}
	}
	for i, r := range rows {
		if !used[i] {
			t.Errorf("testdata/unnoticed.txt: %q covers nothing that goes unnoticed; take it out", r.text)
		}
	}
	t.Logf("%d alterations, %d rightly unnoticed", judged, missed)
}

// reason is a line of the list: path, kind (both may end in *) and, in brackets, the state; then why.
type reason struct{ path, kind, state, text string }

func reasons(t *testing.T) []reason {
	t.Helper()
	var out []reason
	for line := range strings.Lines(unnoticed) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		head, why, found := strings.Cut(line, " | ")
		fields := strings.Fields(head)
		if !found || why == "" || len(fields) < 2 {
			t.Fatalf("testdata/unnoticed.txt: %q is not of the form: PATH KIND [STATE] | REASON", line)
		}
		r := reason{path: fields[0], kind: fields[1], text: line}
		if len(fields) > 2 {
			r.state = fields[2]
		}
		out = append(out, r)
	}
	return out
}

func (r reason) covers(path, kind, state string) bool {
	fits := func(pattern, text string) bool {
		if prefix, open := strings.CutSuffix(pattern, "*"); open {
			return strings.HasPrefix(text, prefix)
		}
		return pattern == text
	}
	return fits(r.path, path) && fits(r.kind, kind) && (r.state == "" || r.state == state)
}

// notifications are those of the recording that show a whole message.
func (s *shown) notifications() []*recording.Entry {
	var out []*recording.Entry
	for _, e := range s.entries {
		if e.Kind == recording.KindMessage && strings.Contains(string(e.Message), `"deviceUri"`) {
			e.Decode()
			out = append(out, e)
		}
	}
	return out
}

func (s *shown) alter(n int, change func(map[string]any)) {
	e := s.notifications()[n]
	whole, _ := recording.DecodeJSON(e.Message).(map[string]any)
	change(whole)
	raw, err := json.Marshal(whole)
	if err != nil {
		panic(err)
	}
	*e = recording.Entry{
		Kind: e.Kind, At: e.At, Actor: e.Actor, Session: e.Session, Station: e.Station, Scenario: e.Scenario, Transport: e.Transport, Message: raw,
	}
}

func (s *shown) failsRequired(t *testing.T) bool {
	t.Helper()
	return slices.ContainsFunc(s.judged(t), func(c result.Check) bool { return c.Outcome == result.Failed && c.Level == requirement.Required })
}

// alterations are all of one notification.
func alterations(s *shown, n int) []alteration {
	list := s.notifications()
	whole, _ := recording.DecodeJSON(list[n].Message).(map[string]any)
	other := otherCall(list, n)
	var out []alteration
	for _, path := range paths(whole, "") {
		value := valueAt(whole, path)
		add := func(kind string, change func(map[string]any)) { out = append(out, alteration{path, kind, change}) }
		put := func(kind string, v any) {
			if same(v, value) {
				return
			}
			add(kind, func(w map[string]any) { assign(w, path, v) })
		}
		add("deleted", func(w map[string]any) { remove(w, path) })
		put("null", nil)
		put("type", another(value))
		put("empty", empty(value))
		if other != nil {
			if v := valueAt(other, path); v != nil {
				put("other-call", v)
			}
		}
		for _, v := range plausible[path] {
			put(fmt.Sprintf("wrong:%v", v), named(v, whole))
		}
		if m, isObject := value.(map[string]any); isObject {
			added := maps.Clone(m)
			added["addedMember"] = "x"
			put("added", added)
		}
		if path == "data.call.capabilities" {
			for _, op := range toggled {
				put("toggled:"+op, toggle(value, op))
			}
		}
	}
	return out
}

// otherCall is a message of another call of the page.
func otherCall(list []*recording.Entry, n int) map[string]any {
	for _, e := range list {
		if e.CallID() != list[n].CallID() {
			whole, _ := recording.DecodeJSON(e.Message).(map[string]any)
			return whole
		}
	}
	return nil
}

// named puts the call's id, and its original's, into a wrong value.
func named(v any, whole map[string]any) any {
	text, isText := v.(string)
	if !isText {
		return v
	}
	id, _ := valueAt(whole, "data.call.id").(string)
	parent, _ := valueAt(whole, "data.call.parentCallUri").(string)
	parent = parent[strings.LastIndex(parent, "/")+1:]
	return strings.ReplaceAll(strings.ReplaceAll(text, "PARENT", parent), "ID", id)
}

func toggle(v any, op string) any {
	list, _ := v.([]any)
	if slices.Contains(list, any(op)) {
		return slices.DeleteFunc(slices.Clone(list), func(x any) bool { return x == op })
	}
	return append(slices.Clone(list), op)
}

func paths(v any, prefix string) []string {
	var out []string
	join := func(name string) string { return strings.TrimPrefix(prefix+"."+name, ".") }
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			out = append(append(out, join(name)), paths(v[name], join(name))...)
		}
	case []any:
		for i, x := range v {
			if _, isObject := x.(map[string]any); isObject {
				out = append(append(out, join(strconv.Itoa(i))), paths(x, join(strconv.Itoa(i)))...)
			}
		}
	}
	return out
}

func valueAt(whole map[string]any, path string) any {
	var v any = whole
	for step := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

// owner is what holds the last step of a path.
func owner(whole map[string]any, path string) (holder any, last string) {
	i := strings.LastIndex(path, ".")
	if i < 0 {
		return whole, path
	}
	return valueAt(whole, path[:i]), path[i+1:]
}

func assign(whole map[string]any, path string, v any) {
	holder, last := owner(whole, path)
	switch h := holder.(type) {
	case map[string]any:
		h[last] = v
	case []any:
		i, _ := strconv.Atoi(last)
		h[i] = v
	}
}

func remove(whole map[string]any, path string) {
	holder, last := owner(whole, path)
	switch h := holder.(type) {
	case map[string]any:
		delete(h, last)
	case []any:
		i, _ := strconv.Atoi(last)
		outer := path[:strings.LastIndex(path, ".")]
		assign(whole, outer, slices.Delete(slices.Clone(h), i, i+1))
	}
}

func same(a, b any) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}

// another is a value of another type.
func another(v any) any {
	switch v.(type) {
	case string:
		return 7
	case bool:
		return "false"
	case []any:
		return map[string]any{}
	case map[string]any:
		return []any{}
	}
	return "7"
}

func empty(v any) any {
	switch v.(type) {
	case []any:
		return []any{}
	case map[string]any:
		return map[string]any{}
	}
	return ""
}
