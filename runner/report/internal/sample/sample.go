// Package sample makes the results and recordings that the tests of the reports print: a
// two-step transfer whose Held never came, one with a wrong capability set, and clean runs
// of any size. It is imported by tests only.
package sample

import (
	"encoding/json"
	"fmt"
	"testing/fstest"
	"time"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// Ids of the sample's calls and of the scenarios that fail.
const (
	Original  = "011DJV5JI898NB2L04000VTAES000105"
	Consult   = "011DJV5JI898NB2L04000VTAES000106"
	NoHeld    = "transfer.sample-2"
	WrongCaps = "transfer.sample-1"
)

// established and the other sets are those of the documentation page.
var (
	ringing     = []string{"UpdateUserData", "DeleteUserData", "AttachUserData", "DeleteUserDataPair", "Answer"}
	established = []string{
		"UpdateUserData", "SingleStepConference", "DeleteUserData", "Hangup", "SendDtmf", "Hold", "AttachUserData", "SingleStepTransfer",
		"InitiateConference", "DeleteUserDataPair", "InitiateTransfer",
	}
	held = []string{
		"UpdateUserData", "SingleStepConference", "DeleteUserData", "Hangup", "Retrieve", "AttachUserData", "SingleStepTransfer",
		"InitiateConference", "DeleteUserDataPair", "InitiateTransfer",
	}
	dialing = []string{"UpdateUserData", "DeleteUserData", "Hangup", "SwapCalls", "CompleteTransfer", "SendDtmf", "AttachUserData", "DeleteUserDataPair"}
)

// Tape makes a recording, entry by entry.
type Tape struct {
	scenario string
	seq      int
	at       float64
	Entries  []*recording.Entry
}

// NewTape starts the recording of a scenario; seq numbers follow first.
func NewTape(scenario string, first int, at float64) *Tape {
	t := &Tape{scenario: scenario, seq: first, at: at}
	t.add(&recording.Entry{Kind: recording.KindScenario, Event: recording.Begin})
	return t
}

func (t *Tape) add(e *recording.Entry) *recording.Entry {
	t.seq++
	e.Seq, e.Scenario = t.seq, t.scenario
	if e.At == 0 {
		e.At = t.at
	}
	e.Decode()
	t.Entries = append(t.Entries, e)
	return e
}

// Rest records an accepted operation that is answered after 12 ms.
func (t *Tape) Rest(actor, path, body string) *recording.Entry {
	t.at += 0.01
	return t.add(&recording.Entry{
		Kind: recording.KindRest, Actor: actor, Method: "POST", Path: path, Request: json.RawMessage(body),
		Status: 200, Response: json.RawMessage(`{"statusCode":0}`), At: t.at, AnsweredAt: t.at + 0.012,
	})
}

// Notify records a call notification.
func (t *Tape) Notify(actor, id, state string, caps []string, number string) *recording.Entry {
	t.at += 0.021
	return t.add(&recording.Entry{
		Kind: recording.KindMessage, Actor: actor, Channel: "/v2/me/calls", Transport: "long-polling",
		Message: json.RawMessage(Message(id, state, caps, number)),
	})
}

// Message is a call notification with the members that the page's samples have.
func Message(id, state string, caps []string, number string) string {
	if caps == nil {
		caps = []string{}
	}
	call := map[string]any{
		"id": id, "state": state, "callUuid": id, "connId": "007102385535e005",
		"deviceUri":    "http://127.0.0.1:8080/api/v2/devices/efe1ab32-53f9-43ce-b65e-5768c61f7d4a",
		"participants": []any{map[string]any{"e164Number": "", "formattedPhoneNumber": number, "phoneNumber": number, "digits": number}},
		"dnis":         "5005", "callType": "Internal", "capabilities": caps, "duration": "0", "mute": "Off",
		"supervisorListeningIn": false, "monitoredUserMuted": false,
		"uri": "http://127.0.0.1:8080/api/v2/me/calls/" + id, "path": "/calls/" + id,
	}
	if number == "5001" {
		call["callType"] = "Consult"
		call["parentCallUri"] = "http://127.0.0.1:8080/api/v2/me/calls/" + Original
	}
	out, err := json.Marshal(map[string]any{
		"channel": "/v2/me/calls",
		"data":    map[string]any{"notificationType": "StatusChange", "call": call, "phoneNumber": "5005", "messageType": "CallStateChangeMessage"},
	})
	if err != nil {
		panic(err)
	}
	return string(out)
}

// Transfer records a two-step transfer. wrong is taken out of the Held notification's
// capabilities; without held the notification never comes.
func Transfer(scenario string, first int, withHeld bool, wrong string) (entries []*recording.Entry, initiate, heldSeq int) {
	t := NewTape(scenario, first, float64(first)/10)
	t.Rest("caller", "/me/devices/efe1ab32-53f9-43ce-b65e-5768c61f7d4a/calls", `{"operationName":"Dial","destination":{"phoneNumber":"5005"}}`)
	t.Notify("caller", Original, "Dialing", []string{"Hangup"}, "5005")
	t.Notify("agent", Original, "Ringing", ringing, "5000")
	t.Rest("agent", "/me/calls/"+Original, `{"operationName":"Answer"}`)
	t.Notify("agent", Original, "Established", established, "5000")
	t.Notify("caller", Original, "Established", established, "5005")
	e := t.Rest("agent", "/me/calls/"+Original, `{"operationName":"InitiateTransfer","destination":{"phoneNumber":"5001"}}`)
	initiate = e.Seq
	if withHeld {
		var caps []string
		for _, c := range held {
			if c != wrong {
				caps = append(caps, c)
			}
		}
		heldSeq = t.Notify("agent", Original, "Held", caps, "5000").Seq
	}
	t.Notify("agent", Consult, "Dialing", dialing, "5001")
	t.Notify("destination", Consult, "Ringing", ringing, "5005")
	t.Rest("agent", "/me/calls/"+Consult, `{"operationName":"CompleteTransfer"}`)
	t.Notify("agent", Original, "Released", nil, "5000")
	t.Notify("agent", Consult, "Released", nil, "5001")
	t.add(&recording.Entry{Kind: recording.KindScenario, Event: recording.End})
	return t.Entries, initiate, heldSeq
}

// Pages is the documentation's side of Transfer.
func Pages(string) []evidence.Documented {
	const id, consult = "011DJV5JI898NB2L04000VTAES000005", "011DJV5JI898NB2L04000VTAES000006"
	doc := func(title, json string) evidence.Documented { return evidence.Documented{Title: title, JSON: json} }
	return []evidence.Documented{
		doc("agent is notified: Ringing", Message(id, "Ringing", ringing, "5000")),
		doc("agent posts: Answer", `{"operationName":"Answer"}`),
		doc("agent is notified: Established", Message(id, "Established", established, "5000")),
		doc("agent posts: InitiateTransfer", `{"operationName":"InitiateTransfer","destination":{"phoneNumber":"5001"}}`),
		doc("agent is notified: Held", Message(id, "Held", held, "5000")),
		doc("agent is notified: Dialing", Message(consult, "Dialing", dialing, "5001")),
		doc("agent posts: CompleteTransfer", `{"operationName":"CompleteTransfer"}`),
		doc("agent is notified: Released", Message(id, "Released", nil, "5000")),
		doc("agent is notified: Released", Message(consult, "Released", nil, "5001")),
	}
}

// Failing is a run with both broken transfers and every outcome there is.
func Failing() evidence.Input {
	noHeld, initiate, _ := Transfer(NoHeld, 0, false, "")
	wrongCaps, _, heldSeq := Transfer(WrongCaps, 40, true, "Retrieve")
	r := base()
	check := func(id, title, req string, level requirement.Level, o result.Outcome, message string, f ...result.Finding) {
		scenario := id[:len(id)-len(lastPart(id))-1]
		r.Checks = append(r.Checks, result.Check{
			ID: id, Title: title, Requirements: []string{req}, Level: level, Area: "transfer", Scenario: scenario, Outcome: o,
			Message: message, Findings: f, Rerun: "voicespec run --run '" + id + "'", DurationMs: 1.5,
		})
	}
	missing := result.Finding{
		Requirement: "TRANSFER-1", Expected: "a CallStateChangeMessage for the original call with state Held within 5 s of InitiateTransfer",
		Observed: "none; 2 messages for other calls came since", After: initiate,
	}
	check("transfer.sample-1.held", "notifies the agent that the original call is Held", "TRANSFER-1", requirement.Required, result.Passed, "")
	check("transfer.sample-1.held-capabilities", "offers the documented capabilities in Held", "CAP-3", requirement.Required, result.Failed,
		"capabilities differ", result.Finding{
			Requirement: "CAP-3", Path: "$.data.call.capabilities", Seq: heldSeq,
			Expected: "Retrieve, or SwapCalls and CompleteTransfer, beside the 9 others of the page", Observed: "missing: Retrieve",
		})
	check("transfer.sample-2.held", "notifies the agent that the original call is Held", "TRANSFER-1", requirement.Required, result.Failed,
		"no Held came", missing)
	check("transfer.sample-2.held-before-dialing", "notifies Held before Dialing", "TRANSFER-3", requirement.Required, result.Blocked, "Held never came")
	check("transfer.complete.held", "notifies Held when completing from the parent", "TRANSFER-1", requirement.Required, result.Failed, "no Held came", missing)
	check("transfer.sample-2.original-released-first", "releases the original call first", "TRANSFER-6", requirement.Recommended, result.Failed,
		"Released of the consult call came first", result.Finding{
			Requirement: "TRANSFER-6", Expected: "Released of the original call first", Observed: "Released of the consult call came 3 ms before it", Seq: 13,
		})
	check("transfer.answered.destination", "is accepted after the destination answered", "TRANSFER-8", requirement.Required, result.Untestable,
		"the destination has no credentials")
	check("transfer.location.accepted", "takes the optional location", "TRANSFER-9", requirement.Required, result.KnownFailure, "statusCode 10")
	r.Checks[len(r.Checks)-1].KnownFailure = "our switch has no locations (https://tracker.example/77)"
	check("transfer.recording.start", "offers StartCallRecording", "CAP-9", requirement.Required, result.NotApplicable, "the target does not claim api-recording")
	check("transfer.other.one", "is not selected", "TRANSFER-2", requirement.Required, result.NotSelected, "--run")
	r.Scenarios = []result.Scenario{
		{
			ID: WrongCaps, Title: "InitiateTransfer of an established call", Area: "transfer",
			Source: requirement.Source{Page: "InitiateTransfer", Section: "sample 1"}, PlayedMs: 210, Station: 1,
		},
		{
			ID: NoHeld, Title: "A two-step transfer from start to finish", Area: "transfer",
			Source: requirement.Source{Page: "InitiateTransfer", Section: "sample 2"}, PlayedMs: 5230, Station: 2,
		},
	}
	r.Count()
	r.Decide()
	return evidence.Input{Report: r, Registry: registry(), Header: header(), Documented: Pages, Scenarios: func(id string) []*recording.Entry {
		switch id {
		case NoHeld:
			return noHeld
		case WrongCaps:
			return wrongCaps
		}
		return nil
	}}
}

// Hostile is a failing run of a target that wrote text everywhere it can, and whose address
// holds credentials.
func Hostile(text string) evidence.Input {
	in := Failing()
	in.Report.Target = "http://user:secret@127.0.0.1:8080"
	for i := range in.Report.Checks {
		c := &in.Report.Checks[i]
		c.Message, c.Title, c.KnownFailure = text, c.Title+text, c.KnownFailure+text
		for j := range c.Findings {
			c.Findings[j].Observed, c.Findings[j].Expected, c.Findings[j].Path = text, text, text
		}
	}
	in.Report.LeftBehind, in.Report.Others = []string{text}, []string{text}
	in.Report.UnknownMembers = map[string]int{text: 1}
	in.Report.Latency = append(in.Report.Latency, result.Latency{Operation: text, To: text, Count: 1, P50: 1, P95: 1, Max: 1})
	in.Report.States = &result.StateTable{
		States:     []result.StateColumn{{Title: text, Scenario: text}},
		Operations: []result.StateRow{{Operation: text, Cells: []result.StateCell{{Became: result.Became(text)}}}},
	}
	tape := NewTape(NoHeld, 0, 0)
	body, err := json.Marshal(map[string]any{"operationName": text, text: text})
	if err != nil {
		panic(err)
	}
	e := tape.Rest("agent", "/me/calls/"+text, string(body))
	e.Problem, e.ResponseText, e.Response = text, text, nil
	tape.Rest("agent", "/me/calls/1", string(body)).Response = body
	tape.Notify("agent", text, text, []string{text}, text)
	tape.Notify(text, text, text, []string{text}, text)
	tape.add(&recording.Entry{Kind: recording.KindFault, Actor: "agent", Text: text})
	tape.add(&recording.Entry{Kind: recording.KindMissed, Actor: "agent", Text: text, Waited: 5})
	in.Scenarios = func(string) []*recording.Entry { return tape.Entries }
	in.Header.Stations[0].Agent.Number = text
	in.Documented = func(string) []evidence.Documented {
		return []evidence.Documented{{Title: text, JSON: Message(text, text, []string{text}, text)}}
	}
	return in
}

// Clean is a run of scenarios that passed, with checks each.
func Clean(scenarios, checks int) evidence.Input {
	r := base()
	tapes := map[string][]*recording.Entry{}
	areas := []string{"transfer", "hold", "conference", "session", "devices"}
	for i := range scenarios {
		area := areas[i*len(areas)/scenarios]
		id := fmt.Sprintf("%s.scenario-%d", area, i)
		tapes[id], _, _ = Transfer(id, i*20, true, "")
		r.Scenarios = append(r.Scenarios, result.Scenario{
			ID: id, Title: fmt.Sprintf("The two-step transfer, variant %d", i), Area: area,
			Source: requirement.Source{Page: "InitiateTransfer", Section: "sample 2"}, PlayedMs: 230,
		})
		for j := range checks {
			r.Checks = append(r.Checks, result.Check{
				ID: fmt.Sprintf("%s.check-%d", id, j), Title: "notifies the agent that the original call is Held", Requirements: []string{"TRANSFER-1"},
				Level: requirement.Required, Area: area, Scenario: id, Outcome: result.Passed, Rerun: "voicespec run --run '" + id + "'", DurationMs: 0.4,
			})
		}
	}
	r.Count()
	r.Decide()
	return evidence.Input{Report: r, Registry: registry(), Header: header(), Documented: Pages, Scenarios: func(id string) []*recording.Entry { return tapes[id] }}
}

func base() *result.Report {
	return &result.Report{
		Version: 1, Suite: "0.1.0", Target: "http://127.0.0.1:8080", Transport: "long-polling", Gate: requirement.Required, Seed: 81,
		Started: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC), DurationMs: 12345,
		Latency: []result.Latency{
			{Operation: "InitiateTransfer", To: "answer", Count: 26, P50: 11.5, P95: 24, Max: 41},
			{Operation: "InitiateTransfer", To: "Held", Count: 26, P50: 32, P95: 61.2, Max: 190},
			{Operation: "Answer", To: "answer", Count: 40, P50: 9, P95: 14, Max: 20},
			{Operation: "GET /me/calls", To: "answer", Count: 12, P50: 4, P95: 9, Max: 12},
		},
		States: &result.StateTable{
			States: []result.StateColumn{{Title: "Ringing call", Scenario: "states.ringing"}, {Title: "Held call", Scenario: "states.held"}},
			Operations: []result.StateRow{
				{Operation: "Hold", Cells: []result.StateCell{{Became: result.Refused, StatusCode: 2}, {Became: result.CarriedOut}}},
				{Operation: "Retrieve", Cells: []result.StateCell{{Became: result.RefusedLater}, {Offered: true, Became: result.Accepted}}},
				{Operation: "CompleteTransfer", Cells: []result.StateCell{{}, {Offered: true, Became: result.Refused, StatusCode: 6}}},
			},
		},
	}
}

func header() *recording.Header {
	return &recording.Header{Version: 1, Target: "http://127.0.0.1:8080", Stations: []recording.Station{{
		Agent: recording.Party{User: "agent", Number: "5005"}, Caller: recording.Party{User: "caller", Number: "5000"},
		Destination: recording.Party{User: "dest", Number: "5001"},
	}}}
}

// rules is a registry of our own: the sample must not change with the real one.
const rules = `
- id: TRANSFER-1
  rule: "After InitiateTransfer the agent is notified that the original call is Held."
  level: required
  source: {page: InitiateTransfer, section: samples 1 and 2}
  evidence: documented
- id: TRANSFER-2
  rule: "After InitiateTransfer the agent is notified of a new call of type Consult that is Dialing."
  level: required
  source: {page: InitiateTransfer, section: samples 1 and 2}
  evidence: documented
- id: TRANSFER-3
  rule: "The original call is notified as Held before the consult call is notified as Dialing."
  level: required
  source: {page: InitiateTransfer, section: "samples 1 and 2: first, second"}
  evidence: documented
- id: TRANSFER-6
  rule: "The original call is notified as Released before the consult call."
  level: recommended
  source: {page: InitiateTransfer, section: sample 2}
  evidence: documented
- id: TRANSFER-8
  rule: "CompleteTransfer is accepted after the destination has answered."
  level: required
  source: {page: CompleteTransfer, section: sample 1}
  evidence: documented
- id: TRANSFER-9
  rule: "InitiateTransfer takes the optional location."
  level: required
  source: {page: InitiateTransfer, section: parameters}
  evidence: documented
- id: CAP-3
  rule: "A call that is Held offers the documented capabilities of that state."
  level: required
  source: {page: InitiateTransfer, section: samples 1 and 2}
  evidence: documented
- id: CAP-9
  rule: "With recording a call offers StartCallRecording."
  level: required
  source: {page: StartCallRecording, section: sample}
  evidence: observed
`

func registry() *requirement.Registry {
	r, err := requirement.LoadFS(fstest.MapFS{"requirements/sample.yaml": {Data: []byte(rules)}})
	if err != nil {
		panic(err)
	}
	return r
}

func lastPart(id string) string {
	for i := len(id) - 1; i >= 0; i-- {
		if id[i] == '.' {
			return id[i+1:]
		}
	}
	return id
}
