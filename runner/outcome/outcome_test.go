package outcome_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/voicespec/voicespec/runner/outcome"
	"github.com/voicespec/voicespec/runner/recording"
)

// tape is a recording in the making, of a station of three.
type tape struct {
	at       float64
	scenario string
	entries  []*recording.Entry
}

var header = &recording.Header{Stations: []recording.Station{{
	Agent:       recording.Party{Number: "5005", Device: "a", Controlled: true},
	Caller:      recording.Party{Number: "5000", Device: "c", Controlled: true},
	Destination: recording.Party{Number: "5001", Device: "d", Controlled: true},
}}}

var numbers = map[string]string{"agent": "5005", "caller": "5000", "destination": "5001"}

const offered = `["Answer","Hold","Retrieve","Hangup","SendDtmf","UpdateUserData","InitiateTransfer","CompleteTransfer","SwapCalls"]`

func (t *tape) add(e recording.Entry) {
	t.at++
	e.At, e.Seq, e.Station, e.Scenario = t.at, len(t.entries)+1, 1, t.scenario
	t.entries = append(t.entries, &e)
}

func (t *tape) posts(who, path, body string) {
	t.add(recording.Entry{
		Kind: recording.KindRest, Actor: who, Method: "POST", Path: path, Request: json.RawMessage(body), Response: json.RawMessage(`{"statusCode":0}`),
		Status: 200, AnsweredAt: t.at + 1.1, Purpose: recording.Act,
	})
}

func (t *tape) told(who, id, state, other, more string) {
	t.add(recording.Entry{Kind: recording.KindMessage, Actor: who, Message: fmt.Appendf(nil, `{"channel":"/v2/me/calls","data":{"notificationType":"StatusChange",
		"phoneNumber":%q,"call":{"id":%q,"state":%q,"dnis":"5005","capabilities":%s,"participants":[{"phoneNumber":%q}]%s}}}`,
		numbers[who], id, state, offered, other, more)})
}

func (t *tape) missed(who string) {
	t.at += 5
	t.add(recording.Entry{Kind: recording.KindMissed, Actor: who, Waited: 5})
}

// inbound is a call from the caller that the agent has answered.
func (t *tape) inbound(id string) {
	t.posts("caller", "/me/devices/c/calls", `{"operationName":"Dial","destination":{"phoneNumber":"5005"}}`)
	t.told("caller", id, "Dialing", "5005", "")
	t.told("agent", id, "Ringing", "5000", "")
	t.posts("agent", "/me/calls/"+id, `{"operationName":"Answer"}`)
	t.told("agent", id, "Established", "5000", "")
	t.told("caller", id, "Established", "5005", "")
}

// consulting is what a consult call of call 1 shows.
const consulting = `,"callType":"Consult","parentCallUri":"http://h/api/v2/me/calls/1"`

// consults is an operation of the agent's that begins consult call 2 of call 1, which the destination answers; more is shown at its answer.
func (t *tape) consults(operation, more string) {
	t.posts("agent", "/me/calls/1", `{"operationName":"`+operation+`","destination":{"phoneNumber":"5001"}}`)
	t.told("agent", "1", "Held", "5000", "")
	t.told("agent", "2", "Dialing", "5001", consulting)
	t.told("destination", "2", "Ringing", "5005", "")
	t.operation("destination", "2", "Answer")
	t.told("destination", "2", "Established", "5005", "")
	t.told("agent", "2", "Established", "5001", consulting+more)
}

func (t *tape) operation(who, id, name string) {
	t.posts(who, "/me/calls/"+id, `{"operationName":"`+name+`"}`)
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		play func(*tape)
		want []string
	}{
		"all is told": {func(r *tape) {
			r.inbound("1")
			r.operation("agent", "1", "Hold")
			r.told("agent", "1", "Held", "5000", "")
			r.operation("agent", "1", "Hangup")
			r.told("agent", "1", "Released", "5000", "")
			r.told("caller", "1", "Released", "5005", "")
		}, nil},
		"a Hold after which was waited in vain": {func(r *tape) {
			r.inbound("1")
			r.operation("agent", "1", "Hold")
			r.missed("agent")
		}, []string{"HOLD-1"}},
		"the second Hold": {func(r *tape) {
			r.inbound("1")
			for range 2 {
				r.operation("agent", "1", "Hold")
			}
			r.told("agent", "1", "Held", "5000", "")
			r.inbound("2")
		}, []string{"HOLD-1"}},
		"both ends retrieve, and one is not told": {func(r *tape) {
			r.inbound("1")
			for _, who := range []string{"agent", "caller"} {
				r.operation(who, "1", "Hold")
				r.told(who, "1", "Held", map[string]string{"agent": "5000", "caller": "5005"}[who], "")
			}
			r.operation("agent", "1", "Retrieve")
			r.operation("caller", "1", "Retrieve")
			r.told("caller", "1", "Established", "5005", "")
			r.missed("agent")
			r.operation("caller", "1", "Hangup")
			r.told("agent", "1", "Released", "5000", "")
			r.told("caller", "1", "Released", "5005", "")
		}, []string{"RETRIEVE-1"}},
		"the other end of a call that was hung up is told only of its own Hangup": {func(r *tape) {
			r.inbound("1")
			r.operation("agent", "1", "Hangup")
			r.told("agent", "1", "Released", "5000", "")
			r.missed("caller")
			r.operation("caller", "1", "Hangup")
			r.told("caller", "1", "Released", "5005", "")
		}, []string{"HANGUP-2"}},
		"both ends hang up": {func(r *tape) {
			r.inbound("1")
			r.operation("caller", "1", "Hangup")
			r.told("caller", "1", "Released", "5005", "")
			r.operation("agent", "1", "Hangup")
			r.told("agent", "1", "Released", "5000", "")
			r.missed("caller")
		}, nil},
		"a Hold at the end of the recording": {func(r *tape) {
			r.inbound("1")
			r.operation("agent", "1", "Hold")
		}, nil},
		"a Hold in a gap": {func(r *tape) {
			r.inbound("1")
			r.operation("agent", "1", "Hold")
			r.add(recording.Entry{Kind: recording.KindGap, Actor: "agent"})
			r.inbound("2")
		}, nil},
		"a Hold in a gap of everybody": {func(r *tape) {
			r.inbound("1")
			r.operation("agent", "1", "Hold")
			r.add(recording.Entry{Kind: recording.KindGap})
			r.inbound("2")
		}, nil},
		"a Hold that failed later": {func(r *tape) {
			r.inbound("1")
			r.operation("agent", "1", "Hold")
			r.add(recording.Entry{
				Kind: recording.KindMessage, Actor: "agent", Channel: "/v2/me/devices", Message: json.RawMessage(`{"data":{"messageType":"ErrorMessage"}}`),
			})
			r.inbound("2")
		}, nil},
		"a Hold that the caller's Hangup overtook": {func(r *tape) {
			r.inbound("1")
			r.operation("agent", "1", "Hold")
			r.operation("caller", "1", "Hangup")
			r.told("caller", "1", "Released", "5005", "")
			r.told("agent", "1", "Released", "5000", "")
			r.inbound("2")
		}, nil},
		"an end that only one is told of": {func(r *tape) {
			r.inbound("1")
			r.operation("agent", "1", "Hangup")
			r.told("agent", "1", "Released", "5000", "")
			r.inbound("2")
		}, []string{"HANGUP-2"}},
		"an answer that only one is told of": {func(r *tape) {
			r.posts("caller", "/me/devices/c/calls", `{"operationName":"Dial","destination":{"phoneNumber":"5005"}}`)
			r.told("caller", "1", "Dialing", "5005", "")
			r.told("agent", "1", "Ringing", "5000", "")
			r.operation("agent", "1", "Answer")
			r.told("agent", "1", "Established", "5000", "")
			r.missed("caller")
		}, []string{"ANSWER-2"}},
		"the second of two calls at once is answered": {func(r *tape) {
			r.posts("caller", "/me/devices/c/calls", `{"operationName":"Dial","destination":{"phoneNumber":"5005"}}`)
			r.told("caller", "1", "Dialing", "5005", "")
			r.told("agent", "1", "Ringing", "5000", "")
			r.posts("caller", "/me/devices/c/calls", `{"operationName":"Dial","destination":{"phoneNumber":"5005"}}`)
			r.told("agent", "2", "Ringing", "5000", "")
			r.operation("agent", "2", "Answer")
			r.told("caller", "2", "Dialing", "5005", "")
			r.told("agent", "2", "Established", "5000", "")
			r.told("caller", "2", "Established", "5005", "")
			r.missed("caller")
		}, nil},
		"a call that was dialled before is told between": {func(r *tape) {
			r.inbound("1")
			r.posts("agent", "/me/devices/a/calls", `{"operationName":"Dial","destination":{"phoneNumber":"5001"}}`)
			r.posts("agent", "/me/calls/1", `{"operationName":"InitiateTransfer","destination":{"phoneNumber":"5001"}}`)
			r.told("agent", "2", "Dialing", "5001", `,"dnis":"5001"`)
			r.told("agent", "1", "Held", "5000", "")
			r.told("agent", "3", "Dialing", "5001", `,"dnis":"5001","callType":"Consult","parentCallUri":"http://x/api/v2/me/calls/1"`)
		}, nil},
		"another party in the midst of a call": {func(r *tape) {
			r.inbound("1")
			r.told("caller", "1", "Established", "5001", "")
		}, []string{"ID-8"}},
		"the other party of a plain call is listed twice": {func(r *tape) {
			r.inbound("1")
			r.told("caller", "1", "Established", "5005", `,"participants":[{"phoneNumber":"5005"},{"phoneNumber":"5005"}]`)
		}, []string{"ID-8"}},
		"a Hold that was not answered may not have been done": {func(r *tape) {
			r.inbound("1")
			r.operation("agent", "1", "Hold")
			last := r.entries[len(r.entries)-1]
			last.Problem, last.Response = "timeout", nil
			r.missed("agent")
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var r tape
			tt.play(&r)
			var got []string
			for _, f := range outcome.Judge(header, r.entries).All() {
				got = append(got, f.Requirement)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("found %v, not %v", got, tt.want)
			}
		})
	}
}

// What came at an end that somebody cut short is judged; what did not come there is not.
func TestAnEndThatWasCutShort(t *testing.T) {
	t.Parallel()
	i := slices.IndexFunc(outcome.Rules, func(r outcome.Rule) bool { return r.Requirement == "HOLD-1" })
	for came, want := range map[bool]int{true: 1, false: 0} {
		r := &tape{}
		r.inbound("1")
		r.operation("agent", "1", "Hold")
		r.operation("caller", "1", "Hangup")
		if came {
			r.told("agent", "1", "Held", "5000", "")
		}
		r.told("agent", "1", "Released", "5000", "")
		r.told("caller", "1", "Released", "5005", "")
		r.at += 20
		r.inbound("2")
		found, due := outcome.Judge(header, r.entries).Of(outcome.Rules[i])
		if len(found) > 0 || due != want {
			t.Errorf("Held came: %v: found %v, judged %d times, want %d", came, found, due, want)
		}
	}
}
