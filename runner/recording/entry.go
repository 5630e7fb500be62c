// Package recording holds what happened between voicespec and a target: every
// REST exchange and every Bayeux message of every actor, on one timeline. It is
// written while scenarios are played and read by the judge, live or from a file.
// It knows nothing of networks and imports nothing else of the module but what tells JSON from nearly JSON.
package recording

import (
	"encoding/json"
	"math"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/jsontext"
)

// Kind tells what an Entry is. docs/recording.md describes each for people who
// convert foreign logs.
type Kind string

// The kinds of entries.
const (
	KindHeader   Kind = "recording" // first line: target, stations, version
	KindScenario Kind = "scenario"  // a scenario begins, ends, or could not go on
	KindCall     Kind = "call"      // the player learnt which call id a role of the scenario has
	KindRest     Kind = "rest"      // one REST exchange
	KindMessage  Kind = "message"   // one Bayeux message with data: a notification
	KindBayeux   Kind = "bayeux"    // one Bayeux message on a /meta channel, sent or received
	KindGap      Kind = "gap"       // notifications may have been lost here (connection trouble)
	KindFault    Kind = "fault"     // the target broke the protocol below the API
	KindMissed   Kind = "missed"    // a wait ran out: what was expected did not come
	KindNote     Kind = "note"      // a remark of the player
	KindSIP      Kind = "sip"       // a SIP message that the actor's telephone sent or received; ID: the call's uuid
)

// Events of a KindScenario entry.
const (
	Begin         = "begin"
	End           = "end"
	Blocked       = "blocked"        // an earlier step broke; Text says which
	Untestable    = "untestable"     // the station lacks what the scenario needs; Text says what
	NotApplicable = "not-applicable" // the target does not claim the feature; Text says which
	Excused       = "excused"        // what fails in the scenario is not the target's doing; Text says whose
	Disturbed     = "disturbed"      // others had a hand in the failure of the check ID, which did not fail when it was played again; Text says who
)

// Leak is the flaw of an answer or a message in which credentials of the target file stand, as they were before they were cut.
const Leak = "SECRET: credentials of the target file"

// Whole is the event of a KindFault entry about a response or frame as a whole: it is not what Bayeux makes of them.
const Whole = "whole"

// Events of a KindGap entry. One without is a moment: what comes next is heard again.
const (
	GapBegins = "begins" // nothing is heard until the gap ends, or the next session begins
	GapEnds   = "ends"   // from now on all is heard again
)

// Entry is one line of a recording.
type Entry struct {
	Kind     Kind    `json:"kind"`
	Seq      int     `json:"seq,omitempty"`
	At       float64 `json:"at"`                 // seconds since the recording began (monotonic)
	Station  int     `json:"station,omitempty"`  // from 1; 0 in a recording of one station
	Actor    string  `json:"actor,omitempty"`    // agent, caller, destination
	Scenario string  `json:"scenario,omitempty"` // the scenario that owns the entry
	Step     string  `json:"step,omitempty"`     // label of a request, for the judge
	Purpose  Purpose `json:"purpose,omitempty"`  // what a request is for

	// rest
	Method       string            `json:"method,omitempty"`
	Path         string            `json:"path,omitempty"` // below /api/v2, as sent
	Request      json.RawMessage   `json:"request,omitempty"`
	RequestText  string            `json:"requestText,omitempty"` // body that is not JSON
	RequestType  string            `json:"requestType,omitempty"` // media type that the body was sent as, where that is not JSON
	Status       int               `json:"status,omitempty"`      // HTTP status; 0: unknown or no answer
	Headers      map[string]string `json:"headers,omitempty"`     // a few answer headers, never secret ones
	Response     json.RawMessage   `json:"response,omitempty"`
	ResponseText string            `json:"responseText,omitempty"` // body that is not JSON
	AnsweredAt   float64           `json:"answeredAt,omitempty"`
	Flaws        []string          `json:"flaws,omitempty"`       // what is wrong with an answer that can be read all the same
	Problem      string            `json:"problem,omitempty"`     // no (whole) answer: refused, timeout, reset, too-large, redirect …
	Credentials  string            `json:"credentials,omitempty"` // none, wrong, cookie; empty: the actor's own

	// message and bayeux
	Session   int             `json:"session,omitempty"` // counts handshakes of the actor, from 1
	Browser   string          `json:"browser,omitempty"` // name of a Bayeux session beside the actor's main one
	Transport string          `json:"transport,omitempty"`
	Direction string          `json:"direction,omitempty"` // sent, received (bayeux, sip)
	Channel   string          `json:"channel,omitempty"`
	Message   json.RawMessage `json:"message,omitempty"` // the whole Bayeux message

	// scenario, call, gap, fault, missed, note
	Event  string  `json:"event,omitempty"`
	Role   string  `json:"role,omitempty"` // call: the page's id or name for it
	ID     string  `json:"id,omitempty"`   // call: the live id; sip: the uuid of its call
	Of     string  `json:"of,omitempty"`   // call: role of the original, for a consult call
	Text   string  `json:"text,omitempty"`
	Waited float64 `json:"waited,omitempty"` // missed: seconds waited

	// header
	Header *Header `json:"header,omitempty"`

	decoded  bool
	odd      bool // the JSON that came may be read in more than one way
	data     map[string]any
	call     map[string]any
	callID   string // of call, as are the others: every rule asks for them
	state    string
	kind     string
	number   any   // the phoneNumber of a notification
	devices  []any // that a notification lists
	response any
	body     map[string]any // of the request
	posted   string         // its operationName
	shown    *Entry         // see Shown; nil: itself
}

// Shown is the entry as it may leave the program: without the secrets that came with it. Who plays and who judges goes
// by what came.
func (e *Entry) Shown() *Entry {
	if e.shown != nil {
		return e.shown
	}
	return e
}

// Hide makes the entry be shown as another, without secrets.
func (e *Entry) Hide(shown *Entry) { e.shown = shown }

// Own gives an entry to a scenario.
func (e *Entry) Own(scenario string) {
	e.Scenario = scenario
	if e.shown != nil {
		e.shown.Scenario = scenario
	}
}

// ShownAs are entries as they may leave the program.
func ShownAs(entries []*Entry) []*Entry {
	out := make([]*Entry, len(entries))
	for i, e := range entries {
		out[i] = e.Shown()
	}
	return out
}

// Copy is an entry of the same content, decoded anew.
func (e *Entry) Copy() *Entry {
	c := *e
	c.decoded, c.shown = false, nil
	c.data, c.call, c.number, c.devices, c.response, c.body = nil, nil, nil, nil, nil, nil
	c.callID, c.state, c.kind, c.posted = "", "", "", ""
	return &c
}

// Header is the first line's content: against whom and with whom was recorded.
type Header struct {
	Version   int       `json:"version"` // of the format, 1
	Suite     string    `json:"suite,omitempty"`
	Target    string    `json:"target,omitempty"`
	Started   time.Time `json:"started,omitzero"`
	Transport string    `json:"transport,omitempty"`
	Seed      int64     `json:"seed,omitempty"`
	Features  []string  `json:"features,omitempty"` // claimed
	// AlsoOffered are names that calls may offer although no page knows them, as the target file says.
	AlsoOffered []string  `json:"alsoOffered,omitempty"`
	Stations    []Station `json:"stations,omitempty"`
}

// Station is the cast that scenarios were played with.
type Station struct {
	Agent       Party `json:"agent"`
	Caller      Party `json:"caller"`
	Destination Party `json:"destination"`
}

// Party is one actor of a station. Credentials are never part of a recording.
type Party struct {
	User       string `json:"user,omitempty"`
	Number     string `json:"number,omitempty"`
	Shown      string `json:"shown,omitempty"`   // form in which the system shows the number; empty: as it is
	Dials      string `json:"dials,omitempty"`   // what the caller dials to call the agent; empty: the agent's number
	Outside    bool   `json:"outside,omitempty"` // no user of the server: who calls from elsewhere
	Device     string `json:"device,omitempty"`  // device id
	Controlled bool   `json:"controlled,omitempty"`
	Absence    string `json:"absence,omitempty"` // why not, although there are credentials
}

// Party returns the party that plays role; the zero Party for an unknown role.
func (s Station) Party(role string) Party { return Playing(role, s.Agent, s.Caller, s.Destination) }

// Number is that of the party that plays role, without a copy of the party: rules ask for it of every message.
func (s *Station) Number(role string) string {
	switch role {
	case "agent":
		return s.Agent.Number
	case "caller":
		return s.Caller.Number
	case "destination":
		return s.Destination.Number
	}
	return ""
}

// Roles of a station, in the order in which they are listed everywhere.
var Roles = []string{"agent", "caller", "destination"}

// Playing is who of a station plays role; the zero value for an unknown role.
func Playing[P any](role string, agent, caller, destination P) P {
	var nobody P
	switch role {
	case "agent":
		return agent
	case "caller":
		return caller
	case "destination":
		return destination
	}
	return nobody
}

// Decode parses message, request and answer once; later calls cost nothing.
func (e *Entry) Decode() {
	if e.decoded {
		return
	}
	e.decoded = true
	if e.Kind == KindMessage {
		v, regular := decode(e.Message)
		e.odd = !regular
		if m, ok := v.(map[string]any); ok {
			e.data, _ = m["data"].(map[string]any)
			e.call, _ = e.data["call"].(map[string]any)
			e.callID, e.state, e.kind = text(e.call["id"]), text(e.call["state"]), text(e.data["notificationType"])
			e.number = e.data["phoneNumber"]
			e.devices, _ = e.data["devices"].([]any)
			if c, ok := m["channel"].(string); ok && e.Channel == "" {
				e.Channel = c
			}
		}
	}
	if len(e.Response) > 0 {
		v, regular := decode(e.Response)
		e.response, e.odd = v, !regular
	}
	if len(e.Request) > 0 {
		e.body, _ = DecodeJSON(e.Request).(map[string]any)
		e.posted = text(e.body["operationName"])
	}
}

// Irregularities are what can be read in more than one way in the JSON that came from the target.
func (e *Entry) Irregularities() []jsontext.Irregular {
	e.Decode()
	switch {
	case e.Kind == KindRest && e.odd:
		return jsontext.Irregularities(e.Response)
	case e.Kind == KindMessage && e.odd, e.Kind == KindBayeux && e.Direction == "received", e.Kind == KindFault:
		return jsontext.Irregularities(e.Message)
	}
	return nil
}

// Data is the decoded data member of a notification; nil if it is not an object.
func (e *Entry) Data() map[string]any { e.Decode(); return e.data }

// Addressee is the number that a notification says it is for; ok is false if it says none that is a text.
func (e *Entry) Addressee() (number string, ok bool) {
	e.Decode()
	number, ok = e.number.(string)
	return number, ok
}

// Devices are what a notification lists as devices.
func (e *Entry) Devices() []any { e.Decode(); return e.devices }

// Answer is the decoded answer of a REST exchange; nil if it is not JSON.
func (e *Entry) Answer() any { e.Decode(); return e.response }

// AnswerObject is the decoded answer if it is a JSON object.
func (e *Entry) AnswerObject() map[string]any { o, _ := e.Answer().(map[string]any); return o }

// StatusCode is the statusCode of the answer; ok is false if it has none that is an integer. How that is written does not matter: to JSON,
// 6, 6.0 and 6e0 are one number.
func (e *Entry) StatusCode() (code int64, ok bool) {
	n, isNumber := e.AnswerObject()["statusCode"].(json.Number)
	if !isNumber {
		return 0, false
	}
	f, err := n.Float64()
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return 0, false
	}
	return int64(f), true
}

// AsJSON reports whether a media type is that of JSON, or none was said.
func AsJSON(mediaType string) bool {
	kind, _, _ := strings.Cut(mediaType, ";")
	kind = strings.ToLower(strings.TrimSpace(kind))
	return kind == "" || kind == "application/json" || strings.HasSuffix(kind, "+json")
}

const noContent = 204 // the HTTP status

// Empty reports whether it is known that an answer came whole and without a body: a log may leave bodies out.
func (e *Entry) Empty() bool {
	return e.Problem == "" && len(e.Response) == 0 && e.ResponseText == "" && (e.Status == noContent || e.Headers["Content-Length"] == "0")
}

// Accepted reports whether the operation was answered with statusCode 0, whatever the
// HTTP status; a string "0" counts, since the check of the answer's form reports it.
func (e *Entry) Accepted() bool {
	if code, ok := e.StatusCode(); ok {
		return code == 0 && e.Status < 400
	}
	s, isText := e.AnswerObject()["statusCode"].(string)
	if isText {
		return s == "0" && e.Status < 400
	}
	_, has := e.AnswerObject()["statusCode"]
	return !has && e.Problem == "" && e.Status >= 200 && e.Status < 300
}

// Body is the decoded request body; nil if it is not a JSON object.
func (e *Entry) Body() map[string]any { e.Decode(); return e.body }

// Operation is the operationName of a POST.
func (e *Entry) Operation() string { e.Decode(); return e.posted }

// Call is the call resource of a notification; nil if there is none.
func (e *Entry) Call() map[string]any { e.Decode(); return e.call }

// CallID is the id of the call that is notified, "" if there is none.
func (e *Entry) CallID() string { e.Decode(); return e.callID }

// State is the state of the call that is notified.
func (e *Entry) State() string { e.Decode(); return e.state }

// Type is the notificationType.
func (e *Entry) Type() string { e.Decode(); return e.kind }

// IsCall reports whether the entry is a notification on the calls channel, or one that holds a call.
func (e *Entry) IsCall() bool {
	return e.Kind == KindMessage && (e.Channel == "/v2/me/calls" && !e.OfAnotherKind() || e.Call() != nil)
}

// OfAnotherKind reports whether a notification is of a kind that no page at hand names: messageType says what else to expect of one,
// and this holds nothing of calls and devices.
func (e *Entry) OfAnotherKind() bool {
	data := e.Data()
	switch text(data["messageType"]) {
	case "", "CallStateChangeMessage", "DeviceStateChangeMessage":
		return false
	}
	return e.Kind == KindMessage && !e.IsError() && data["call"] == nil && data["device"] == nil && data["devices"] == nil && data["notificationType"] == nil
}

// IsError reports whether the notification reports an error of an accepted operation.
func (e *Entry) IsError() bool {
	if e.Kind != KindMessage {
		return false
	}
	return strings.Contains(text(e.Data()["messageType"]), "Error") || e.Type() == "Error"
}

func text(v any) string { s, _ := v.(string); return s }
