package reference

import (
	"maps"
	"slices"
	"strings"
)

// dataFaults break the user data operations.
func dataFaults() []fault {
	return slices.Concat(dataChangeFaults(), dataContentFaults())
}

func dataChangeFaults() []fault {
	const attach, update, pair, all = "AttachUserData", "UpdateUserData", "DeleteUserDataPair", "DeleteUserData"
	return []fault{
		row("deletion-of-a-pair-unnoticed-by-others", "DATA-25", "others in a call are notified of changes of its user data, but not of DeleteUserDataPair",
			both(func(h *hooks) { h.notifyPeers = true }, drop("DeleteUserDataPair", theirs("")))),
		row("attach-without-notification", "DATA-1", "AttachUserData is not notified", drop(attach, own(""))),
		row("attach-does-nothing", "DATA-1", "AttachUserData is answered 0 and nothing happens", idle(attach)),
		row("attach-as-status-change", "DATA-1", "AttachUserData is notified as StatusChange", asStatusChange(attach)),
		row("attach-changes-state", "DATA-1", "AttachUserData is notified with state Released", pretend(attach, own(""), released)),
		row("attach-notified-without-pairs", "DATA-1", "AttachUserData is notified without userData",
			bendCall(attach, own(""), func(c object) { delete(c, "userData") })),
		row("update-without-notification", "DATA-2", "UpdateUserData is not notified", drop(update, own(""))),
		row("update-replaces-everything", "DATA-2", "UpdateUserData removes the pairs that were not named", arrives(update, func(x *exchange) *apiError {
			if l := x.agent.find(x.id); l != nil && wellFormed(x.body) {
				clear(l.data.pairs)
			}
			return nil
		})),
		row("update-keeps-old-value", "DATA-2", "UpdateUserData does not change the value of a pair that is there", keepOld(update)),
		row("delete-pair-without-notification", "DATA-3", "DeleteUserDataPair is not notified", drop(pair, own(""))),
		row("delete-pair-keeps-pair", "DATA-3", "DeleteUserDataPair is notified with the pair", bend(pair, own(""), func(x *exchange, n *note) {
			if k, _ := x.body["key"].(string); n.call() != nil {
				pairs, _ := n.call()["userData"].(object)
				if pairs == nil {
					pairs = object{}
				}
				pairs[k] = "still here"
				n.call()["userData"] = pairs
			}
		})),
		row("delete-pair-deletes-all", "DATA-3", "DeleteUserDataPair removes the other pairs too", arrives(pair, func(x *exchange) *apiError {
			if l := x.agent.find(x.id); l != nil && textual(x.body["key"]) {
				clear(l.data.pairs)
			}
			return nil
		})),
		row("delete-pair-by-prefix", "DATA-3", "DeleteUserDataPair removes each pair whose key begins so", arrives(pair, func(x *exchange) *apiError {
			if l := x.agent.find(x.id); l != nil && textual(x.body["key"]) {
				maps.DeleteFunc(l.data.pairs, func(k string, _ any) bool { return strings.HasPrefix(k, x.body["key"].(string)) })
			}
			return nil
		})),
		row("delete-all-without-notification", "DATA-4", "DeleteUserData is not notified", drop(all, own(""))),
		row("delete-all-leaves-empty-object", "DATA-4", "after DeleteUserData userData is an empty object",
			bendCall(all, own(""), func(c object) { c["userData"] = object{} })),
		row("delete-all-notified-with-pairs", "DATA-4", "DeleteUserData is notified with a pair",
			bendCall(all, own(""), func(c object) { c["userData"] = object{"Left": "over"} })),
	}
}

func dataContentFaults() []fault {
	const attach, update, pair, all = "AttachUserData", "UpdateUserData", "DeleteUserDataPair", "DeleteUserData"
	return []fault{
		row("nested-user-data-flattened", "DATA-5", "nested objects in userData become strings", eachPair(func(v any) any {
			if _, nested := v.(object); nested {
				return string(encode(v))
			}
			return v
		})),
		row("user-data-loses-non-ascii", "DATA-20", "characters beyond ASCII in userData become question marks", eachPair(func(v any) any {
			s, isText := v.(string)
			if !isText {
				return v
			}
			return asciiOnly(s)
		})),
		row("user-data-cut", "DATA-20", "values of userData are cut after 255 characters", eachPair(func(v any) any {
			if s, isText := v.(string); isText && len(s) > 255 {
				return s[:255]
			}
			return v
		})),
		row("user-data-limited-to-fifty", "DATA-20", "UpdateUserData takes fifty pairs only", arrives(update, func(x *exchange) *apiError {
			pairs, _ := x.body["userData"].(object)
			for i, k := range sortedKeys(pairs) {
				if i >= 50 {
					delete(pairs, k)
				}
			}
			return nil
		})),
		row("user-data-accepts-nothing", "DATA-6", "UpdateUserData without userData is answered 0", accepts(update, lacking("userData"))),
		row("attach-accepts-nothing", "DATA-21", "AttachUserData without userData is answered 0", accepts("AttachUserData", lacking("userData"))),
		row("user-data-accepts-a-string", "DATA-6", "userData that is no object is answered 0", accepts(update, mistyped("userData"))),
		row("delete-pair-accepts-no-key", "DATA-6", "DeleteUserDataPair without key is answered 0", accepts(pair, lacking("key"))),
		row("delete-pair-without-key-deletes-all", "DATA-6", "DeleteUserDataPair without key is refused and removes all pairs",
			arrives(pair, func(x *exchange) *apiError {
				if l := x.agent.find(x.id); l != nil && x.body["key"] == nil {
					clear(l.data.pairs)
				}
				return nil
			})),
		row("user-data-lost-when-released", "DATA-7", "the Released notification has no userData",
			calls(released, func(_ *Server, _ *leg, c object) { delete(c, "userData") })),
		row("user-data-emptied-when-released", "DATA-7", "the Released notification has an empty userData", calls(released, func(_ *Server, _ *leg, c object) {
			if c["userData"] != nil {
				c["userData"] = object{}
			}
		})),
		row("attach-twice-refused", "DATA-8", "attaching a key that is there is refused", refuses(attach, present)),
		row("attach-twice-keeps-old-value", "DATA-8", "attaching a key that is there keeps the old value", keepOld(attach)),
	}
}

func wellFormed(body object) bool {
	_, good := body["userData"].(object)
	return good
}

// present is true where a pair that is sent is there already.
func present(x *exchange) bool {
	l := x.agent.find(x.id)
	pairs, _ := x.body["userData"].(object)
	for k := range pairs {
		if l != nil && l.data.pairs[k] != nil {
			return true
		}
	}
	return false
}

// keepOld lets pairs that are there win over those that are sent.
func keepOld(op string) func(*hooks) {
	return arrives(op, func(x *exchange) *apiError {
		l := x.agent.find(x.id)
		pairs, _ := x.body["userData"].(object)
		for k := range pairs {
			if l != nil && l.data.pairs[k] != nil {
				pairs[k] = l.data.pairs[k]
			}
		}
		return nil
	})
}

// eachPair changes the values of userData where they are shown.
func eachPair(f func(any) any) func(*hooks) {
	return calls("", func(_ *Server, _ *leg, c object) {
		pairs, _ := c["userData"].(object)
		for k, v := range pairs {
			pairs[k] = f(v)
		}
	})
}

func asciiOnly(s string) string {
	out := []rune(s)
	for i, c := range out {
		if c >= 0x80 {
			out[i] = '?'
		}
	}
	return string(out)
}

func sortedKeys(m object) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
