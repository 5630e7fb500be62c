package judge

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

// What a notification has shown of user data stays until somebody asks for something else, or may have.
func TestUserDataKept(t *testing.T) {
	t.Parallel()
	told := func(state, pairs string) *recording.Entry {
		return &recording.Entry{
			Kind: recording.KindMessage, Actor: "agent", Channel: "/v2/me/calls", Message: fmt.Appendf(nil,
				`{"channel":"/v2/me/calls","data":{"notificationType":"StatusChange","messageType":"CallStateChangeMessage","call":{"id":"01","state":%q,"userData":%s}}}`,
				state, pairs),
		}
	}
	posts := func(body string) *recording.Entry {
		return &recording.Entry{
			Kind: recording.KindRest, Actor: "agent", Method: "POST", Path: "/me/calls/01", Status: 200,
			Request: json.RawMessage(body), Response: json.RawMessage(`{"statusCode":0}`),
		}
	}
	unanswered := posts(`{"operationName":"DeleteUserData"}`)
	unanswered.Problem, unanswered.Response, unanswered.Status = "timeout", nil, 0
	update := posts(`{"operationName":"UpdateUserData","userData":{"k":"v"}}`)
	for name, x := range map[string]struct {
		last  []*recording.Entry
		wrong string
	}{
		"kept":                    {[]*recording.Entry{told("Held", `{"k":"v"}`)}, ""},
		"lost":                    {[]*recording.Entry{told("Held", `{}`)}, "DATA-9"},
		"another value":           {[]*recording.Entry{told("Held", `{"k":"w"}`)}, "DATA-9"},
		"lost in the end":         {[]*recording.Entry{told("Released", `{}`)}, "DATA-7"},
		"deleted":                 {[]*recording.Entry{posts(`{"operationName":"DeleteUserDataPair","key":"k"}`), told("Held", `{}`)}, ""},
		"deleted, and back again": {[]*recording.Entry{posts(`{"operationName":"DeleteUserData"}`), told("Established", `{}`), told("Held", `{"k":"v"}`)}, "DATA-9"},
		"perhaps deleted":         {[]*recording.Entry{unanswered, told("Held", `{}`)}, ""},
	} {
		cast := &recording.Entry{Kind: recording.KindCall, Actor: "agent", Role: "02", ID: "01", Text: "agent,caller"}
		entries := append([]*recording.Entry{cast, told("Established", `{}`), update, told("Established", `{"k":"v"}`)}, x.last...)
		for i, e := range entries { // the entries that cases share keep their places
			c := *e
			c.Seq, c.At = i+1, float64(i)
			if c.Kind == recording.KindRest && c.Problem == "" {
				c.AnsweredAt = c.At
			}
			entries[i] = &c
		}
		c := NewCase(nil, "userdata.update", entries)
		var got []string
		for _, f := range judgeUserData(c, c.Messages("")) {
			got = append(got, f.Requirement)
		}
		if all := strings.Join(got, " "); all != x.wrong {
			t.Errorf("%s: found %q, want %q", name, all, x.wrong)
		}
	}
}
