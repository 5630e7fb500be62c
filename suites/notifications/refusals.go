package notifications

import (
	"fmt"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/fixtures/malformed"
	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/scenario"
)

// lenient are malformed handshakes that CometD takes all the same: it does not look at version and
// reads supportedConnectionTypes as it can. Only that the server goes on counts for them.
var lenient = []string{"handshake-version-object", "handshake-types-text"}

// unansweredLimit: a server that leaves requests without an answer is not asked for all of them.
const unansweredLimit = 2

// refusals are what a Bayeux server must not take: malformed messages, unknown clients, strangers.
func refusals() *scenario.Scenario {
	cases, err := malformed.Bayeux()
	if err != nil {
		panic(err) // embedded, and tested
	}
	return &scenario.Scenario{
		ID: "notifications.refusals", Title: "What a Bayeux server must refuse", Area: area, Profiles: profiles("errors"), Source: bayeuxPage, Deaf: true,
		Script: func(s *play.Stage) { refuse(s, cases) },
		Checks: []scenario.Check{
			{Name: "malformed", Title: "malformed messages get no successful reply", Requirements: []string{"BAYEUX-8"}, Judge: malformedRefused(cases)},
			{Name: "goes-on", Title: "the server goes on serving after malformed messages", Requirements: []string{"BAYEUX-8"}, Judge: goesOn},
			{Name: "unknown-client", Title: "an unknown clientId is refused", Requirements: []string{"BAYEUX-5"}, Judge: unknownClient},
			{Name: "unknown-client-advice", Title: "an unknown clientId is advised to handshake", Requirements: []string{"BAYEUX-6"}, Judge: spoken("refusals", "connect-unknown-client", advised)},
			{Name: "odd-requests", Title: "a crowded handshake and odd topics harm nobody", Requirements: []string{"BAYEUX-17"}, Judge: goesOn},
			{Name: "foreign-client", Title: "another agent's clientId is refused", Requirements: []string{"BAYEUX-15"}, Judge: foreignClient},
			{Name: "no-credentials", Title: "a handshake without credentials gets no session", Requirements: []string{"AUTH-6"}, Judge: stranger("stranger")},
			{Name: "wrong-password", Title: "a handshake with a wrong password gets no session", Requirements: []string{"AUTH-6"}, Judge: stranger("impostor")},
		},
	}
}

func refuse(s *play.Stage, cases []malformed.Case) {
	b := s.Browser(s.Agent, "refusals")
	shake(b, "handshake")
	unanswered := 0
	for _, m := range cases {
		body, err := m.Bytes()
		if err != nil {
			panic(err) // embedded, and tested
		}
		if m.Session == "throw-away" {
			id := shake(b, "throw-away")
			if id == "" {
				continue
			}
			body = []byte(strings.ReplaceAll(string(body), "{clientId}", id))
		}
		if judge.Talk(b.Send(m.Name, body)).Broken() != "" {
			if unanswered++; unanswered == unansweredLimit {
				break
			}
		}
	}
	after := shake(b, "handshake-after")
	if after != "" {
		b.Say("connect-after", poll(after))
		other := s.Caller
		if !other.Controlled() {
			other = s.Destination
		}
		if other.Controlled() {
			foreign := s.Browser(other, "foreign")
			foreign.Say("foreign-connect", poll(after))
			foreign.Say("foreign-subscribe", subscription(after, calls))
		}
		b.Say("goodbye", goodbye(after))
	}
	s.Stranger(s.Agent, "stranger", play.Credentials{}).Say("handshake", hello())
	s.Stranger(s.Agent, "impostor", play.Credentials{User: s.Agent.Party.User, Password: "not-" + s.Agent.Party.User + "-s-password"}).Say("handshake", hello())
}

func malformedRefused(cases []malformed.Case) func(*judge.Case) judge.Ruling {
	return func(c *judge.Case) judge.Ruling {
		var out []judge.Finding
		n := 0
		for _, m := range cases {
			t := c.Talk("refusals", m.Name)
			if m.Requirement != "BAYEUX-8" || len(t) == 0 || slices.Contains(lenient, m.Name) {
				continue
			}
			n++
			if e := t.Succeeded(); e != nil {
				out = append(out, judge.Finding{Requirement: "BAYEUX-8", Entry: e, Expected: "no successful reply: " + m.Wrong, Observed: judge.Short(string(e.Message))})
			}
		}
		if n == 0 {
			return c.NotPlayed("malformed messages")
		}
		return judge.Ruled(out)
	}
}

// goesOn: a good handshake and connect after all that. A server that had no session for us before
// is judged by BAYEUX-1.
func goesOn(c *judge.Case) judge.Ruling {
	before, after := c.Talk("refusals", "handshake"), c.Talk("refusals", "handshake-after")
	if why, ok := longPolling(c, before); !ok {
		return why
	}
	switch {
	case len(before) == 0:
		return c.NotPlayed("a handshake")
	case len(session("BAYEUX-1", before)) > 0:
		return judge.Block("there was no session to begin with: %s", before.Answer())
	case len(after) == 0:
		return c.NotPlayed("a handshake afterwards")
	}
	out := session("BAYEUX-8", after)
	if t := c.Talk("refusals", "connect-after"); len(t) > 0 && len(out) == 0 && t.Broken() == "" {
		if e := t.Reply(connect); e == nil {
			out = connected("BAYEUX-8", t)
		}
	}
	return judge.Ruled(out)
}

func unknownClient(c *judge.Case) judge.Ruling {
	var out []judge.Finding
	for _, step := range []string{"connect-unknown-client", "subscribe-unknown-client"} {
		ruling := spoken("refusals", step, func(_ *judge.Case, t judge.Talk) judge.Ruling {
			return unsuccessful("BAYEUX-5", t, "successful false: nobody has this clientId")
		})(c)
		if ruling.Outcome != judge.Pass().Outcome && len(ruling.Findings) == 0 {
			return ruling
		}
		out = append(out, ruling.Findings...)
	}
	return judge.Ruled(out)
}

func advised(_ *judge.Case, t judge.Talk) judge.Ruling {
	reply := t.Reply(connect)
	switch {
	case reply == nil:
		return judge.DoesNotApply("the server refuses an unknown clientId by HTTP %d, which holds no advice", t.Status())
	case judge.Said(reply)["successful"] == true:
		return judge.Block("an unknown clientId is taken")
	}
	if r := judge.Reconnect(reply); r != "handshake" && r != "none" {
		return judge.Fail(judge.Finding{Requirement: "BAYEUX-6", Entry: reply, Path: "advice.reconnect", Expected: "handshake (or none)", Observed: fmt.Sprintf("%q", r)})
	}
	return judge.Pass()
}

func foreignClient(c *judge.Case) judge.Ruling {
	var out []judge.Finding
	n := 0
	for _, step := range []string{"foreign-connect", "foreign-subscribe"} {
		t := c.Talk("foreign", step)
		if len(t) == 0 {
			continue
		}
		n++
		out = append(out, unsuccessful("BAYEUX-15", t, "no successful reply: the clientId is that of another agent").Findings...)
	}
	if n == 0 {
		if why, ok := longPolling(c, c.Talk("refusals", "handshake")); !ok {
			return why
		}
		return c.NotPlayed("a foreign clientId")
	}
	return judge.Ruled(out)
}

func stranger(browser string) func(*judge.Case) judge.Ruling {
	return func(c *judge.Case) judge.Ruling {
		t := c.Talk(browser, "handshake")
		if len(t) == 0 {
			return c.NotPlayed("the handshake of a stranger")
		}
		return unsuccessful("AUTH-6", t, "no session: HTTP 401 or 403, or successful false")
	}
}
