package judge

import (
	"slices"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// about are what rules speak of, by requirement: notifications that hold what the rule looks at, where enough is known to
// judge it. A rule that found nothing wrong was kept only if it had something to look at. A rule that is not here speaks of
// every notification.
var about = map[string]func(c *Case, e *recording.Entry) bool{
	"MSG-2": holdsCall, "MSG-4": tellsOfChange(false), "MSG-14": tellsOfChange(true), "MSG-5": released, "MSG-13": released,
	"MSG-6": inSomeState, "MSG-7": ofKnownPeople, "MSG-8": holds("duration"),
	"MSG-9": holds("mute", "supervisorListeningIn", "monitoredUserMuted", "monitoring"),
	"ID-1":  identified, "ID-2": located, "ID-3": atKnownDevice, "ID-4": connected, "ID-5": ofKnownOriginal, "ID-6": ofKnownOriginal,
	"ID-7": atKnownNumber, "ID-8": withParties, "ID-11": holds("connId"), "ID-12": holdsCall,
	"CAP-1": offering("CAP-1"), "CAP-2": offering("CAP-2"), "CAP-3": offering("CAP-3"), "CAP-4": offering("CAP-4"),
	"CAP-5": offering("CAP-5"), "CAP-6": offering("CAP-6"), "CAP-7": offering("CAP-7"), "CAP-8": offering("CAP-8"),
}

// SpeaksOf reports whether a notification is one that the rule is about.
func (r Rule) SpeaksOf(c *Case, e *recording.Entry) bool {
	switch {
	case r.State != "" && e.State() != r.State, r.Of == consultCall && !voice.CallOf(e).Consult():
		return false
	case !r.Others && c.misdelivered(e) != "":
		return false // left to MSG-7
	}
	holds := about[r.Requirement]
	return holds == nil || holds(c, e)
}

// Knows reports whether it is known of the people what the rule needs to judge what was read.
func (r Rule) Knows(c *Case) bool {
	switch r.Requirement {
	case "ID-3":
		return c.Station.Agent.Device != ""
	case "ID-8":
		return c.Station.Agent.Number != ""
	}
	return true
}

// Unknown reports whether a recording that does not say who is who keeps the rule from being judged: it speaks of none of
// the messages, and would where the people were known.
func (r Rule) Unknown(c *Case, messages []*recording.Entry) bool {
	own := c.Station.Agent
	if about[r.Requirement] == nil || own.Number != "" && own.Device != "" {
		return false
	}
	return !slices.ContainsFunc(messages, func(e *recording.Entry) bool { return r.SpeaksOf(c, e) })
}

func holdsCall(_ *Case, e *recording.Entry) bool { return e.Call() != nil }

// tellsOfChange are notifications of a change: of user data or participants, or else any other.
func tellsOfChange(ofData bool) func(*Case, *recording.Entry) bool {
	return func(_ *Case, e *recording.Entry) bool {
		data := e.Type() == voice.AttachedDataChanged || e.Type() == voice.ParticipantsUpdated
		return e.Call() != nil && !e.IsError() && data == ofData
	}
}

func released(_ *Case, e *recording.Entry) bool {
	return e.State() == voice.Released && e.Type() == voice.StatusChange
}

func inSomeState(_ *Case, e *recording.Entry) bool { return e.State() != "" && !e.IsError() }

// holds are notifications of a call with one of some members.
func holds(members ...string) func(*Case, *recording.Entry) bool {
	return func(_ *Case, e *recording.Entry) bool {
		return slices.ContainsFunc(members, func(m string) bool { _, there := e.Call()[m]; return there })
	}
}

func identified(_ *Case, e *recording.Entry) bool {
	_, id := voice.CallOf(e).Text("id")
	_, uuid := voice.CallOf(e).Text("callUuid")
	return id && uuid
}

func located(_ *Case, e *recording.Entry) bool {
	call := voice.CallOf(e)
	_, uri := call.Text("uri")
	_, path := call.Text("path")
	return call.ID() != "" && (uri || path)
}

func connected(c *Case, e *recording.Entry) bool {
	_, ok := voice.CallOf(e).Text("connId")
	_, known := c.whose(e)
	return ok && known
}

func ofKnownOriginal(c *Case, e *recording.Entry) bool {
	r, ok := c.whose(e)
	if !ok || e.Actor != voice.Agent {
		return false
	}
	_, has := c.original(r)
	return has
}

func atKnownDevice(c *Case, e *recording.Entry) bool {
	_, ok := voice.CallOf(e).Text("deviceUri")
	return ok && c.Station.Party(e.Actor).Device != "" && c.Ours(e)
}

func atKnownNumber(c *Case, e *recording.Entry) bool {
	_, ok := voice.Addressee(e)
	return ok && c.Station.Party(e.Actor).Number != ""
}

func withParties(c *Case, e *recording.Entry) bool {
	if c.Station.Party(e.Actor).Number == "" {
		return false
	}
	for _, p := range voice.CallOf(e).Participants() {
		if p.IsObject() {
			return true
		}
	}
	return false
}

// ofKnownPeople are notifications of which can be told whose they are: the numbers and devices of others are known, or the
// parties of the call.
func ofKnownPeople(c *Case, e *recording.Entry) bool {
	if r, ok := c.whose(e); ok && len(r.Parties) > 0 {
		return true
	}
	if _, ok := voice.Addressee(e); !ok || c.Station.Party(e.Actor).Number == "" {
		return false
	}
	return slices.ContainsFunc(voice.Roles, func(role string) bool {
		p := c.Station.Party(role)
		return role != e.Actor && p.Number != "" && p.Device != ""
	})
}

// offering are notifications of a call of which the documents say what it offers, by a requirement.
func offering(requirement string) func(*Case, *recording.Entry) bool {
	return func(c *Case, e *recording.Entry) bool {
		call := voice.CallOf(e)
		if !call.ListsCapabilities() {
			return false
		}
		o := c.allowed(e, call)
		return requirement == "CAP-8" || o.requirement == requirement && !o.open
	}
}
