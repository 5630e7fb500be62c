package outcome_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/outcome"
	"github.com/voicespec/voicespec/runner/recording"
)

// reads adds a GET; answer is what stands beside statusCode 0.
func (t *tape) reads(who, path, answer string) {
	t.add(recording.Entry{
		Kind: recording.KindRest, Actor: who, Method: "GET", Path: path, Status: 200, AnsweredAt: t.at + 1.1,
		Response: json.RawMessage(`{"statusCode":0,` + answer + `}`),
	})
}

// lists is a list of calls with one that has been read.
func (t *tape) lists(who, id, state, other string) {
	t.reads(who, "/me/calls?fields=*", fmt.Sprintf(`"calls":[{"id":%q,"state":%q,"dnis":"5005","capabilities":%s,"participants":[{"phoneNumber":%q}]}]`,
		id, state, offered, other))
}

// lasts is the agent's call of a caller's, with its duration.
func (t *tape) lasts(who, id, seconds string) {
	t.reads(who, "/me/calls/"+id, fmt.Sprintf(`"call":{"id":%q,"state":"Established","dnis":"5005","capabilities":%s,"participants":[{"phoneNumber":"5000"}],"duration":%q}`,
		id, offered, seconds))
}

// refused is an operation that was answered with an error.
func (t *tape) refused(who, path, body string) {
	t.posts(who, path, body)
	last := t.entries[len(t.entries)-1]
	last.Status, last.Response = 400, json.RawMessage(`{"statusCode":2,"statusMessage":"not now"}`)
}

// failed tells somebody of an error.
func (t *tape) failed(who string) {
	t.add(recording.Entry{Kind: recording.KindMessage, Actor: who, Channel: "/v2/me/devices",
		Message: json.RawMessage(`{"channel":"/v2/me/devices","data":{"messageType":"ErrorMessage","errorMessage":"no"}}`)})
}

func judged(t *testing.T, play func(*tape)) []string {
	t.Helper()
	var r tape
	play(&r)
	var got []string
	for _, f := range outcome.Judge(header, r.entries).All() {
		got = append(got, f.Requirement)
	}
	return got
}

const hold, mute = `{"operationName":"Hold"}`, `{"operationName":"MuteCall"}`

func TestReadsAndRefusals(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		play func(*tape)
		want []string
	}{
		"as notified": {func(r *tape) {
			r.inbound("1")
			r.lists("agent", "1", "Established", "5000")
			r.lists("caller", "1", "Established", "5005")
		}, nil},
		"a call of few seconds": {func(r *tape) {
			r.scenario = "a"
			r.inbound("1")
			r.lasts("agent", "1", "7")
		}, nil},
		"a call older than what was asked for": {func(r *tape) {
			r.scenario = "a"
			r.inbound("1")
			r.lasts("agent", "1", "70")
		}, []string{"MSG-15"}},
		"a call that was there before": {func(r *tape) {
			r.told("agent", "1", "Established", "5000", "")
			r.told("caller", "1", "Established", "5005", "")
			r.lasts("agent", "1", "70")
		}, nil},
		"the user without the live call": {func(r *tape) {
			r.inbound("1")
			r.reads("agent", "/me?subresources=*", `"user":{"id":"u"}`)
		}, []string{"READ-5"}},
		"of who monitored somebody that was removed": {func(r *tape) {
			r.posts("destination", "/me/devices/d", `{"operationName":"Coach","targetDeviceUri":"http://h/api/v2/devices/a"}`)
			r.inbound("1")
			r.told("destination", "1", "Established", "5000", "")
			r.posts("destination", "/me/calls/1", `{"operationName":"UpdateUserData","userData":{"a":"1"}}`)
			r.changed("destination", "1", "5000", `{"a":"1"}`)
			r.posts("destination", "/me/calls/1", removal)
			r.told("destination", "1", "Established", "5005", "")
			last := r.entries[len(r.entries)-1]
			last.Message = []byte(strings.Replace(string(last.Message), "StatusChange", "ParticipantsUpdated", 1))
			r.reads("destination", "/me/calls?fields=*", `"calls":[]`)
		}, nil},
		"the user without what was not asked for": {func(r *tape) {
			r.inbound("1")
			r.reads("agent", "/me?subresources=devices", `"user":{"id":"u"}`)
		}, nil},
		"as it was before": {func(r *tape) { r.inbound("1"); r.lists("caller", "1", "Dialing", "5005") }, []string{"READ-1"}},
		"as it is notified later": {func(r *tape) {
			r.inbound("1")
			r.lists("caller", "1", "Released", "5005")
			r.told("caller", "1", "Released", "5005", "")
		}, nil},
		"as it is notified next, though something is asked for before": {func(r *tape) {
			r.inbound("1")
			r.lists("agent", "1", "Held", "5000")
			r.posts("agent", "/me/calls/1", mute)
			r.told("agent", "1", "Held", "5000", "")
		}, nil},
		"as it is notified when that is asked for once more": {func(r *tape) {
			r.inbound("1")
			r.operation("agent", "1", "Hold")
			r.told("agent", "1", "Held", "5000", "")
			r.lists("agent", "1", "Established", "5000")
			r.operation("agent", "1", "Retrieve")
			r.told("agent", "1", "Established", "5000", "")
		}, []string{"READ-1"}},
		"while an operation is under way": {func(r *tape) {
			r.inbound("1")
			r.operation("agent", "1", "Hold")
			r.lists("agent", "1", "Held", "5000")
		}, nil},
		"with a hole before": {func(r *tape) {
			r.inbound("1")
			r.add(recording.Entry{Kind: recording.KindGap, Actor: "caller"})
			r.lists("caller", "1", "Held", "5005")
		}, nil},
		"not there": {func(r *tape) { r.inbound("1"); r.reads("agent", "/me/calls?fields=*", `"calls":[]`) }, []string{"READ-2"}},
		"not there any more, since the other end hangs up": {func(r *tape) {
			r.inbound("1")
			r.operation("caller", "1", "Hangup")
			r.reads("agent", "/me/calls?fields=*", `"calls":[]`)
			r.told("agent", "1", "Released", "5000", "")
			r.told("caller", "1", "Released", "5005", "")
		}, nil},
		"not there any more, since the last other hangs up while the first's going is told": {func(r *tape) {
			r.told("caller", "1", "Established", "", with("5005", "5001"))
			r.told("destination", "1", "Established", "", with("5005", "5000"))
			r.told("agent", "1", "Established", "", with("5000", "5001"))
			r.operation("destination", "1", "Hangup")
			r.at -= 0.5
			r.operation("caller", "1", "Hangup")
			r.at -= 0.5
			r.told("agent", "1", "Established", "5000", with("5000"))
			r.reads("agent", "/me/calls?fields=*", `"calls":[]`)
		}, nil},
		"rung late, since who had called has hung up": {func(r *tape) {
			r.inbound("1")
			r.posts("caller", "/me/devices/c/calls", `{"operationName":"Dial","destination":{"phoneNumber":"5005"}}`)
			r.told("caller", "2", "Dialing", "5005", "")
			r.operation("caller", "2", "Hangup")
			r.told("agent", "2", "Ringing", "5000", "")
			r.lists("agent", "1", "Established", "5000")
			r.operation("agent", "1", "Hangup")
			r.told("agent", "1", "Released", "5000", "")
			r.told("caller", "1", "Released", "5005", "")
			r.told("agent", "2", "Released", "5000", "")
			r.told("caller", "2", "Released", "5005", "")
		}, nil},
		"no list": {func(r *tape) { r.inbound("1"); r.reads("agent", "/me/calls?fields=*", `"calls":null`) }, []string{"READ-2"}},
		"no list where there is nothing": {func(r *tape) {
			r.inbound("1")
			r.told("agent", "1", "Released", "5000", "")
			r.reads("agent", "/me/calls?fields=*", `"more":1`)
		}, []string{"READ-6"}},
		"twice": {func(r *tape) {
			r.inbound("1")
			r.reads("agent", "/me/calls", `"uris":["http://x/api/v2/me/calls/1","http://x/api/v2/me/calls/1"]`)
		}, []string{"READ-2"}},
		"an error is told of something later": {func(r *tape) {
			r.inbound("1")
			r.lists("agent", "1", "Held", "5000")
			r.operation("agent", "1", "Hold")
			r.told("agent", "1", "Held", "5000", "")
			r.operation("agent", "1", "Retrieve")
			r.told("agent", "1", "Established", "5000", "")
			r.failed("agent")
		}, []string{"READ-1"}},
		"an error is told of what may have been under way": {func(r *tape) {
			r.inbound("1")
			r.lists("agent", "1", "Held", "5000")
			r.failed("agent")
		}, nil},
		"still there": {func(r *tape) {
			r.inbound("1")
			r.told("agent", "1", "Released", "5000", "")
			r.lists("agent", "1", "Established", "5000")
		}, []string{"READ-3"}},
		"uris":        {func(r *tape) { r.inbound("1"); r.reads("agent", "/me/calls", `"uris":["http://x/api/v2/me/calls/2"]`) }, []string{"READ-2"}},
		"of the user": {func(r *tape) { r.inbound("1"); r.reads("agent", "/me?subresources=*", `"user":{"calls":[]}`) }, []string{"READ-5"}},
		"refused, since the other end had hung up": {func(r *tape) {
			r.inbound("1")
			r.told("caller", "2", "Dialing", "5005", "")
			r.told("agent", "2", "Ringing", "5000", "")
			r.operation("agent", "1", "Hangup")
			r.told("agent", "1", "Released", "5000", "")
			r.at -= 0.5
			r.refused("caller", "/me/calls/1", `{"operationName":"Hangup"}`)
			r.at -= 0.5
			r.told("caller", "1", "Released", "5005", "")
		}, nil},
		"refused and done": {func(r *tape) {
			r.inbound("1")
			r.refused("agent", "/me/calls/1", hold)
			r.told("agent", "1", "Held", "5000", "")
		}, []string{"ERR-2"}},
		"refused, and asked for again": {func(r *tape) {
			r.inbound("1")
			r.refused("agent", "/me/calls/1", hold)
			r.operation("agent", "1", "Hold")
			r.told("agent", "1", "Held", "5000", "")
		}, nil},
		"refused while the first is under way": {func(r *tape) {
			r.inbound("1")
			r.operation("agent", "1", "Hold")
			r.refused("agent", "/me/calls/1", hold)
			r.told("agent", "1", "Held", "5000", "")
		}, nil},
		"refused and muted": {func(r *tape) {
			r.inbound("1")
			r.told("agent", "1", "Established", "5000", `,"mute":"Off"`)
			r.refused("agent", "/me/calls/1", mute)
			r.told("agent", "1", "Established", "5000", `,"mute":"On"`)
		}, []string{"ERR-2"}},
		"refused, and the data is there": {func(r *tape) {
			r.inbound("1")
			r.refused("agent", "/me/calls/1", `{"operationName":"UpdateUserData","userData":{"A":"1"}}`)
			r.told("agent", "1", "Established", "5000", `,"userData":{"A":"1"}`)
		}, []string{"ERR-2"}},
		"refused and dialled": {func(r *tape) {
			r.inbound("1")
			r.refused("agent", "/me/devices/a/calls", `{"operationName":"Dial","destination":{"phoneNumber":"5001"}}`)
			r.told("agent", "2", "Dialing", "5001", "")
		}, []string{"ERR-2"}},
		"a gateway's refusal may have been done": {func(r *tape) {
			r.inbound("1")
			r.refused("agent", "/me/calls/1", hold)
			last := r.entries[len(r.entries)-1]
			last.Status, last.Response, last.ResponseText = 504, nil, "<html>"
			r.told("agent", "1", "Held", "5000", "")
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := judged(t, tt.play); !slices.Equal(got, tt.want) {
				t.Errorf("found %v, not %v", got, tt.want)
			}
		})
	}
}
