package reads

import (
	"fmt"
	"strings"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/scenario"
)

func checks() []scenario.Check {
	var out []scenario.Check
	for _, m := range moments {
		out = append(out, scenario.Check{
			Name: m.name, Title: "GET of " + m.title + " says what was notified", Requirements: []string{"READ-1"}, Judge: m.single,
		})
	}
	return append(out,
		scenario.Check{Name: "uris", Title: "the list of calls has the uris of the agent's calls", Requirements: []string{"READ-2"}, Judge: everyMoment("uris", listsURIs)},
		scenario.Check{Name: "resources", Title: "the list of calls with fields=* has the agent's calls", Requirements: []string{"READ-2"}, Judge: everyMoment("list", listsCalls)},
		scenario.Check{Name: "list-agrees", Title: "the list of calls says what was notified", Requirements: []string{"READ-1"}, Judge: everyMoment("list", listAgrees)},
		scenario.Check{Name: "released-not-listed", Title: "a Released call is not in the list of calls", Requirements: []string{"READ-3"}, Judge: releasedNotListed},
		scenario.Check{Name: "released-call", Title: "GET of a Released call is refused, or shows it as Released", Requirements: []string{"READ-1"}, Judge: releasedCall},
		scenario.Check{Name: "unknown-call", Title: "GET of an unknown call is refused", Requirements: []string{"READ-4"}, Judge: refused("unknown", "READ-4", "an error: there is no such call")},
		scenario.Check{Name: "foreign-call", Title: "GET of a call of others is refused", Requirements: []string{"AUTH-8"}, Judge: refused("foreign.call", "AUTH-8", "an error: the agent is no party of the call")},
		scenario.Check{Name: "foreign-list", Title: "the list of calls has no call of others", Requirements: []string{"AUTH-8"}, Judge: foreignNotListed},
	)
}

// single judges the calls that were read by themselves.
func (m moment) single(c *judge.Case) judge.Ruling {
	var out []judge.Finding
	n := 0
	for _, role := range m.roles {
		e, r := c.Step(m.name+"."+role), roleID(c, role)
		if e == nil || r == "" || e.Problem != "" {
			continue
		}
		n++
		call, f := resource(e)
		if f != nil {
			out = append(out, *f)
			continue
		}
		out = append(out, agrees(c, e, r, call, "call.", "READ-1")...)
	}
	if n == 0 {
		return c.NotPlayed("GET of the call")
	}
	return judge.Ruled(out)
}

func roleID(c *judge.Case, role string) string {
	r, _ := c.Role(role)
	return r.ID
}

// resource is the call in the answer to GET of one.
func resource(e *recording.Entry) (map[string]any, *judge.Finding) {
	if !e.Accepted() {
		return nil, &judge.Finding{Requirement: "READ-1", Entry: e, Path: "statusCode", Expected: "0: the call is live", Observed: answer(e)}
	}
	call, ok := e.AnswerObject()["call"].(map[string]any)
	if !ok {
		return nil, &judge.Finding{Requirement: "READ-1", Entry: e, Path: "call", Expected: "the call", Observed: judge.Short(e.AnswerObject()["call"])}
	}
	return call, nil
}

func answer(e *recording.Entry) string {
	if code, ok := e.StatusCode(); ok {
		return fmt.Sprintf("HTTP %d, statusCode %d", e.Status, code)
	}
	return fmt.Sprintf("HTTP %d", e.Status)
}

// everyMoment judges the lists of all moments; ids are the live calls of each.
func everyMoment(what string, judged func(c *judge.Case, e *recording.Entry, ids []string) []judge.Finding) func(*judge.Case) judge.Ruling {
	return func(c *judge.Case) judge.Ruling {
		var out []judge.Finding
		n := 0
		for _, m := range moments {
			e := c.Step(m.name + "." + what)
			if e == nil || e.Problem != "" {
				continue
			}
			n++
			var ids []string
			for _, role := range m.roles {
				ids = append(ids, roleID(c, role))
			}
			out = append(out, judged(c, e, ids)...)
		}
		if n == 0 {
			return c.NotPlayed("GET of the list of calls")
		}
		return judge.Ruled(out)
	}
}

func listsURIs(_ *judge.Case, e *recording.Entry, ids []string) []judge.Finding {
	uris, f := listOf(e, "uris")
	if f != nil {
		return []judge.Finding{*f}
	}
	return names(e, "uris", uris, ids, uriID)
}

func listsCalls(_ *judge.Case, e *recording.Entry, ids []string) []judge.Finding {
	calls, f := listOf(e, "calls")
	if f != nil {
		return []judge.Finding{*f}
	}
	return names(e, "calls", calls, ids, callID)
}

func listOf(e *recording.Entry, member string) ([]any, *judge.Finding) {
	f := &judge.Finding{Requirement: "READ-2", Entry: e, Path: member, Expected: "an array"}
	if !e.Accepted() {
		f.Path, f.Expected, f.Observed = "statusCode", "0", answer(e)
		return nil, f
	}
	list, ok := e.AnswerObject()[member].([]any)
	if !ok {
		f.Observed = judge.Short(e.AnswerObject()[member])
		if _, present := e.AnswerObject()[member]; !present {
			f.Observed = "no such member"
		}
		return nil, f
	}
	return list, nil
}

func uriID(v any) string {
	text, _ := v.(string)
	i := strings.LastIndex(text, "/calls/")
	if i < 0 {
		return ""
	}
	return text[i+len("/calls/"):]
}

func callID(v any) string {
	call, _ := v.(map[string]any)
	id, _ := call["id"].(string)
	return id
}

// names judges that each of the ids is in a list, once. Other calls of the agent may be there too.
func names(e *recording.Entry, at string, list []any, ids []string, idOf func(any) string) []judge.Finding {
	seen := map[string]int{}
	for _, v := range list {
		seen[idOf(v)]++
	}
	var out []judge.Finding
	for _, id := range ids {
		if id == "" || seen[id] == 1 {
			continue
		}
		f := judge.Finding{Requirement: "READ-2", Entry: e, Path: at, Expected: "call " + id + " once", Observed: fmt.Sprintf("%d times, among %d", seen[id], len(list))}
		if seen[id] == 0 {
			f.Observed = fmt.Sprintf("not among %d", len(list))
		}
		out = append(out, f)
	}
	return out
}

func listAgrees(c *judge.Case, e *recording.Entry, ids []string) []judge.Finding {
	list, _ := e.AnswerObject()["calls"].([]any)
	var out []judge.Finding
	for _, id := range ids {
		for i, v := range list {
			if call, _ := v.(map[string]any); id != "" && callID(v) == id {
				out = append(out, agrees(c, e, id, call, fmt.Sprintf("calls[%d].", i), "READ-1")...)
			}
		}
	}
	return out
}

func releasedNotListed(c *judge.Case) judge.Ruling {
	return notListed(c, "released", "READ-3", "no Released call", original, consult)
}

func foreignNotListed(c *judge.Case) judge.Ruling {
	return notListed(c, "foreign", "AUTH-8", "no call that the agent is no party of", consult)
}

// notListed judges that the calls in some roles are in neither form of the list.
func notListed(c *judge.Case, moment, requirement, expected string, roles ...string) judge.Ruling {
	var out []judge.Finding
	n := 0
	for _, form := range []struct {
		what, member string
		idOf         func(any) string
	}{{"uris", "uris", uriID}, {"list", "calls", callID}} {
		e := c.Step(moment + "." + form.what)
		if e == nil || e.Problem != "" {
			continue
		}
		n++
		list, _ := e.AnswerObject()[form.member].([]any)
		for i, v := range list {
			for _, role := range roles {
				if id := roleID(c, role); id != "" && form.idOf(v) == id {
					out = append(out, judge.Finding{Requirement: requirement, Entry: e, Path: fmt.Sprintf("%s[%d]", form.member, i), Expected: expected, Observed: "call " + id})
				}
			}
		}
	}
	if n == 0 {
		return c.NotPlayed("GET of the list of calls")
	}
	return judge.Ruled(out)
}

// releasedCall: no page says whether a call can still be read; that it is live must not be said.
func releasedCall(c *judge.Case) judge.Ruling {
	e := c.Step("released.call")
	if e == nil {
		return c.NotPlayed("GET of the Released call")
	}
	call, _ := e.AnswerObject()["call"].(map[string]any)
	if !e.Accepted() || call["state"] == "Released" {
		return judge.Pass()
	}
	return judge.Fail(judge.Finding{Requirement: "READ-1", Entry: e, Path: "call.state", Expected: "Released, or an error", Observed: judge.Short(call["state"])})
}

// refused judges a GET that must not be answered with a call.
func refused(step, requirement, expected string) func(*judge.Case) judge.Ruling {
	return func(c *judge.Case) judge.Ruling {
		e := c.Step(step)
		switch {
		case e == nil:
			return c.NotPlayed("the request")
		case e.Problem != "":
			return judge.Block("the request was not answered: %s", e.Problem)
		case e.Accepted():
			return judge.Fail(judge.Finding{Requirement: requirement, Entry: e, Path: "statusCode", Expected: expected, Observed: answer(e)})
		}
		return judge.Pass()
	}
}
