package spec

import (
	"fmt"

	"github.com/voicespec/voicespec/runner/recording"
)

// Request is the request with a label. A spec about one that was not sent ends, with the reason why it was not.
func Request(label string) *recording.Entry {
	e := Case().Step(label)
	if e == nil {
		NotPlayed("the request " + label)
	}
	return e
}

// Requests are the requests whose label begins with a prefix; a spec about none ends.
func Requests(prefix string) []*recording.Entry {
	list := Case().Steps(prefix)
	if len(list) == 0 {
		NotPlayed("a request " + prefix + "…")
	}
	return list
}

// Sent reports whether a request with a label was sent at all.
func Sent(label string) bool { return Case().Step(label) != nil }

// NotPlayed ends a spec about something that the recording does not hold: as the player says, or else as untestable.
func NotPlayed(what string) {
	r := Case().NotPlayed(what)
	conclude(r.Outcome, r.Reason)
}

// Notifications are what one person's own session was told of one call, or of all that may be the scenario's.
type Notifications struct {
	Who  string // agent, caller, destination
	Call string // the call's role; "" for any that may be the scenario's
	list []*recording.Entry
}

// Agent are the agent's notifications of the call in a role.
func Agent(call string) Notifications { return told("agent", call) }

// Caller are the caller's notifications of the call in a role; without credentials there are none to judge.
func Caller(call string) Notifications { return told("caller", call) }

// AnyCallAt are a person's notifications of all calls but those that are known to be of others.
func AnyCallAt(who string) Notifications {
	seen(who)
	n := Notifications{Who: who}
	for _, e := range Case().Messages(who) {
		if !Case().ForeignCall(e) {
			n.list = append(n.list, e)
		}
	}
	return n
}

func told(who, call string) Notifications {
	seen(who)
	return Notifications{Who: who, Call: call, list: Case().NotificationsAt(who, call)}
}

// seen ends a spec about somebody whose notifications we cannot see.
func seen(who string) {
	if p := Case().Station.Party(who); !p.Controlled && p.Number != "" && who != "agent" {
		if p.Absence != "" {
			Untestable("%s", p.Absence)
		}
		if p.Outside {
			Untestable("the %s (%s) is no user of the server", who, p.Number)
		}
		Untestable("the %s (%s) has no credentials in the target file", who, p.Number)
	}
}

func (n Notifications) String() string {
	if n.Call == "" {
		return "the " + n.Who
	}
	return fmt.Sprintf("the %s of the %s call", n.Who, n.Call)
}

// which are the notifications that meet all conditions.
func (n Notifications) which(conditions []Condition) []*recording.Entry {
	var out []*recording.Entry
	for _, e := range n.list {
		if meets(e, conditions) {
			out = append(out, e)
		}
	}
	return out
}

// First is the first notification that meets the conditions. A spec that builds on one that did not come is blocked.
func (n Notifications) First(conditions ...Condition) *recording.Entry {
	if list := n.which(conditions); len(list) > 0 {
		return list[0]
	}
	Blocked("the %s was not notified%s", n.Who, describe(conditions))
	return nil
}

// Last is the last notification that meets the conditions; nil if there is none.
func (n Notifications) Last(conditions ...Condition) *recording.Entry {
	if list := n.which(conditions); len(list) > 0 {
		return list[len(list)-1]
	}
	return nil
}

// Any reports whether there is a notification that meets the conditions.
func (n Notifications) Any(conditions ...Condition) bool { return len(n.which(conditions)) > 0 }
