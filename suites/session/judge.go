package session

import (
	"slices"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
)

func startWorks(c *judge.Case) judge.Ruling {
	if why, none := without(c); none {
		return why
	}
	list := starts(c)
	if slices.ContainsFunc(list, opened) {
		return judge.Pass() // that another one was refused is a matter of order
	}
	return judge.Fail(judge.Finding{Requirement: "SESSION-3", Entry: list[0], Path: "statusCode", Expected: "0, or 7 with voice among succeeded", Observed: play.Outcome(list[0])})
}

func partial(c *judge.Case) judge.Ruling {
	if why, none := without(c); none {
		return why
	}
	var out []judge.Finding
	n := 0
	for _, e := range c.Steps("start-") {
		if code, _ := e.StatusCode(); code == 7 {
			n++
			out = append(out, judge.ErrorForm(e)...)
		}
	}
	if n == 0 {
		return judge.DoesNotApply("no start was answered with a partial success")
	}
	return judge.Ruled(out)
}

func notified(c *judge.Case) judge.Ruling {
	if why, none := without(c); none {
		return why
	}
	e := c.Step(withBayeux)
	if e == nil || !opened(e) {
		return judge.Block("StartContactCenterSession was refused")
	}
	after := c.Step(withoutBayeux)
	for _, m := range c.DeviceMessages(e.Actor) {
		if judge.Since(e, m) && (after == nil || m.At < after.At) && active(c.Station.Party(e.Actor).Device)(m) {
			return judge.Pass()
		}
	}
	return judge.Fail(judge.Finding{Requirement: "SESSION-5", After: e, Expected: "the agent's device on /v2/me/devices, as Active", Observed: "it did not come"})
}

func eitherOrder(c *judge.Case) judge.Ruling {
	if why, none := without(c); none {
		return why
	}
	list := starts(c)
	if !slices.ContainsFunc(list, opened) {
		return judge.Block("StartContactCenterSession was refused in either order")
	}
	var out []judge.Finding
	for _, e := range list {
		if !opened(e) {
			when := map[string]string{withBayeux: "with a Bayeux session", withoutBayeux: "without a Bayeux session"}[e.Step]
			out = append(out, judge.Finding{Requirement: "SESSION-8", Entry: e, Path: "statusCode", Expected: "the same answer in either order: 0", Observed: when + ": " + play.Outcome(e)})
		}
	}
	return judge.Ruled(out)
}

func wrongChannels(c *judge.Case) judge.Ruling {
	if why, none := without(c); none {
		return why
	}
	var out []judge.Finding
	for _, e := range c.Steps(wrongType) {
		if opened(e) {
			out = append(out, judge.Finding{Requirement: "SESSION-9", Entry: e, Path: "statusCode", Expected: "a statusCode other than 0: channels is no list of names", Observed: play.Outcome(e)})
		}
	}
	return judge.Ruled(out)
}

func ends(c *judge.Case) judge.Ruling {
	if why, none := without(c); none {
		return why
	}
	e := c.Step("end")
	switch {
	case e == nil:
		return c.NotPlayed("EndContactCenterSession")
	case e.Problem != "":
		return judge.Block("EndContactCenterSession was not answered: %s", e.Problem)
	}
	if code, ok := e.StatusCode(); !ok || code != 0 {
		return judge.Fail(judge.Finding{Requirement: "SESSION-6", Entry: e, Path: "statusCode", Expected: "0", Observed: play.Outcome(e)})
	}
	return judge.Pass()
}

func cookieIsOver(c *judge.Case) judge.Ruling {
	if why, none := without(c); none {
		return why
	}
	e := c.Step("after-end")
	if e == nil {
		return c.NotPlayed("a request after the end").OrBlocked("EndContactCenterSession was refused")
	}
	if e.Accepted() && e.AnswerObject() != nil {
		return judge.Fail(judge.Finding{Requirement: "SESSION-7", Entry: e, Expected: "a refusal: the HTTP session is over", Observed: "it is served: " + play.Outcome(e)})
	}
	return judge.Pass()
}

// user is the user of an answer.
func user(e *recording.Entry) map[string]any {
	u, _ := e.AnswerObject()["user"].(map[string]any)
	return u
}
