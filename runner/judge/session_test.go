package judge

import (
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

// get is a GET /me with its answer.
func get(actor, answer string) *recording.Entry {
	return &recording.Entry{Kind: recording.KindRest, Actor: actor, Status: 200, Response: []byte(answer)}
}

func sessionCase() *Case {
	agent, caller := recording.Party{User: "agent1", Device: deviceID}, recording.Party{User: "agent2"}
	return NewCase(&recording.Header{Stations: []recording.Station{{Agent: agent, Caller: caller}}}, "session.me", nil)
}

func TestUsers(t *testing.T) {
	t.Parallel()
	named := func(actor, name string) *recording.Entry {
		return get(actor, `{"statusCode":0,"user":{"userName":"`+name+`"}}`)
	}
	for _, x := range []struct {
		name  string
		list  []*recording.Entry
		wrong int
	}{
		{"each is somebody", []*recording.Entry{named("agent", "Agent1"), named("caller", "agent2")}, 0},
		{"a user name of the installation's", []*recording.Entry{named("agent", "somebody")}, 0},
		{"both are one", []*recording.Entry{named("agent", "somebody"), named("caller", "somebody")}, 1},
		{"the other", []*recording.Entry{named("agent", "agent2")}, 1},
		{"no name", []*recording.Entry{named("agent", "")}, 1},
		{"no user", []*recording.Entry{get("agent", `{"statusCode":0}`)}, 1},
		{"refused", []*recording.Entry{get("agent", `{"statusCode":3}`)}, 1},
		{"not answered", []*recording.Entry{{Kind: recording.KindRest, Actor: "agent", Problem: "timeout"}}, 0},
	} {
		if found := sessionCase().Users(x.list); len(found) != x.wrong {
			t.Errorf("%s: %d findings, want %d: %v", x.name, len(found), x.wrong, found)
		}
	}
}

func TestSubresources(t *testing.T) {
	t.Parallel()
	for answer, wrong := range map[string]int{
		`{"statusCode":0,"user":{"devices":[{"id":"D1"}],"calls":[]}}`: 0,
		`{"statusCode":0,"user":{"devices":[{"id":"d2"}]}}`:            1,
		`{"statusCode":0,"user":{"calls":{},"features":"voice"}}`:      3,
		`{"statusCode":0}`: 1,
		`{"statusCode":6}`: 1,
	} {
		if found := sessionCase().Subresources(get("agent", answer)); len(found) != wrong {
			t.Errorf("%s: %d findings, want %d: %v", answer, len(found), wrong, found)
		}
	}
}

func TestUnauthenticated(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		status       int
		answer, text string
		want         bool
	}{
		{401, `{"statusCode":20}`, "", true},
		{403, `{"statusCode":20}`, "", true},
		{403, `{"statusCode":3}`, "", false},
		{403, "", "<html>Forbidden</html>", true},
		{403, "", "Invalid Csrf token", false},
		{200, `{"statusCode":2}`, "", false},
	} {
		e := &recording.Entry{Kind: recording.KindRest, Status: x.status, Response: []byte(x.answer), ResponseText: x.text}
		if Unauthenticated(e) != x.want {
			t.Errorf("%+v: %v", x, !x.want)
		}
	}
}
