package outcome_test

import (
	"bytes"
	"slices"
	"testing"
)

// updated is a call from the caller, in a scenario of its own, with user data that the agent attaches.
func (t *tape) updated(scenario, id, data string) {
	t.scenario = scenario
	t.inbound(id)
	t.posts("agent", "/me/calls/"+id, `{"operationName":"UpdateUserData","userData":`+data+`}`)
	t.changed("agent", id, "5000", data)
}

// changed is the notification of a change of user data.
func (t *tape) changed(who, id, other, data string) {
	t.told(who, id, "Established", other, `,"userData":`+data)
	last := t.entries[len(t.entries)-1]
	last.Message = bytes.Replace(last.Message, []byte("StatusChange"), []byte("AttachedDataChanged"), 1)
}

// over ends a call at both ends.
func (t *tape) over(id, data string) {
	t.operation("agent", id, "Hangup")
	t.told("agent", id, "Released", "5000", data)
	t.told("caller", id, "Released", "5005", data)
}

func TestBelonging(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		play func(*tape)
		want []string
	}{
		"two calls with their data": {func(r *tape) {
			r.updated("one", "1", `{"Customer":"James"}`)
			r.over("1", `,"userData":{"Customer":"James"}`)
			r.updated("two", "2", `{"Customer":"Jones"}`)
		}, nil},
		"the data of another call": {func(r *tape) {
			r.updated("one", "1", `{"Customer":"James"}`)
			r.over("1", `,"userData":{"Customer":"James"}`)
			r.updated("two", "2", `{"Segment":"Platinum"}`)
			r.over("2", `,"userData":{"Segment":"Platinum","Customer":"James"}`)
		}, []string{"DATA-11", "DATA-11"}},
		"data that nobody sent": {func(r *tape) {
			r.updated("one", "1", `{"Customer":"James"}`)
			r.over("1", `,"userData":{"Customer":"James","Queue":"sales of the north"}`)
		}, nil},
		"another value at the other end": {func(r *tape) {
			r.updated("one", "1", `{"Customer":"James \"J\""}`)
			r.over("1", `,"userData":{"Customer":"James J"}`)
		}, []string{"DATA-10", "DATA-10"}},
		"a value of before, at the other end": {func(r *tape) {
			r.scenario = "one"
			r.inbound("1")
			r.told("caller", "1", "Established", "5005", `,"userData":{"Customer":"unknown"}`)
			r.posts("agent", "/me/calls/1", `{"operationName":"UpdateUserData","userData":{"Customer":"James"}}`)
			r.changed("agent", "1", "5000", `{"Customer":"James"}`)
			r.told("caller", "1", "Released", "5005", `,"userData":{"Customer":"unknown"}`)
		}, nil},
		"a key attached twice": {func(r *tape) {
			r.updated("one", "1", `{"Customer":"James"}`)
			r.posts("agent", "/me/calls/1", `{"operationName":"AttachUserData","userData":{"Customer":"Jones"}}`)
			r.over("1", `,"userData":{"Customer":"James,Jones"}`)
		}, nil},
		"an id again": {func(r *tape) {
			r.updated("one", "1", `{"Customer":"James"}`)
			r.over("1", "")
			r.scenario = "two"
			r.posts("caller", "/me/devices/c/calls", `{"operationName":"Dial","destination":{"phoneNumber":"5005"}}`)
			r.told("destination", "1", "Ringing", "5000", "")
		}, []string{"ID-13"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := judged(t, tt.play); !slices.Equal(got, tt.want) {
				t.Errorf("found %v, not %v", got, tt.want)
			}
		})
	}
}
