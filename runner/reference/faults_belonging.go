package reference

import (
	"fmt"
	"maps"
	"strings"
)

// belongingFaults show what is of one call, agent or station in another, or another value at another end.
func belongingFaults() []fault {
	return append(leakFaults(), valueFaults()...)
}

func leakFaults() []fault {
	return []fault{
		row("new-call-with-data-of-the-last", "DATA-11", "a new call begins with the user data of the one before",
			leaking(func(_, _ *agent) bool { return true })),
		row("new-call-with-data-of-own-last", "DATA-11", "a new call begins with the user data of the agent's call before",
			leaking(func(a, b *agent) bool { return a == b })),
		row("ringing-shows-data-of-another-agent", "DATA-11", "a Ringing call shows user data of another agent's call",
			leaking(func(a, b *agent) bool { return a != b })),
		row("new-call-with-one-pair-of-the-last", "DATA-11", "a new call shows a pair of the one before, sometimes",
			only(chance(40), leaking(func(_, _ *agent) bool { return true }))),
		row("ids-used-again", "ID-13", "the 97th call has the id of the first", func(h *hooks) { h.cycle = 97 }),
		row("uuids-used-again", "ID-13", "callUuid is that of a call of another station's", calls("", func(s *Server, l *leg, c object) {
			c["callUuid"] = l.id
			if serial(l)%31 == 0 {
				c["callUuid"] = s.ids.prefix + "000000"
			}
		})),
		row("connections-used-again", "ID-4", "each 31st call has the same connId", calls("", func(s *Server, l *leg, c object) {
			if serial(l)%31 == 0 {
				c["connId"] = s.ids.conn + "0000"
			}
		})),
	}
}

// serial is the number of a call.
func serial(l *leg) (n int) {
	_, _ = fmt.Sscanf(l.id[max(len(l.id)-6, 0):], "%X", &n)
	return n
}

// leaking shows in the first notifications of a call what another has, which was begun before; which says between whom.
func leaking(which func(a, b *agent) bool) func(*hooks) {
	return func(h *hooks) {
		var last *callData
		var of *agent
		h.notes = append(h.notes, func(x *exchange, notes []*note) []*note {
			for _, n := range notes {
				c := n.call()
				if c == nil || n.leg == nil {
					continue
				}
				if (n.state == ringing || n.state == dialing) && n.leg.parent == nil && last != nil && last != n.leg.data && which(of, n.to) {
					pairs := maps.Clone(last.pairs)
					delete(pairs, "GSIP_RECORD")
					maps.Copy(pairs, n.leg.data.pairs)
					if len(pairs) > 0 {
						c["userData"] = pairs
					}
				}
				if x.op == "UpdateUserData" || x.op == "AttachUserData" {
					last, of = n.leg.data, n.to
				}
			}
			return notes
		})
	}
}

func valueFaults() []fault {
	values := func(f func(string) string) func(object) {
		return func(c object) {
			pairs, _ := c["userData"].(object)
			if pairs == nil {
				return
			}
			pairs = maps.Clone(pairs)
			for k, v := range pairs {
				if text, isText := v.(string); isText && k != "GSIP_RECORD" {
					pairs[k] = f(text)
				}
			}
			c["userData"] = pairs
		}
	}
	trim := func(s string) string { return strings.NewReplacer(`"`, "", `\`, "").Replace(s) }
	return []fault{
		row("others-shown-upper-case", "DATA-10", "the other ends are shown the values of user data in upper case",
			bendCall("", theirs(""), values(strings.ToUpper))),
		row("others-shown-without-quotes", "DATA-10", "the other ends are shown values without quotes and backslashes",
			bendCall("", theirs(""), values(trim))),
		row("released-with-trimmed-values", "DATA-10", "a Released call shows values without spaces",
			bendCall("", func(_ *exchange, n *note) bool { return n.state == released }, values(func(s string) string { return strings.ReplaceAll(s, " ", "") }))),
		row("others-shown-cut-values", "DATA-10", "the other ends are shown eight characters of a value", bendCall("", theirs(""), values(func(s string) string {
			return string([]rune(s)[:min(len([]rune(s)), 8)])
		}))),
		row("others-shown-values-as-numbers", "DATA-10", "the other ends are shown a value of digits as a number", bendCall("", theirs(""), func(c object) {
			pairs, _ := c["userData"].(object)
			pairs = maps.Clone(pairs)
			for k, v := range pairs {
				if text, isText := v.(string); isText && digits.MatchString(text) && !strings.HasPrefix(text, "0") {
					pairs[k] = len(text)
				}
			}
			if len(pairs) > 0 {
				c["userData"] = pairs
			}
		})),
		row("updates-trimmed", "DATA-10", "UpdateUserData takes values without the spaces around them", arrives("UpdateUserData", func(x *exchange) *apiError {
			pairs, _ := x.body["userData"].(object)
			for k, v := range pairs {
				if text, isText := v.(string); isText {
					pairs[k] = strings.TrimSpace(text)
				}
			}
			return nil
		})),
		row("empty-values-dropped", "DATA-20", "a pair whose value is empty is dropped", arrives("UpdateUserData", func(x *exchange) *apiError {
			pairs, _ := x.body["userData"].(object)
			maps.DeleteFunc(pairs, func(_ string, v any) bool { return v == "" })
			return nil
		})),
		row("released-with-longer-values", "DATA-10", "a Released call shows values with a mark behind them",
			bendCall("", func(_ *exchange, n *note) bool { return n.state == released }, values(func(s string) string { return s + "?" }))),
	}
}
