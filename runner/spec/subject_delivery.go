package spec

import (
	"strconv"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
)

// Numbered is user data with a number that counts up, by which a notification is told from others.
func Numbered(n int) map[string]any {
	return map[string]any{"userData": map[string]any{judge.NumberKey: strconv.Itoa(n)}}
}

// Update is the notification of the user data that a numbered update set.
func Update(n int) Condition { return update(n) }

type update int

func (u update) meets(e *recording.Entry) bool { return judge.Number(e) == strconv.Itoa(int(u)) }

func (u update) String() string { return "of update " + strconv.Itoa(int(u)) }

// Watcher is a browser beside the agent's own session, with the notifications of the scenario's call that it got.
type Watcher struct {
	Name   string
	events judge.Dialogue
}

// watchers are the browsers that tell whether the server notifies more than one session of an agent.
var watchers = []string{"star", "deep", "again"}

const oneSessionOnly = "the server notifies one session of an agent only, so that browsers beside it hear nothing"

// WatcherOf is a browser that watched the call in a role. A spec about one that could not be notified ends.
func WatcherOf(role, browser string) Watcher {
	c := Case()
	d := c.Dialogue(browser, "")
	if len(d) == 0 {
		NotPlayed("the session " + browser)
	}
	if original, known := c.Role(role); !known || original.ID == "" {
		NotPlayed("the call")
	}
	for _, e := range d {
		if e.Kind == recording.KindNote && e.Step == "open" {
			Blocked("there was no session: %s", e.Text)
		}
	}
	if alone(role, watchers) {
		Untestable(oneSessionOnly)
	}
	return Watcher{Name: browser, events: c.OursIn(browser)}
}

// alone: no page says that an agent may have two Bayeux sessions at once. Where none of the browsers was
// notified of the call, whatever it had subscribed to, that is how the server is made.
func alone(role string, browsers []string) bool {
	c := Case()
	played := false
	for _, b := range browsers {
		played = played || len(c.Dialogue(b, "")) > 0
		if len(c.OursIn(b)) > 0 {
			return false
		}
	}
	return played && Agent(role).Any(Established)
}

// EverySession are all sessions of all people in the scenario, those of browsers too.
func EverySession(role string) *judge.Case {
	if _, known := Case().Role(role); !known {
		NotPlayed("the call")
	}
	return Case()
}

// Socket is what went over a WebSocket with a browser. A spec about one that could not be opened does not apply.
func Socket(browser string) judge.Dialogue {
	d := overWebSocket(browser)
	if refused := refusedUpgrade(browser); refused != nil {
		NotApplicable("no WebSocket could be opened: %s", refused.Text)
	}
	if len(d) == 0 {
		NotPlayed("a session over WebSocket")
	}
	return d
}

func overWebSocket(browser string) (out judge.Dialogue) {
	for _, e := range Case().Dialogue(browser, "") {
		if e.Transport == "websocket" {
			out = append(out, e)
		}
	}
	return out
}

// refusedUpgrade is the note of a WebSocket that could not be opened; nil if it could, or was not tried.
func refusedUpgrade(browser string) *recording.Entry {
	d := overWebSocket(browser)
	if len(d.Replies("")) > 0 || len(d.WithoutChannel()) > 0 {
		return nil
	}
	for _, e := range Case().Dialogue(browser, "open") {
		if e.Kind == recording.KindNote {
			return e
		}
	}
	return nil
}
