package episode_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/voicespec/voicespec/runner/episode"
	"github.com/voicespec/voicespec/runner/recording"
)

// told is a notification of a call.
func told(at float64, actor, number, id, state string) *recording.Entry {
	return &recording.Entry{Kind: recording.KindMessage, At: at, Station: 1, Actor: actor, Channel: "/v2/me/calls", Message: fmt.Appendf(nil,
		`{"channel":"/v2/me/calls","data":{"notificationType":"StatusChange","phoneNumber":%q,"call":{"id":%q,"state":%q}}}`, number, id, state)}
}

// posted is an accepted operation.
func posted(at float64, actor, path, operation string) *recording.Entry {
	return &recording.Entry{Kind: recording.KindRest, At: at, Station: 1, Actor: actor, Method: "POST", Path: path, Status: 200,
		Request: fmt.Appendf(nil, `{"operationName":%q,"destination":{"phoneNumber":"5001"}}`, operation), Response: []byte(`{"statusCode":0}`)}
}

// A call that was given up is not given out, nor is what belongs to it later, until it is over; the next one of the same person is.
func TestGivenUp(t *testing.T) {
	t.Parallel()
	for name, giveUp := range map[string]func(*episode.Splitter){
		"what began before a time": func(s *episode.Splitter) { s.GiveUp(5) },
		"what is too much":         func(s *episode.Splitter) { s.Relieve(1, func(*recording.Entry) int { return 1 }) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := episode.New()
			s.Linger = 1
			s.Add(told(1, "agent", "5005", "X", "Ringing"))
			giveUp(s)
			s.Add(told(2, "agent", "5005", "X", "Established"))
			if closed, dropped := s.Closed(false); len(closed) != 0 || len(dropped) != 2 {
				t.Errorf("%d lines are over and %d dropped", len(closed), len(dropped))
			}
			s.Add(posted(3, "agent", "/me/calls/X", "Hangup"))
			s.Add(told(3, "agent", "5005", "X", "Released"))
			s.Pass(10)
			s.Add(told(10, "agent", "5005", "Y", "Ringing"))
			s.Add(told(11, "agent", "5005", "Y", "Released"))
			if closed, dropped := s.Closed(true); len(closed) != 2 || closed[0].CallID() != "Y" || len(dropped) != 2 {
				t.Errorf("%d lines are over and %d dropped", len(closed), len(dropped))
			}
		})
	}
}

// An answer that comes when the call that it made was given up, and is over and forgotten, belongs to nothing.
func TestAnswerOfWhatWasForgotten(t *testing.T) {
	t.Parallel()
	s := episode.New()
	s.Linger = 1
	s.Add(told(2, "caller", "5000", "X", "Dialing"))
	s.Add(told(3, "caller", "5000", "X", "Released"))
	s.Pass(20)
	if closed, _ := s.Closed(false); len(closed) != 2 {
		t.Fatalf("%d lines are over", len(closed))
	}
	dial := posted(1, "caller", "/me/devices/D/calls", "Dial")
	s.Add(dial)
	if closed, _ := s.Closed(true); len(closed) != 1 || closed[0] != dial || dial.Scenario != "" {
		t.Errorf("%d lines, of %q", len(closed), dial.Scenario)
	}
}

// Whatever comes, in whatever order, and whatever is given up meanwhile: each line comes out once.
func TestEachLineOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := episode.New()
		s.Linger = rapid.Float64Range(0, 20).Draw(t, "linger")
		out := map[*recording.Entry]int{}
		take := func(all bool) {
			closed, dropped := s.Closed(all)
			for _, list := range [][]*recording.Entry{closed, dropped} {
				for _, e := range list {
					out[e]++
				}
			}
		}
		added, now := 0, 0.0
		for range rapid.IntRange(0, 60).Draw(t, "steps") {
			now += rapid.Float64Range(-2, 10).Draw(t, "later")
			actor := rapid.SampledFrom([]string{"agent", "caller", "destination"}).Draw(t, "actor")
			call := rapid.SampledFrom([]string{"X", "Y", "Z"}).Draw(t, "call")
			var e *recording.Entry
			switch rapid.SampledFrom([]string{"told", "told", "told", "posted", "dialled", "read", "gap", "give up", "relieve", "close"}).Draw(t, "what") {
			case "told":
				state := rapid.SampledFrom([]string{"Dialing", "Ringing", "Established", "Held", "Released"}).Draw(t, "state")
				e = told(now, actor, map[string]string{"agent": "5005", "caller": "5000", "destination": "5001"}[actor], call, state)
			case "posted":
				e = posted(now, actor, "/me/calls/"+call, rapid.SampledFrom([]string{"Hangup", "InitiateTransfer"}).Draw(t, "operation"))
			case "dialled":
				e = posted(now, actor, "/me/devices/D/calls", "Dial")
			case "read":
				e = &recording.Entry{Kind: recording.KindRest, At: now, Station: 1, Actor: actor, Method: "GET", Path: "/me/calls", Status: 200}
			case "gap":
				e = &recording.Entry{Kind: recording.KindGap, At: now, Station: 1, Actor: actor}
			case "give up":
				s.GiveUp(now - rapid.Float64Range(0, 20).Draw(t, "ago"))
			case "relieve":
				s.Relieve(rapid.IntRange(0, 10).Draw(t, "needed"), func(*recording.Entry) int { return 1 })
			case "close":
				take(false)
			}
			if e != nil {
				added++
				s.Add(e)
			}
		}
		take(true)
		for e, times := range out {
			if times != 1 {
				t.Errorf("%s at %g came out %d times", e.Kind, e.At, times)
			}
		}
		if len(out) != added || len(s.Open()) != 0 {
			t.Errorf("%d of %d lines came out, %d are left", len(out), added, len(s.Open()))
		}
	})
}
