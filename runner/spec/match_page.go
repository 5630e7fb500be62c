package spec

import (
	"github.com/onsi/gomega/types"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/page"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// ReplayOf is a page of the documentation beside the recording of its replay.
func ReplayOf(p *page.Page) *judge.Replay { return Case().Replay(p) }

// PostedByPage are the requests of a page that were sent; a spec about none ends.
func PostedByPage(p *page.Page) []*recording.Entry {
	var out []*recording.Entry
	for i := range p.Steps {
		if p.Steps[i].Posts == "" {
			continue
		}
		if e := Case().Step(p.Steps[i].Label); e != nil {
			out = append(out, e)
		}
	}
	if len(out) == 0 {
		NotPlayed("a request of the page")
	}
	return out
}

// Show judges that the notification of a page came and says what the page says, and that the call went into no state
// that the page does not show.
func Show(step *page.Step) types.GomegaMatcher {
	return match(func(r *judge.Replay) []judge.Finding {
		cause := r.Cause(step)
		if r.Matched(step) != nil {
			return append(r.Differences(step, step.Requirement), r.Unexpected(step.Requirement)...)
		}
		if cause == nil && r.Page.Cause(step) != nil || cause != nil && !cause.Accepted() {
			NotPlayed("the operation before it")
		}
		if _, known := r.Role(step.CallID()); !known && cause == nil {
			return ruled(r.Absent(step))
		}
		return []judge.Finding{r.Missing(step, cause)}
	})
}

// ruled are the findings of a ruling; one that is no judgement ends the spec.
func ruled(r judge.Ruling) []judge.Finding {
	if r.Outcome != result.Passed && r.Outcome != result.Failed {
		conclude(r.Outcome, r.Reason)
	}
	return r.Findings
}

// KeepTheOrder judges that one notification of a page came before another.
func KeepTheOrder(o page.Order) types.GomegaMatcher {
	return match(func(r *judge.Replay) []judge.Finding { return ruled(r.Ordered(o)) })
}

// Keep judges that the notifications of a page, and the others of its calls, keep a rule, and that a page's values that the
// rule is about are there.
func Keep(rule judge.Rule) types.GomegaMatcher {
	return match(func(r *judge.Replay) []judge.Finding {
		messages := r.Judged()
		shown(r, len(messages) > 0, "the notifications of the page", "none of the page's notifications came")
		scope := r.WithCompany(messages)
		if rule.Others {
			scope = r.Messages("")
		}
		found := append(rule.Judge(r.Case, scope), r.Findings(rule.Requirement)...)
		found = append(found, r.Unexpected(rule.Requirement)...)
		if len(found) == 0 && rule.Unknown(r.Case, scope) {
			Untestable("the recording does not hold what this rule is about, such as the numbers and devices of the people")
		}
		return judge.Distinct(found)
	})
}

// ShowTheValuesOf judges that calls were notified with the page's values that a requirement is about.
func ShowTheValuesOf(requirement string) types.GomegaMatcher {
	return match(func(r *judge.Replay) []judge.Finding {
		shown(r, len(r.Judged()) > 0, "the notifications of the page", "none of the page's notifications came")
		return r.Findings(requirement)
	})
}

// ShowTheDeviceValuesOf is ShowTheValuesOf for a page that notifies a device.
func ShowTheDeviceValuesOf(requirement string) types.GomegaMatcher {
	return onDevices(func(r *judge.Replay, _ []*recording.Entry) []judge.Finding { return r.Findings(requirement) })
}

// NotifyDevicesInForm judges that devices were notified in the documented form.
func NotifyDevicesInForm() types.GomegaMatcher {
	return onDevices(func(_ *judge.Replay, messages []*recording.Entry) []judge.Finding {
		var out []judge.Finding
		for _, e := range messages {
			out = append(out, judge.DeviceForm(e)...)
		}
		return out
	})
}

// NotifyDevicesOnTheirChannel judges channel and messageType of device notifications.
func NotifyDevicesOnTheirChannel() types.GomegaMatcher {
	return onDevices(func(r *judge.Replay, messages []*recording.Entry) []judge.Finding {
		var out []judge.Finding
		for _, e := range messages {
			out = append(out, judge.DeviceEnvelope(r.Case, e)...)
		}
		return out
	})
}

// onDevices judges the device notifications that came.
func onDevices(judged func(*judge.Replay, []*recording.Entry) []judge.Finding) types.GomegaMatcher {
	return match(func(r *judge.Replay) []judge.Finding {
		messages := r.DeviceMessages("agent")
		shown(r, len(messages) > 0, "a device notification", "no device notification came")
		return judged(r, messages)
	})
}

// shown ends a spec that has nothing to judge. Where no document requires that a server does what the page does, or that it
// notifies what the page shows, the rules about that do not apply to one that does not.
func shown(r *judge.Replay, came bool, what, reason string) {
	if came {
		return
	}
	ruling := r.NotPlayed(what).OrBlocked(reason)
	if ruling.Outcome != result.Blocked {
		conclude(ruling.Outcome, ruling.Reason)
	}
	var posted *recording.Entry
	refusable, silent := true, true
	for i := range r.Page.Steps {
		step := &r.Page.Steps[i]
		q, known := now.suite.registry.Get(step.Requirement)
		required := known && q.Level == requirement.Required
		switch {
		case step.Posts != "":
			posted = r.Step(step.Label)
			refusable = refusable && !required
			if posted != nil && !posted.Accepted() && refusable {
				NotApplicable("%s; no document requires that it is accepted", ruling.Reason)
			}
		case step.Notification != nil:
			silent = silent && !required
		}
	}
	if posted != nil && posted.Accepted() && silent {
		NotApplicable("%s; no document requires it", ruling.Reason)
	}
	conclude(ruling.Outcome, ruling.Reason)
}

// BeHTTP200 judges that accepted operations were answered with HTTP 200, as far as the recording holds their status.
func BeHTTP200() types.GomegaMatcher {
	return eachKnown("the HTTP status of a request", func(e *recording.Entry) bool { return e.Status != 0 || e.Problem != "" }, judge.AnswerStatus)
}
