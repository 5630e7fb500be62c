package spec

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/onsi/gomega/types"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
)

// Mistake is a request that must be refused, with what is wrong with it.
type Mistake struct {
	Label   string
	Because string
	// Expect are the statusCodes that the table gives for the cause; none where the documents leave it open.
	Expect []int64
	// Harmless requests are refused or ignored alike: that nothing changed is all that counts.
	Harmless bool

	*recording.Entry
}

// Mistakes are those of a list that were sent; a spec about none ends.
func Mistakes(list ...Mistake) []Mistake {
	var out []Mistake
	for _, s := range list {
		if s.Entry = Case().Step(s.Label); s.Entry != nil {
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		NotPlayed("a request that must be refused")
	}
	return out
}

// BeRefused judges that a request was answered with another statusCode than 0, or with an HTTP status that says no; or,
// since operations are asynchronous, that an error notification took it back and it had no effect. because says what is
// wrong with it.
func BeRefused(because string) types.GomegaMatcher {
	return match(func(e *recording.Entry) []judge.Finding {
		answered(e)
		return unrefused(e, because)
	})
}

// unrefused judges the request, and what was sent of it beside others before.
func unrefused(e *recording.Entry, because string) []judge.Finding {
	for _, tried := range append([]*recording.Entry{e}, Case().Before(e)...) {
		if !tried.Accepted() {
			continue
		}
		effects := Case().Effects(tried)
		if len(effects) == 0 && Case().TakenBack(tried) {
			continue
		}
		f := judge.Finding{Entry: tried, Path: "statusCode", Expected: "a statusCode other than 0: " + because, Observed: "it is accepted"}
		if len(effects) > 0 {
			f.Observed = "it is accepted and carried out: " + effects[0].Observed
		}
		return []judge.Finding{f}
	}
	return nil
}

// AllBeRefused is BeRefused for many: it shows every one that was not. Where none was taken and one was not answered, the
// spec is blocked.
func AllBeRefused() types.GomegaMatcher { return eachMistake(unrefused) }

// AllBeRefusedAtOnce is AllBeRefused for requests that no error notification can take back later.
func AllBeRefusedAtOnce() types.GomegaMatcher {
	return eachMistake(func(e *recording.Entry, because string) []judge.Finding {
		if !e.Accepted() {
			return nil
		}
		return []judge.Finding{{Entry: e, Path: "statusCode", Expected: "a statusCode other than 0: " + because, Observed: play.Outcome(e)}}
	})
}

// eachMistake judges those of some requests that were answered, by what is wrong with them.
func eachMistake(judged func(e *recording.Entry, because string) []judge.Finding) types.GomegaMatcher {
	return match(func(list []Mistake) []judge.Finding {
		because := map[*recording.Entry]string{}
		for _, m := range list {
			because[m.Entry] = m.Because
		}
		sent, _ := requestsOf(list)
		return eachAnswered(sent, func(e *recording.Entry) []judge.Finding { return judged(e, because[e]) })
	})
}

// HaveNoEffect judges that nothing that was refused, or that is harmless, was done all the same.
func HaveNoEffect() types.GomegaMatcher {
	return match(func(list []Mistake) []judge.Finding {
		return effects(list, func(s Mistake, e *recording.Entry) []judge.Finding {
			if e.Accepted() && !s.Harmless {
				return nil
			}
			return Case().Effects(e)
		})
	})
}

// ChangeNothing judges that requests changed nothing, however they were answered.
func ChangeNothing() types.GomegaMatcher {
	return match(func(list []Mistake) []judge.Finding {
		return effects(list, func(s Mistake, e *recording.Entry) []judge.Finding {
			out := Case().Effects(e)
			for i := range out {
				out[i].Expected = "no change: " + s.Because
			}
			return out
		})
	})
}

// effects are those of some requests, each told once; where they had none, of what was sent of them beside others before.
func effects(list []Mistake, of func(Mistake, *recording.Entry) []judge.Finding) []judge.Finding {
	var out, before []judge.Finding
	for _, s := range list {
		out = append(out, of(s, s.Entry)...)
		for _, e := range Case().Before(s.Entry) {
			before = append(before, of(s, e)...)
		}
	}
	if len(out) == 0 {
		out = before
	}
	seen := map[*recording.Entry]bool{}
	return slices.DeleteFunc(out, func(f judge.Finding) bool {
		twice := seen[f.Entry]
		seen[f.Entry] = true
		return twice
	})
}

// HaveStatusCodeOfCause judges that refusals have a statusCode that the table gives for their cause.
func HaveStatusCodeOfCause() types.GomegaMatcher {
	return match(func(list []Mistake) []judge.Finding {
		var out []judge.Finding
		for _, s := range list {
			code, ok := s.StatusCode()
			if !ok || code == 0 || len(s.Expect) == 0 || slices.Contains(s.Expect, code) {
				continue
			}
			out = append(out, judge.Finding{Entry: s.Entry, Path: "statusCode", Expected: fmt.Sprintf("%v for: %s", s.Expect, s.Because), Observed: fmt.Sprint(code)})
		}
		return out
	})
}

// BeAnsweredWhole judges that there was an answer to each request, in time and whole.
func BeAnsweredWhole() types.GomegaMatcher {
	return requests{match(func(list []*recording.Entry) []judge.Finding {
		var out []judge.Finding
		for _, e := range list {
			out = append(out, judge.AnswerComplete(e)...)
		}
		for _, e := range list {
			if len(out) == 0 && judge.Unread(e) {
				answered(e)
			}
		}
		return out
	})}
}

// HaveRefusalForm judges that an answer that is no acceptance is the documented error body.
func HaveRefusalForm() types.GomegaMatcher { return each(judge.Refusal) }

// HaveRefusalFormOf judges form and media type of refusals that only a recommended requirement asks for.
func HaveRefusalFormOf(requirement string) types.GomegaMatcher {
	return each(func(e *recording.Entry) []judge.Finding {
		out := append(judge.Refusal(e), judge.AnswerType(e)...)
		for i := range out {
			out[i].Requirement = requirement
		}
		return out
	})
}

// BeJSON judges the media type of answers, as far as the recording holds their headers.
func BeJSON() types.GomegaMatcher {
	return eachKnown("the headers of an answer", func(e *recording.Entry) bool {
		return e.Problem != "" || e.Status != 0 && e.Headers != nil
	}, judge.AnswerType)
}

// HaveAnswerForm judges that answers are JSON objects with an integer statusCode of the table.
func HaveAnswerForm() types.GomegaMatcher { return each(judge.AnswerForm) }

// HaveNoMessageOnSuccess judges that no statusMessage stands beside statusCode 0.
func HaveNoMessageOnSuccess() types.GomegaMatcher { return each(judge.NoMessageOnSuccess) }

// RefusedAsDue reports whether a request was refused in just the way that a server which is right refuses it; expect are the
// statusCodes of its cause, none where any will do. freeform is one whose refusal need not have the API's own form.
func RefusedAsDue(e *recording.Entry, freeform bool, expect ...int64) bool {
	if e.Problem != "" || e.Accepted() || e.Status >= http.StatusInternalServerError || e.Status == http.StatusTooManyRequests {
		return false // or it was too much at once
	}
	if freeform {
		return e.Status >= http.StatusBadRequest
	}
	code, _ := e.StatusCode()
	return e.Status != http.StatusUnauthorized && len(judge.Refusal(e))+len(judge.AnswerType(e))+len(judge.AnswerForm(e)) == 0 &&
		(len(expect) == 0 && code != notAuthorised || slices.Contains(expect, code))
}

// notAuthorised is the statusCode of who may not ask at all: it says nothing of what was asked.
const notAuthorised = 20
