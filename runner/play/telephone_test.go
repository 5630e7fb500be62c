package play

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/phone"
	"github.com/voicespec/voicespec/runner/recording"
)

// TestOurs is which calls a telephone may answer.
func TestOurs(t *testing.T) {
	cast := config.Station{
		Agent: config.Party{User: "a", Number: "5005", Phone: config.Phone{Registrar: "h", User: "sip5005"}}, Caller: config.Party{User: "c", Number: "5000"},
		Destination: config.Party{Number: "5001"},
	}
	dial := func(s *Station) {
		s.Actors["caller"].causes("/me/devices/x/calls", []byte(`{"operationName":"Dial","destination":{"phoneNumber":"5005"}}`))
	}
	told := func(parties string) func(s *Station) {
		return func(s *Station) {
			s.tape.Append(&recording.Entry{Kind: recording.KindMessage, Actor: "agent", Channel: "/v2/me/calls", Message: json.RawMessage(
				`{"data":{"call":{"id":"C1","callUuid":"U1","state":"Ringing","participants":[` + parties + `]}}}`)})
		}
	}
	answer := func(s *Station) { s.Actors["agent"].causes("/me/calls/C1", []byte(`{"operationName":"Answer"}`)) }
	const caller, stranger = `{"phoneNumber":"5000"}`, `{"phoneNumber":"777"}`
	for name, c := range map[string]struct {
		role string
		call phone.Invitation
		do   []func(*Station)
		want bool
	}{
		"nothing was done":                {"agent", phone.Invitation{UUID: "U1", From: "5000"}, nil, false},
		"dialled":                         {"agent", phone.Invitation{UUID: "U1", From: "5000"}, []func(*Station){dial}, true},
		"who dials is called":             {"caller", phone.Invitation{UUID: "U1", From: "sip5005"}, []func(*Station){dial}, true},
		"in the name of another":          {"caller", phone.Invitation{UUID: "U1", From: "0049", Own: true}, []func(*Station){dial}, true},
		"a stranger meanwhile":            {"caller", phone.Invitation{UUID: "U1", From: "777"}, []func(*Station){dial}, false},
		"told among us":                   {"agent", phone.Invitation{UUID: "U1", From: "0049"}, []func(*Station){told(caller)}, true},
		"told with a stranger":            {"agent", phone.Invitation{UUID: "U1", From: "777"}, []func(*Station){told(stranger)}, false},
		"told with a stranger, of others": {"agent", phone.Invitation{From: "777"}, []func(*Station){told(caller)}, false},
		"answered":                        {"agent", phone.Invitation{UUID: "U1", From: "777"}, []func(*Station){told(stranger), answer}, true},
		"answered by its id":              {"agent", phone.Invitation{UUID: "C1", From: "777"}, []func(*Station){answer}, true},
	} {
		r := NewRun(&config.Target{Stations: []config.Station{cast}}, nil, Budgets{Event: time.Minute}, recording.NewLog(nil))
		s := &Station{Number: 1, Actors: map[string]*Actor{}, run: r, tape: r.Log.Tape(1), hasPhones: true}
		for _, role := range config.Roles {
			s.Actors[role] = &Actor{Role: role, Party: cast.Party(role), station: s}
		}
		ctx, cancel := context.WithCancel(t.Context())
		known := make(chan bool, 1)
		go func() { known <- s.Actors[c.role].ours(ctx, c.call) }() // it waits, and hears what is done meanwhile
		for _, do := range c.do {
			do(s)
		}
		if !c.want {
			cancel()
		}
		if got := <-known; got != c.want {
			t.Errorf("%s: %v", name, got)
		}
		cancel()
	}
}

// TestPhoneRemedies is what there is to do about a telephone that a registrar did not take.
func TestPhoneRemedies(t *testing.T) {
	a := &Actor{Role: "agent", Party: config.Party{Number: "5005", Phone: config.Phone{Registrar: "sip.example.com"}}}
	for text, c := range map[string]struct {
		status  int
		remedy  string
		passing bool
	}{
		"Moved Temporarily to sip:other.example.com": {302, "registrar:", false},
		"Forbidden":             {403, "password:", false},
		"Not Found":             {404, "user:", false},
		"Server Internal Error": {500, "problem of its own", true},
		"Message Too Large":     {513, "problem of its own", true},
		"Bad Request":           {400, "log", false},
		"connection refused":    {0, "reaches it", true},
	} {
		p, is := errors.AsType[*Problem](a.phoneProblem(t.Context(), &phone.RegisterError{Status: c.status, Text: text}))
		if !is || !strings.Contains(p.Cause, text) || !strings.Contains(p.Remedy, c.remedy) || p.Passing != c.passing {
			t.Errorf("%d: %+v", c.status, p)
		}
	}
}
