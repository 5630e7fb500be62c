package states

import (
	"fmt"
	"strings"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/scenario"
)

// checks are three for each row, each about all operations at once. The name of the row stands in
// their ids only where a walk has two.
func (w walk) checks() []scenario.Check {
	var out []scenario.Check
	for _, r := range w.rows {
		name := func(what string) string {
			if len(w.rows) > 1 {
				return r.name + "-" + what
			}
			return what
		}
		out = append(out,
			scenario.Check{
				Name: name("no-effect"), Title: "what " + r.title + " does not offer has no effect", Requirements: []string{"STATE-1"},
				Judge: r.judge("an operation that is not offered", isRefusal, func(x Cell) []judge.Finding { return x.Effects }),
			},
			scenario.Check{
				Name: name("refused"), Title: "what " + r.title + " does not offer is refused", Requirements: []string{"STATE-2"},
				Judge: r.judge("an operation that is not offered", isRefusal, r.unrefused),
			})
		if r.state == "Released" {
			continue // it offers nothing
		}
		out = append(out, scenario.Check{
			Name: name("accepted"), Title: "what " + r.title + " offers is accepted", Requirements: []string{"STATE-3"},
			Judge: r.judge("an operation that is offered", func(x Cell) bool { return x.Offered }, r.unaccepted),
		})
	}
	return out
}

func isRefusal(x Cell) bool { return !x.Offered }

// judge rules on the row's cells of a kind, all in one.
func (r row) judge(what string, kind func(Cell) bool, judged func(Cell) []judge.Finding) func(*judge.Case) judge.Ruling {
	return func(c *judge.Case) judge.Ruling {
		var out []judge.Finding
		n := 0
		for _, x := range Cells(c) {
			if x.Row != r.name || !kind(x) {
				continue
			}
			n++
			out = append(out, judged(x)...)
		}
		if n == 0 {
			return c.NotPlayed(what)
		}
		return judge.Ruled(out)
	}
}

func (r row) unrefused(x Cell) []judge.Finding {
	if x.Refused || x.Later {
		return nil
	}
	f := judge.Finding{
		Requirement: "STATE-2", Entry: x.Request, Path: "statusCode",
		Expected: fmt.Sprintf("another statusCode than 0, or an error notification: %s does not offer %s", r.title, x.Operation),
		Observed: x.Operation + " is accepted",
	}
	if len(x.Effects) > 0 {
		f.Observed += " and carried out"
	}
	return []judge.Finding{f}
}

func (r row) unaccepted(x Cell) []judge.Finding {
	if !x.Refused || x.Request.Problem != "" {
		return nil // no answer at all is HTTP-5's
	}
	return []judge.Finding{{
		Requirement: "STATE-3", Entry: x.Request, Path: "statusCode",
		Expected: fmt.Sprintf("0: %s offers %s", r.title, x.Operation), Observed: strings.TrimSpace(answerOf(x.Request)),
	}}
}
