package judge

import (
	"cmp"
	"reflect"
	"slices"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// wish is a request of ours that sets or removes a key of user data.
type wish struct {
	at, until float64 // when it was sent and answered
	value     any
	removes   bool
}

// changesOf are what the people of the station asked for of each key, in order. A key that a request attaches may be there
// already, and then stands in the call twice: which of the two is shown, no page says.
func (c *Case) changesOf() map[string][]wish {
	out := map[string][]wish{}
	var all []wish // by DeleteUserData
	for _, r := range c.Entries {
		if r.Kind != recording.KindRest || r.Operation() == "" {
			continue
		}
		it := wish{at: r.At, until: max(r.At, r.AnsweredAt)}
		for key, value := range voice.PairsIn(r) {
			it.value = value
			out[key] = append(out[key], it)
		}
		it.value, it.removes = nil, true
		switch key, _ := r.Body()["key"].(string); {
		case r.Operation() == "DeleteUserData":
			all = append(all, it)
		case r.Operation() == "DeleteUserDataPair" && key != "":
			out[key] = append(out[key], it)
		}
	}
	for key := range out {
		if !slices.ContainsFunc(out[key], func(w wish) bool { return !w.removes }) {
			delete(out, key) // it was not ours
			continue
		}
		out[key] = append(out[key], all...)
		slices.SortStableFunc(out[key], func(a, b wish) int { return cmp.Compare(a.at, b.at) })
	}
	return out
}

// attachedTwice are keys that AttachUserData was sent with while the call may have had them.
func (c *Case) attachedTwice() map[string]bool {
	seen, twice := map[string]bool{}, map[string]bool{}
	for _, r := range c.Entries {
		if r.Kind != recording.KindRest {
			continue
		}
		for key := range voice.PairsIn(r) {
			if r.Operation() == "AttachUserData" && seen[key] {
				twice[key] = true
			}
			seen[key] = true
		}
	}
	return twice
}

// pair is a key of a call's user data as it was last shown.
type pair struct {
	value   any
	present bool
	next    int // of the key's changes: the first that has not been seen to take effect
}

// judgeUserData follows the pairs that our people set: what a notification has shown of one stays so, in every further
// notification of the call, until one of us asks for something else. Pairs of others, such as those of a routing strategy,
// may change at any time, and so may all of them once calls are joined or transferred.
func judgeUserData(c *Case, messages []*recording.Entry) []Finding {
	changes, free := c.changesOf(), c.attachedTwice()
	free["__proto__"] = true // a server in JavaScript may keep it or not
	var out []Finding
	for _, l := range c.histories(messages) {
		shown := map[string]pair{}
		for i, e := range l.messages {
			if e.IsError() || c.sentTimes(e, merging) > 0 {
				continue
			}
			data := voice.UserDataOf(e)
			for key, list := range changes {
				value, present := data[key]
				now := pair{value, present, shown[key].next}
				last := shown[key]
				if i == 0 {
					now.next = begunWith(list, e.At, now)
				}
				if !free[key] && i > 0 && !now.is(last) {
					if now.next = explains(list, last.next, e.At, now); now.next < 0 {
						out = append(out, unkept(e, key, last, now))
						now = last
					}
				}
				shown[key] = now
			}
		}
	}
	return InOrder(out)
}

func (p pair) is(other pair) bool {
	return p.present == other.present && reflect.DeepEqual(p.value, other.value)
}

// explains finds the change, among those from next on that had been sent, by which a pair is shown as it is now, and returns
// the place of the first that is still to come; -1 if there is none. Requests that were in flight at once may take effect in
// any order.
func explains(list []wish, next int, at float64, now pair) int {
	found := -1
	for i := next; i < len(list) && list[i].at <= at; i++ {
		fits := list[i].removes && !now.present || !list[i].removes && reflect.DeepEqual(list[i].value, now.value)
		if fits || found < 0 {
			found = i
		}
		if fits {
			break
		}
	}
	if found < 0 {
		return -1
	}
	for found > 0 && list[found-1].until > list[found].at {
		found--
	}
	if found < next {
		return next
	}
	return found + 1
}

// begunWith is the place of the first change that is still to come where a call begins with what one of them asked for.
func begunWith(list []wish, at float64, now pair) int {
	for i, w := range list {
		if now.present && !w.removes && w.at <= at && reflect.DeepEqual(w.value, now.value) {
			return i + 1
		}
	}
	return 0
}

func unkept(e *recording.Entry, key string, last, now pair) Finding {
	f := Finding{
		Requirement: "DATA-9", Entry: e, Path: "data.call.userData." + key, Expected: shown(last.value, last.present) + ", as before: nobody changed it",
		Observed: shown(now.value, now.present),
	}
	if e.State() == voice.Released {
		f.Requirement = "DATA-7" // the switch need not show user data any more
	}
	return f
}
