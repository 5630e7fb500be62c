package judge

import (
	"maps"
	"slices"

	"github.com/voicespec/voicespec/runner/recording"
)

// Rule is one rule about notifications in general. Judge gets the notifications that
// it is to speak of; the Case gives it their company.
type Rule struct {
	Requirement string
	Name        string // last part of check ids, stable
	Title       string
	Judge       func(c *Case, messages []*recording.Entry) []Finding

	// Read judges the calls that an answer to a GET shows, and says how many; nil for a rule about notifications alone.
	Read func(e *recording.Entry) (shown int, found []Finding)

	State   string // it speaks only of calls in this state; "" for all
	Of      Calls  // and only of these
	Others  bool   // it speaks of what people are told who have no part in a call, so it needs the messages of all
	Foreign bool   // it holds for calls that the run did not make, too: of those we know neither the parties nor the history
}

// Calls are those that a rule speaks of.
type Calls int

// Whose notifications a rule speaks of.
const (
	everyCall    Calls = iota
	plainCall          // one that is no consult call
	loneCall           // one that is not, and has none
	originalCall       // one that has a consult call
	consultCall        // a consult call
)

// Shown reports whether a rule finds something to speak of where the calls have been in these states: a check
// that could not fail is none.
func (r Rule) Shown(plain, consult []string) bool {
	in := func(states []string) bool {
		return len(states) > 0 && (r.State == "" || slices.Contains(states, r.State))
	}
	switch r.Of {
	case plainCall:
		return in(plain)
	case loneCall:
		return in(plain) && len(consult) == 0
	case originalCall:
		return in(plain) && len(consult) > 0
	case consultCall:
		return in(consult)
	case everyCall:
	}
	return in(plain) || in(consult)
}

// Private is the rule that nobody is notified of a call of others, over the whole of a case.
func Private(c *Case) []Finding { return judgePrivate(c, c.Messages("")) }

// Rules are the rules that hold for the call notifications of every scenario.
var Rules = []Rule{
	{Requirement: "MSG-12", Name: "utf-8", Title: "notifications are valid UTF-8", Judge: judgeEncoding, Foreign: true},
	{Requirement: "MSG-1", Name: "schema", Title: "notifications have the documented members and types", Judge: judgeMembers, Foreign: true},
	{
		Requirement: "MSG-2", Name: "envelope", Title: "calls are notified on their channel with their message type",
		Judge: each(judgeEnvelope), Foreign: true,
	},
	{Requirement: "MSG-4", Name: "once", Title: "each change is notified once", Judge: byRequirement("MSG-4", judgeOnce)},
	{Requirement: "MSG-14", Name: "data-once", Title: "each change of user data or participants is notified once", Judge: byRequirement("MSG-14", judgeOnce)},
	{Requirement: "MSG-5", Name: "end", Title: "nothing follows Released", Judge: byRequirement("MSG-5", afterReleased)},
	{Requirement: "MSG-13", Name: "end-of-data", Title: "no user data follows Released", Judge: byRequirement("MSG-13", afterReleased)},
	{Requirement: "MSG-6", Name: "states", Title: "states follow one another as documented", Judge: judgeStates},
	{Requirement: "MSG-7", Name: "private", Title: "nobody is notified of a call of others", Judge: judgePrivate, Others: true},
	{Requirement: "MSG-8", Name: "duration", Title: "duration counts whole seconds and never falls", Judge: judgeDuration},
	{Requirement: "MSG-15", Name: "clock", Title: "duration follows the clock", Judge: judgeClock},
	{Requirement: "MSG-16", Name: "steady", Title: "what a notification is not about stays as it was", Judge: judgeSteady},
	{Requirement: "MSG-9", Name: "flags", Title: "mute and supervisor flags are off", Judge: judgeFlags},
	{
		Requirement: "DATA-9", Name: "user-data-kept", Title: "user data stays as it was shown until somebody changes it",
		Judge: byRequirement("DATA-9", judgeUserData),
	},
	{
		Requirement: "DATA-7", Name: "user-data-at-the-end", Title: "user data is still there when the call is Released",
		Judge: byRequirement("DATA-7", judgeUserData), State: "Released",
	},
	{Requirement: "ID-1", Name: "id", Title: "the call keeps its id, and callUuid equals it unless that is the connId", Judge: each(judgeCallID), Foreign: true},
	{Requirement: "ID-2", Name: "uri", Title: "uri and path name the call", Judge: each(judgeURI), Foreign: true, Read: eachRead("ID-2")},
	{Requirement: "ID-3", Name: "device", Title: "deviceUri names the notified agent's device", Judge: each(judgeDevice), Read: eachRead("ID-3")},
	{Requirement: "ID-4", Name: "connection", Title: "connId stays the same, and each call has its own", Judge: judgeConnection},
	{Requirement: "ID-12", Name: "path", Title: "path is there, terse as the server may be", Judge: byRequirement("ID-12", judgePath), Foreign: true},
	{Requirement: "ID-11", Name: "connection-id", Title: "connId is not the call's id", Judge: each(judgeConnectionID), Foreign: true},
	{Requirement: "ID-5", Name: "consult-id", Title: "the consult call has an id of its own", Judge: judgeConsultID, Of: consultCall},
	{Requirement: "ID-6", Name: "parent", Title: "parentCallUri names the original call", Judge: each(judgeParent), Of: consultCall, Read: eachRead("ID-6")},
	{Requirement: "ID-7", Name: "number", Title: "phoneNumber is the notified agent's number", Judge: each(judgeNumber), Foreign: true},
	{Requirement: "ID-8", Name: "participants", Title: "participants are the other parties", Judge: each(judgeParticipants), Read: eachRead("ID-8")},
	{
		Requirement: "CAP-1", Name: "capabilities-ringing", Title: "a Ringing call offers what is documented",
		Judge: byCapabilities("CAP-1"), State: "Ringing", Of: plainCall,
	},
	{
		Requirement: "CAP-2", Name: "capabilities-dialing", Title: "a Dialing call offers what is documented",
		Judge: byCapabilities("CAP-2"), State: "Dialing", Of: plainCall,
	},
	{
		Requirement: "CAP-3", Name: "capabilities-consult", Title: "a dialing consult call offers what is documented",
		Judge: byCapabilities("CAP-3"), State: "Dialing", Of: consultCall,
	},
	{
		Requirement: "CAP-4", Name: "capabilities-established", Title: "an Established call offers what is documented",
		Judge: byCapabilities("CAP-4"), State: "Established", Of: plainCall,
	},
	{
		Requirement: "CAP-5", Name: "capabilities-held", Title: "a Held call offers what is documented",
		Judge: byCapabilities("CAP-5"), State: "Held", Of: loneCall,
	},
	{
		Requirement: "CAP-6", Name: "capabilities-held-original", Title: "the Held original of a consult call offers what is documented",
		Judge: byCapabilities("CAP-6"), State: "Held", Of: originalCall,
	},
	{
		Requirement: "CAP-7", Name: "capabilities-released", Title: "a Released call offers nothing",
		Judge: byCapabilities("CAP-7"), State: "Released", Foreign: true,
	},
	{Requirement: "CAP-8", Name: "capabilities-once", Title: "no operation stands twice", Judge: byCapabilities("CAP-8"), Foreign: true},
	{Requirement: "CAP-9", Name: "capabilities-known", Title: "operations that are offered have a page", Judge: byCapabilities("CAP-9")},
	{
		Requirement: "CAP-10", Name: "capabilities-one-set", Title: "the Held original offers one of the two sets, not a mixture",
		Judge: byCapabilities("CAP-10"), State: "Held", Of: originalCall,
	},
	{
		Requirement: "CAP-12", Name: "capabilities-swapped", Title: "a call that was swapped back offers to swap and to complete",
		Judge: judgeSwapped, State: "Established", Of: originalCall,
	},
	{Requirement: "CAP-13", Name: "capabilities-muted", Title: "a muted call offers to be unmuted", Judge: each(judgeMuted), State: "Established"},
	{
		Requirement: "CAP-15", Name: "capabilities-recorded", Title: "a call that is recorded, paused or stopped offers what goes on from there",
		Judge: each(judgeRecorded), State: "Established",
	},
	{Requirement: "RECORD-5", Name: "recording-mark", Title: "GSIP_RECORD follows the recording state every time", Judge: each(judgeMark), State: "Established"},
	{Requirement: "CAP-11", Name: "capabilities-recording", Title: "recording is not offered before the answer", Judge: byCapabilities("CAP-11")},
	{
		Requirement: "CAP-14", Name: "capabilities-consult-established", Title: "an Established consult call offers what others do",
		Judge: byCapabilities("CAP-14"), State: "Established",
	},
}

// each makes a rule of a function that judges one notification by itself. Notifications
// that were meant for somebody else are left to MSG-7.
func each(judge func(c *Case, e *recording.Entry) []Finding) func(*Case, []*recording.Entry) []Finding {
	return func(c *Case, messages []*recording.Entry) []Finding {
		var out []Finding
		for _, e := range messages {
			if c.misdelivered(e) == "" {
				out = append(out, judge(c, e)...)
			}
		}
		return out
	}
}

func byCapabilities(requirement string) func(*Case, []*recording.Entry) []Finding {
	return each(func(c *Case, e *recording.Entry) []Finding {
		return only(requirement, c.callCapabilities(e))
	})
}

func judgeMembers(c *Case, messages []*recording.Entry) []Finding {
	bySchema := each(func(c *Case, e *recording.Entry) []Finding { return only("MSG-1", c.callSchema(e)) })
	return append(bySchema(c, messages), only("MSG-1", judgePath(c, messages))...)
}

func byRequirement(requirement string, judge func(*Case, []*recording.Entry) []Finding) func(*Case, []*recording.Entry) []Finding {
	return func(c *Case, messages []*recording.Entry) []Finding { return only(requirement, judge(c, messages)) }
}

// eachRead judges each call that an answer shows by what its members say by themselves.
func eachRead(requirement string) func(e *recording.Entry) (int, []Finding) {
	return func(e *recording.Entry) (int, []Finding) {
		calls := readCalls(e)
		var out []Finding
		for _, at := range slices.Sorted(maps.Keys(calls)) {
			out = append(out, namesAsRead(requirement, e, calls[at], at)...)
		}
		n := len(calls)
		if requirement == "ID-2" {
			uris, found := listedURIs(e)
			n, out = n+uris, append(out, found...)
		}
		return n, out
	}
}

func only(requirement string, all []Finding) []Finding {
	var out []Finding
	for _, f := range all {
		if f.Requirement == requirement {
			out = append(out, f)
		}
	}
	return out
}
