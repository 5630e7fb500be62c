package pages_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/page"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/result"
)

// Notifications of sample 2 in the page's order, counted from 0.
const (
	ringing = iota
	established
	held
	dialing
	released
	consultReleased
)

const (
	originalID = "011DJV5JI898NB2L04000VTAES000005"
	consultID  = "011DJV5JI898NB2L04000VTAES000006"
)

// mutations change one thing of what the page shows, and name the requirements that it breaks: those
// and no others.
var mutations = []struct {
	name   string
	change func(*shown)
	breaks string
}{
	{"nothing", func(*shown) {}, ""},

	// order
	{"Held after Dialing", swapped(held, dialing), "TRANSFER-3"},
	{"consult released first", swapped(released, consultReleased), "TRANSFER-6"},
	{"Held before the answer to InitiateTransfer", func(s *shown) { s.step("initiate").AnsweredAt = 100 }, ""},

	// missing, and too many
	{"no Ringing", dropped(ringing), "DIAL-2"},
	{"no Established", dropped(established), "ANSWER-1 MSG-6"},
	{"no Held", dropped(held), "TRANSFER-1"},
	{"no Dialing", dropped(dialing), "TRANSFER-2"},
	{"no Released", dropped(released), "TRANSFER-4"},
	{"no Released of the consult call", dropped(consultReleased), "TRANSFER-5"},
	{"Held twice", doubled(held), "MSG-4"},
	{"Dialing twice", doubled(dialing), "MSG-15 MSG-4"},
	{"Released twice", doubled(consultReleased), "MSG-4"},
	{"Established after Released", func(s *shown) { s.insert(consultReleased+1, at("48", s.copyOf(established))) }, "MSG-5"},
	{"Ringing after Held", func(s *shown) { s.insert(held+1, at("36", s.copyOf(ringing))) }, "MSG-6"},
	{"told to the destination", func(s *shown) {
		e := s.copyOf(established)
		e.Actor = "destination"
		s.insert(established+1, e)
	}, "MSG-7"},
	{"another call between", func(s *shown) {
		e := s.copyOf(established)
		edit(e, func(_, call map[string]any) {
			call["id"], call["callUuid"], call["connId"] = "OTHER", "OTHER", "007"
			call["uri"], call["path"] = "http://h/api/v2/me/calls/OTHER", "/calls/OTHER"
		})
		s.insert(established+1, e)
	}, ""},

	// state and type
	{"Held in state Established", both(call(held, "state", "Established"), caps(held, swapCap("Retrieve", "Hold", "SendDtmf"))), "MSG-4 TRANSFER-1"},
	{"Dialing in state Ringing", both(call(dialing, "state", "Ringing"), caps(dialing, func([]any) []any {
		return []any{"UpdateUserData", "DeleteUserData", "AttachUserData", "DeleteUserDataPair", "Answer"}
	})), "TRANSFER-2"},
	{"an unknown state", call(held, "state", "OnHold"), "MSG-6 TRANSFER-1"},
	{"Held as AttachedDataChanged", data(held, "notificationType", "AttachedDataChanged"), "MSG-2"},
	{"Held as another type", data(held, "notificationType", "Changed"), "MSG-2"},

	// capabilities
	{"in another order", caps(established, func(l []any) []any { slices.Reverse(l); return l }), ""},
	{"Held as in sample 1", caps(held, swapCap("Retrieve", "SwapCalls", "CompleteTransfer")), ""},
	{"ClearCall too", caps(established, add("ClearCall")), ""},
	{"a name that no page knows", caps(established, add("SendUserEvent")), "CAP-9"},
	{"a name that the target file allows", func(s *shown) {
		s.header.AlsoOffered = []string{"SendUserEvent"}
		caps(established, add("SendUserEvent"))(s)
	}, ""},
	{"Ringing with StartCallRecording", caps(ringing, add("StartCallRecording")), "CAP-11"},
	{"Ringing without Answer", caps(ringing, swapCap("Answer")), "CAP-1"},
	{"Ringing with Hold", caps(ringing, add("Hold")), "CAP-1"},
	{"Established without Hold", caps(established, swapCap("Hold")), "CAP-4"},
	{"Established with Answer", caps(established, add("Answer")), "CAP-4"},
	{"Established with SwapCalls", caps(established, add("SwapCalls")), "CAP-4"},
	{"Held without Retrieve", caps(held, swapCap("Retrieve")), "CAP-6"},
	{"Held with both forms", caps(held, add("SwapCalls")), "CAP-10"},
	{"Dialing without CompleteTransfer", caps(dialing, swapCap("CompleteTransfer")), "CAP-3"},
	{"Dialing with CompleteConference", caps(dialing, add("CompleteConference")), ""},
	{"Dialing with Retrieve", caps(dialing, add("Retrieve")), "CAP-3"},
	{"Released with Hangup", caps(released, add("Hangup")), "CAP-7"},
	{"Hold twice", caps(established, add("Hold")), "CAP-8"},
	{"hold in lower case", caps(established, swapCap("Hold", "hold")), "CAP-4 CAP-9"},

	// form
	{"an unknown member", call(held, "color", "red"), ""},
	{"no path", without(held, "path"), "MSG-1"},
	{"no connId", without(held, "connId"), "MSG-1"},
	{"no capabilities", without(dialing, "capabilities"), "MSG-1"},
	{"no callUuid", without(released, "callUuid"), "MSG-1"},
	{"capabilities as a text", call(held, "capabilities", "Hangup"), "MSG-1"},
	{"capabilities null", call(released, "capabilities", nil), "MSG-1"},
	{"dnis as a number", call(held, "dnis", 5005), "MSG-1"},
	{"participants as an object", call(held, "participants", map[string]any{}), "MSG-1"},
	{"a flag as a text", call(held, "monitoredUserMuted", "false"), "MSG-1 MSG-9"},
	{"duration as a number", call(held, "duration", 36), "MSG-8"},
	{"duration with a fraction", call(held, "duration", "36.5"), "MSG-8"},
	{"duration in milliseconds", call(held, "duration", "36000"), "MSG-15 MSG-8"},
	{"duration does not go on", func(s *shown) {
		for _, n := range []int{established, held, released} {
			set(s.note(n), "duration", "0")
		}
	}, "MSG-15"},
	{"duration falls", call(held, "duration", "3"), "MSG-15 MSG-8"},
	{"muted by nobody", call(held, "mute", "On"), "MSG-9"},
	{"mute of another value", call(held, "mute", "off"), "MSG-9"},
	{"no messageType", func(s *shown) { edit(s.note(held), func(data, _ map[string]any) { delete(data, "messageType") }) }, "MSG-1"},
	{"another messageType", data(held, "messageType", "CallMessage"), "MSG-2"},
	{"on another channel", func(s *shown) { s.note(held).Channel = "/v2/me/devices"; rechannel(s.note(held), "/v2/me/devices") }, "MSG-2"},
	{"invalid UTF-8", func(s *shown) {
		e := s.note(held)
		e.Message = []byte(strings.Replace(string(e.Message), `"data":{`, "\"data\":{\"x\":\"\xff\",", 1))
	}, "MSG-12"},

	// identity
	{"another callUuid", call(held, "callUuid", "X"), "ID-1"},
	{"another id than that of uri", call(held, "id", "X"), "ID-1 ID-2"},
	{"uri of another call", call(held, "uri", "http://h/api/v2/me/calls/X"), "ID-2"},
	{"path of another call", call(held, "path", "/calls/X"), "ID-2"},
	{"uri on another host", call(held, "uri", "https://gws.example.org/x/api/v2/me/calls/"+originalID), ""},
	{"deviceUri of another device", call(held, "deviceUri", "http://h/api/v2/devices/9c14cad7-17c4-48d0-8492-7cf0ff92c224"), "ID-3"},
	{"device id in capitals", call(held, "deviceUri", "http://h/api/v2/devices/EFE1AB32-53F9-43CE-B65E-5768C61F7D4A"), ""},
	{"connId changes", call(held, "connId", "0071"), "ID-4"},
	{"connId of the original", func(s *shown) {
		for _, n := range []int{dialing, consultReleased} {
			set(s.note(n), "connId", "007102385535e005")
		}
	}, "ID-4"},
	{"id of the original", func(s *shown) {
		for _, e := range s.entries {
			e.Message = []byte(strings.ReplaceAll(string(e.Message), consultID, originalID))
			e.Path = strings.ReplaceAll(e.Path, consultID, originalID)
			if e.Kind == recording.KindCall {
				e.ID = originalID
			}
		}
	}, "ID-5"},
	{"parentCallUri of another call", call(dialing, "parentCallUri", "http://h/api/v2/me/calls/X"), "ID-6"},
	{"no parentCallUri", without(dialing, "parentCallUri"), "ID-6"},
	{"phoneNumber of another", data(held, "phoneNumber", "5009"), "ID-7"},
	{"another participant", func(s *shown) { party(s.note(held), "phoneNumber", "5009") }, "ID-8"},
	{"the agent as participant", call(held, "participants", []any{map[string]any{"phoneNumber": "5005", "digits": "5005", "formattedPhoneNumber": "5005", "e164Number": ""}}), "ID-8"},
	{"a participant too many", func(s *shown) {
		edit(s.note(held), func(_, call map[string]any) {
			list, _ := call["participants"].([]any)
			call["participants"] = append(list, map[string]any{"phoneNumber": "5001", "digits": "5001", "formattedPhoneNumber": "5001", "e164Number": ""})
		})
	}, "ID-8"},
	{"no participants", call(held, "participants", []any{}), "ID-8"},
	{"digits of another number", func(s *shown) { party(s.note(held), "digits", "5009") }, "ID-8"},
	{"another dnis", call(dialing, "dnis", "5009"), "ID-9"},
	{"another callType", call(established, "callType", "Outbound"), "MSG-10 MSG-16"},

	// answers
	{"HTTP 202", func(s *shown) { s.step("initiate").Status = 202 }, "HTTP-1"},
	{"InitiateTransfer refused, but done", answered("initiate", `{"statusCode":4,"statusMessage":"no"}`), "HTTP-1"},
	{"CompleteTransfer refused, but done", answered("complete", `{"statusCode":4,"statusMessage":"no"}`), "TRANSFER-7"},
	{"statusCode as a text", answered("initiate", `{"statusCode":"0"}`), "HTTP-2"},
	{"no statusCode", answered("initiate", `{}`), "HTTP-2"},
	{"an array", answered("initiate", `[0]`), "HTTP-2"},
	{"text/html", func(s *shown) { s.step("complete").Headers["Content-Type"] = "text/html" }, "HTTP-3"},
	{"a charset", func(s *shown) { s.step("complete").Headers["Content-Type"] = "application/json; charset=UTF-8" }, ""},
	{"no whole answer", func(s *shown) {
		e := s.step("initiate")
		e.Problem, e.Status, e.Response = "reset: it broke", 0, nil
	}, "HTTP-5"},
}

// One deviation breaks the requirement that it is about and no other.
func TestMutationsOfSample2(t *testing.T) {
	p := sample2(t)
	for _, m := range mutations {
		t.Run(strings.ReplaceAll(m.name, " ", "-"), func(t *testing.T) {
			s := fromPage(t, p)
			m.change(s)
			failed := map[string]bool{}
			for _, c := range s.judged(t) {
				if c.Outcome != result.Failed {
					continue
				}
				requirements := strings.Join(c.Requirements, " ")
				failed[requirements] = true
				for _, f := range c.Findings {
					t.Logf("%s: %s: expected %s, observed %s", c.ID, f.Path, f.Expected, f.Observed)
					if f.Requirement != requirements {
						t.Errorf("a finding of %s in a check of %s", f.Requirement, requirements)
					}
				}
			}
			if got := strings.Join(slices.Sorted(maps.Keys(failed)), " "); got != m.breaks {
				t.Errorf("breaks %q, want %q", got, m.breaks)
			}
		})
	}
	if len(mutations) < 40 {
		t.Errorf("only %d mutations", len(mutations))
	}
}

func sample2(t testing.TB) *page.Page {
	t.Helper()
	pages, err := page.Load()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(pages, func(p *page.Page) bool { return p.ID == "transfer.sample-2" })
	return pages[i]
}

// index is the place of a notification among the entries.
func (s *shown) index(n int) int {
	for i, e := range s.entries {
		if e.Kind != recording.KindMessage {
			continue
		}
		if n == 0 {
			return i
		}
		n--
	}
	return len(s.entries) - 1 // after the last: before the scenario's end
}

func (s *shown) note(n int) *recording.Entry { return s.entries[s.index(n)] }

func (s *shown) step(label string) *recording.Entry {
	i := slices.IndexFunc(s.entries, func(e *recording.Entry) bool { return e.Step == label })
	return s.entries[i]
}

func (s *shown) copyOf(n int) *recording.Entry {
	e := s.note(n)
	return &recording.Entry{Kind: e.Kind, Actor: e.Actor, Session: e.Session, Station: e.Station, Scenario: e.Scenario, Message: slices.Clone(e.Message)}
}

func (s *shown) insert(n int, e *recording.Entry) {
	s.entries = slices.Insert(s.entries, s.index(n), e)
}

// at gives a notification another duration.
func at(duration string, e *recording.Entry) *recording.Entry {
	set(e, "duration", duration)
	return e
}

func both(first, second func(*shown)) func(*shown) {
	return func(s *shown) { first(s); second(s) }
}

// edit changes a message.
func edit(e *recording.Entry, change func(data, call map[string]any)) {
	whole, _ := recording.DecodeJSON(e.Message).(map[string]any)
	data, _ := whole["data"].(map[string]any)
	call, _ := data["call"].(map[string]any)
	change(data, call)
	raw, err := json.Marshal(whole)
	if err != nil {
		panic(err)
	}
	e.Message = raw
}

func rechannel(e *recording.Entry, channel string) {
	e.Message = []byte(strings.Replace(string(e.Message), `"/v2/me/calls"`, `"`+channel+`"`, 1))
}

func set(e *recording.Entry, member string, value any) {
	edit(e, func(_, call map[string]any) { call[member] = value })
}

func party(e *recording.Entry, member, value string) {
	edit(e, func(_, call map[string]any) {
		list, _ := call["participants"].([]any)
		first, _ := list[0].(map[string]any)
		if member == "phoneNumber" {
			first["digits"], first["formattedPhoneNumber"] = value, value
		}
		first[member] = value
	})
}

func call(n int, member string, value any) func(*shown) {
	return func(s *shown) { set(s.note(n), member, value) }
}

func data(n int, member string, value any) func(*shown) {
	return func(s *shown) { edit(s.note(n), func(data, _ map[string]any) { data[member] = value }) }
}

func without(n int, member string) func(*shown) {
	return func(s *shown) { edit(s.note(n), func(_, call map[string]any) { delete(call, member) }) }
}

func caps(n int, change func([]any) []any) func(*shown) {
	return func(s *shown) {
		edit(s.note(n), func(_, call map[string]any) {
			list, _ := call["capabilities"].([]any)
			call["capabilities"] = change(list)
		})
	}
}

func add(op string) func([]any) []any { return func(list []any) []any { return append(list, op) } }

// swapCap takes an operation out and puts others in.
func swapCap(out string, in ...any) func([]any) []any {
	return func(list []any) []any {
		return append(slices.DeleteFunc(list, func(x any) bool { return x == out }), in...)
	}
}

func swapped(a, b int) func(*shown) {
	return func(s *shown) {
		i, j := s.index(a), s.index(b)
		s.entries[i], s.entries[j] = s.entries[j], s.entries[i]
	}
}

func dropped(n int) func(*shown) {
	return func(s *shown) { i := s.index(n); s.entries = slices.Delete(s.entries, i, i+1) }
}

func doubled(n int) func(*shown) { return func(s *shown) { s.insert(n+1, s.copyOf(n)) } }

func answered(label, body string) func(*shown) {
	return func(s *shown) { s.step(label).Response = []byte(body) }
}
