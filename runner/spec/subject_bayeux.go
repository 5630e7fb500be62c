package spec

import (
	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
)

// Dialogue is what was said on Bayeux with a browser: in one step, or "" for all of it. A spec about one that was not
// held, or not answered whole, ends; so does one about long-polling where the server speaks WebSocket only. first is the
// step of the handshake.
func Dialogue(browser, step string) judge.Dialogue {
	first := Case().Dialogue(browser, "handshake")
	needsPolling(first)
	d := Case().Dialogue(browser, step)
	switch {
	case len(d) == 0 && len(first) > 0:
		Blocked("there was no session: the handshake was answered by %s", first.Answer())
	case len(d) == 0:
		NotPlayed("the request " + step)
	case d.Broken() != "":
		Blocked("the request was not answered: %s", d.Broken())
	}
	return d
}

// needsPolling ends a spec about hand-written polls where the server speaks WebSocket only.
func needsPolling(first judge.Dialogue) {
	if Case().Header.Transport == "websocket" && first.WithoutPolling() {
		NotApplicable("the server offers no long-polling")
	}
}

// Attempt is what was said in a step by somebody who has no business with the server, whatever came of it; a spec about
// one that was not made ends.
func Attempt(browser, step string) judge.Dialogue {
	d := Case().Dialogue(browser, step)
	if len(d) == 0 {
		NotPlayed("the request " + step)
	}
	return d
}

// Intrusions are attempts with another person's session, in several steps; a spec about none ends.
func Intrusions(browser string, steps ...string) judge.Dialogue {
	var d judge.Dialogue
	for _, step := range steps {
		d = append(d, Case().Dialogue(browser, step)...)
	}
	if len(d) == 0 {
		needsPolling(Case().Dialogue("refusals", "handshake"))
		NotPlayed("a foreign clientId")
	}
	return d
}

// OwnSessions are the sessions that the notifications of the whole run came by.
func OwnSessions() []judge.Dialogue {
	sessions, ok := judge.OwnSessions(EverythingPlayed().Cases())
	if !ok {
		Untestable("the recording does not hold what was said on Bayeux")
	}
	return sessions
}

// AllSessions are OwnSessions, and all that were there beside them.
func AllSessions() []judge.Dialogue {
	sessions, ok := judge.Sessions(EverythingPlayed().Cases())
	if !ok {
		Untestable("the recording does not hold what was said on Bayeux")
	}
	return sessions
}

// Heard is what came back to hand-written messages, while a scenario is played.
func Heard(entries []*recording.Entry) judge.Dialogue { return entries }
