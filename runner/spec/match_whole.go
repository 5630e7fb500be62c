package spec

import (
	"slices"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// nothing ends a spec about something that nothing of what was played held.
func (w *Whole) nothing(what string) {
	if w.Foreign() {
		Untestable("the recording does not hold %s", what)
	}
	_, kind, _ := strings.Cut(what, " ")
	for _, p := range w.Played {
		if caller := p.Station.Caller; caller.Outside {
			Untestable("the caller (%s) is no user of the server, and what was played held no %s", caller.Number, kind)
		}
	}
	NotApplicable("what was played held no %s", kind)
}

// KeepRule judges that everything the scenarios' own checks leave out keeps a rule: the notifications of the other
// people, and those of scenarios that are about something else.
func KeepRule(rule judge.Rule) types.GomegaMatcher {
	return match(func(w *Whole) []judge.Finding {
		var out []judge.Finding
		n := 0 // whether there was anything to judge
		judged := func(c *judge.Case, scope []*recording.Entry) {
			if n == 0 && slices.ContainsFunc(scope, func(e *recording.Entry) bool { return rule.SpeaksOf(c, e) }) {
				n = 1
			}
			out = append(out, rule.Judge(c, scope)...)
		}
		for _, p := range w.Played {
			scope := p.left()
			if !rule.Foreign {
				scope = slices.DeleteFunc(scope, func(e *recording.Entry) bool { return !p.Ours(e) })
			}
			judged(p.Case, scope)
		}
		for _, c := range w.Outside {
			if w.Foreign() || rule.Foreign {
				judged(c, w.known(rule, c))
			}
		}
		read, found := w.read(rule)
		out = append(out, found...)
		if n+read == 0 && len(out) == 0 {
			w.nothing("a notification that this rule is about")
		}
		return out
	})
}

// known are the notifications of a case without a scenario of which enough is known for a rule: where it was recorded what people
// asked for, those of the calls that they did something with.
func (w *Whole) known(rule judge.Rule, c *judge.Case) []*recording.Entry {
	if rule.Foreign || rule.Others || !w.asked() {
		return c.Messages("")
	}
	return c.OfTouched()
}

// asked reports whether it was recorded outside of scenarios what people asked for.
func (w *Whole) asked() bool {
	return slices.ContainsFunc(w.Outside, func(c *judge.Case) bool {
		return slices.ContainsFunc(c.Entries, func(e *recording.Entry) bool { return e.Kind == recording.KindRest && e.Operation() != "" })
	})
}

// read judges the calls and URIs of calls that were read, as far as a rule speaks of what can be read.
func (w *Whole) read(rule judge.Rule) (n int, out []judge.Finding) {
	if rule.Read == nil {
		return 0, nil
	}
	for _, c := range w.Cases() {
		for _, e := range c.Requests() {
			if e.Method == "GET" && e.Accepted() {
				shown, found := rule.Read(e)
				if rule.Knows(c) {
					n += shown
				}
				out = append(out, found...)
			}
		}
	}
	return n, out
}

// Rules are those that hold for the call notifications of every scenario.
func Rules() []judge.Rule { return judge.Rules }

// left are the notifications of a scenario that its own checks do not judge: a page's judge the agent's.
func (p Played) left() []*recording.Entry {
	messages := p.Messages("")
	if p.Page == nil {
		return messages
	}
	return slices.DeleteFunc(messages, func(e *recording.Entry) bool { return e.Actor == "agent" && p.Ours(e) })
}

// Answers are REST exchanges, as far as they are known.
type Answers []*recording.Entry

// EveryAnswer are those of the whole run. Those of a foreign recording are judged as far as
// it knows them: a status, header or body that was not logged is not held against the server.
func EveryAnswer() Answers {
	var out Answers
	w := EverythingPlayed()
	for _, c := range w.Cases() {
		for _, e := range c.Requests() {
			bodiless := len(e.Response) == 0 && e.ResponseText == ""
			if bodiless && !(e.Empty() && e.Operation() != "") && (w.Foreign() || e.Problem == "" && e.Status == 0) {
				continue // not logged
			}
			out = append(out, e)
		}
	}
	if len(out) == 0 {
		w.nothing("a REST answer")
	}
	return out
}

// which are those that a rule is about; a spec about none ends.
func (a Answers) which(what string, about func(*recording.Entry) bool) Answers {
	out := slices.DeleteFunc(slices.Clone(a), func(e *recording.Entry) bool { return !about(e) })
	if len(out) == 0 {
		EverythingPlayed().nothing(what)
	}
	return out
}

// WithBody are those of success whose media type was recorded. Refusals are left to the checks that provoke them: their form
// may be a proxy's.
func (a Answers) WithBody() Answers {
	return a.which("an answer with its headers", func(e *recording.Entry) bool { return e.Status < 300 && judge.ShowsMediaType(e) })
}

// ToOperations are the answers to operations that were accepted, as far as their HTTP status was recorded.
func (a Answers) ToOperations() Answers {
	return a.which("an HTTP status of an accepted operation", func(e *recording.Entry) bool { return e.Method == "POST" && e.Accepted() && e.Status != 0 })
}

// WithCode are those that must have a statusCode, or have one.
func (a Answers) WithCode() Answers {
	return a.which("an answer whose statusCode can be judged", func(e *recording.Entry) bool {
		_, present := e.AnswerObject()["statusCode"]
		return present || e.Problem == "" && e.Status != 0 && e.Status < 300
	})
}

// OfSuccess are those with statusCode 0.
func (a Answers) OfSuccess() Answers {
	return a.which("an answer with statusCode 0", func(e *recording.Entry) bool { code, ok := e.StatusCode(); return ok && code == 0 })
}

// OfError are those with the statusCode of an error.
func (a Answers) OfError() Answers {
	return a.which("an error", func(e *recording.Entry) bool { code, ok := e.StatusCode(); return ok && code != 0 && !voice.Partial(e) })
}

// OfPartialSuccess are those that succeeded in part.
func (a Answers) OfPartialSuccess() Answers { return a.which("a partial success", voice.Partial) }

// HaveStatusCodeOfTable judges that answers have an integer statusCode of the table; of a refusal only that the code,
// where there is one, is in the table.
func HaveStatusCodeOfTable() types.GomegaMatcher {
	return each(func(e *recording.Entry) []judge.Finding {
		if e.Status >= 300 {
			return append(judge.Strict(e), judge.AnswerCode(e)...)
		}
		return append(judge.Strict(e), judge.AnswerForm(e)...)
	})
}

// HaveErrorForm judges that answers with another statusCode than 0 have statusMessage and nothing else.
func HaveErrorForm() types.GomegaMatcher { return eachBreaking("ERR-1", judge.ErrorForm) }

// HavePartialForm judges that a partial success has its two lists.
func HavePartialForm() types.GomegaMatcher { return eachBreaking("SESSION-4", judge.ErrorForm) }

// eachBreaking is each, of the findings of one requirement.
func eachBreaking(requirement string, judged func(*recording.Entry) []judge.Finding) types.GomegaMatcher {
	return each(func(e *recording.Entry) []judge.Finding {
		return slices.DeleteFunc(judged(e), func(f judge.Finding) bool { return f.Requirement != requirement })
	})
}

// NotifyEveryDeviceInForm judges that all devices were notified in the documented form.
func NotifyEveryDeviceInForm() types.GomegaMatcher {
	return onEveryDevice(func(_ *judge.Case, e *recording.Entry) []judge.Finding { return judge.DeviceForm(e) })
}

// NotifyEveryDeviceOnItsChannel judges channel and messageType of all device notifications.
func NotifyEveryDeviceOnItsChannel() types.GomegaMatcher { return onEveryDevice(judge.DeviceEnvelope) }

func onEveryDevice(judged func(*judge.Case, *recording.Entry) []judge.Finding) types.GomegaMatcher {
	return match(func(w *Whole) []judge.Finding {
		var out []judge.Finding
		n := 0
		for _, c := range w.Cases() {
			for _, actor := range c.Actors() {
				for _, e := range c.DeviceMessages(actor) {
					if !e.IsError() {
						n++
					}
					out = append(out, judged(c, e)...)
				}
			}
		}
		if n == 0 && len(out) == 0 {
			w.nothing("a device notification")
		}
		return out
	})
}
