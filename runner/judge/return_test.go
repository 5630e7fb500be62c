package judge

import (
	"fmt"
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

// A call that another passes on may come back to who had left it; one that nobody passes on does not.
func TestACallThatComesBack(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		by, operation, state string // of what is done after Released, and of what is told then
		found                int
	}{
		"nobody did anything":               {"", "", "Ringing", 1},
		"another passes it on":              {"caller", "SingleStepTransfer", "Ringing", 0},
		"another adds who had left":         {"destination", "SingleStepConference", "Ringing", 0},
		"another held something":            {"caller", "Hold", "Ringing", 1},
		"the agent passed it on":            {"agent", "SingleStepTransfer", "Ringing", 1},
		"another merges two calls":          {"caller", "CompleteConference", "Established", 0},
		"passed on, and it does not ring":   {"caller", "SingleStepTransfer", "Held", 1},
		"merged, and the agent's was held":  {"caller", "CompleteConference", "Held", 1},
		"the agent monitors another of it":  {"agent", "ListenIn", "Established", 0},
		"another monitors somebody":         {"caller", "ListenIn", "Established", 1},
		"passed on, and up without ringing": {"caller", "SingleStepTransfer", "Established", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var entries []*recording.Entry
			at := 0.0
			add := func(e recording.Entry) {
				at++
				e.At, e.Seq = at, int(at)
				e.Decode()
				entries = append(entries, &e)
			}
			told := func(state, duration string) {
				add(recording.Entry{Kind: recording.KindMessage, Actor: "agent", Message: fmt.Appendf(nil,
					`{"channel":"/v2/me/calls","data":{"notificationType":"StatusChange","call":{"id":"1","state":%q,"duration":%q}}}`, state, duration)})
			}
			told("Ringing", "0")
			told("Established", "5")
			told("Released", "9")
			if tt.operation != "" {
				add(recording.Entry{
					Kind: recording.KindRest, Actor: tt.by, Method: "POST", Path: "/me/calls/1", Purpose: recording.Act,
					Request: fmt.Appendf(nil, `{"operationName":%q}`, tt.operation),
				})
			} else {
				add(recording.Entry{Kind: recording.KindRest, Actor: "agent", Method: "GET", Path: "/me/calls", Purpose: recording.Act})
			}
			told(tt.state, "0")
			c := NewCase(nil, "a", entries)
			if found := afterReleased(c, c.messages); len(found) != tt.found {
				t.Errorf("found %+v", found)
			}
			if lives := len(c.histories(c.messages)); lives != 2-tt.found {
				t.Errorf("%d lives", lives)
			}
		})
	}
}

// A consult call that was over and comes back as a plain one names no original.
func TestAConsultCallThatComesBackIsNone(t *testing.T) {
	t.Parallel()
	for between, wrong := range map[string]int{"Released": 0, "Held": 1} {
		var entries []*recording.Entry
		add := func(e recording.Entry) {
			e.Actor, e.At, e.Seq = "agent", float64(len(entries)), len(entries)+1
			e.Decode()
			entries = append(entries, &e)
		}
		told := func(state, parent string) {
			add(recording.Entry{Kind: recording.KindMessage, Message: fmt.Appendf(nil,
				`{"channel":"/v2/me/calls","data":{"notificationType":"StatusChange","call":{"id":"2","state":%q%s}}}`, state, parent)})
		}
		add(recording.Entry{Kind: recording.KindCall, Role: "original", ID: "1"})
		add(recording.Entry{Kind: recording.KindCall, Role: "consult", ID: "2", Of: "original"})
		told("Dialing", `,"parentCallUri":"http://x/api/v2/me/calls/1"`)
		told(between, `,"parentCallUri":"http://x/api/v2/me/calls/1"`)
		told("Ringing", "")
		c := NewCase(nil, "a", entries)
		if found := judgeParent(c, entries[len(entries)-1]); len(found) != wrong {
			t.Errorf("after %s: %+v", between, found)
		}
	}
}
