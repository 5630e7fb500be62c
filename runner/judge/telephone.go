package judge

import (
	"fmt"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// heard is how far an answer has come at a telephone of ours.
type heard struct{ called, asked, answered, acknowledged bool }

// Telephones says, of every accepted Answer of somebody whose telephone is ours that was waited for in vain, whose part is missing: that of
// who sends it to the telephone, or that of who tells of it. SIP itself is not judged. The second result is how many
// answers there were.
func (c *Case) Telephones() (found []Finding, answers int) {
	for i, e := range c.Entries {
		if e.Kind != recording.KindRest || e.Operation() != "Answer" || !e.Accepted() || !c.hasTelephone(e.Actor) {
			continue
		}
		answers++
		uuid := c.uuidOf(e.Actor, voice.LastSegment(e.Path))
		if missed := c.inVain(e, c.Entries[i:], uuid); missed != nil {
			if text := c.heardAt(e.Actor, uuid).missing(); text != "" {
				found = append(found, Finding{
					Requirement: "PHONE-1", After: e, Who: e.Actor, Expected: "Established of the call that was answered",
					Observed: fmt.Sprintf("Answer was accepted; %s", text),
				})
			}
		}
	}
	return found, answers
}

func (c *Case) hasTelephone(actor string) bool {
	for _, e := range c.Entries {
		if e.Kind == recording.KindSIP && e.Actor == actor {
			return true
		}
	}
	return false
}

// uuidOf is the uuid of a call that somebody was told of; its id where none was told.
func (c *Case) uuidOf(actor, id string) string {
	for _, e := range c.Entries {
		if e.Kind == recording.KindMessage && e.Actor == actor && e.CallID() == id {
			if uuid := voice.CallOf(e).UUID(); uuid != "" {
				return uuid
			}
		}
	}
	return id
}

// inVain is the wait of who answered that ended without Established; nil where that came, or was not waited for.
func (c *Case) inVain(answer *recording.Entry, later []*recording.Entry, uuid string) (missed *recording.Entry) {
	for _, e := range later {
		switch {
		case e.Actor != answer.Actor:
		case e.Kind == recording.KindMissed && missed == nil:
			missed = e
		case e.Kind == recording.KindMessage && e.State() == voice.Established && (e.CallID() == voice.LastSegment(answer.Path) || voice.CallOf(e).UUID() == uuid):
			return nil
		}
	}
	return missed
}

// heardAt is what the telephone of somebody heard and said about a call.
func (c *Case) heardAt(actor, uuid string) (h heard) {
	for _, e := range c.Entries {
		if e.Kind != recording.KindSIP || e.Actor != actor || e.ID != uuid {
			continue
		}
		first, rest, _ := strings.Cut(e.Text, "\n")
		rest = strings.ToLower(rest)
		switch {
		case e.Direction == "sent" && strings.HasPrefix(first, "SIP/2.0 200") && strings.Contains(rest, " invite"):
			h.answered = true
		case e.Direction == "sent":
		case strings.HasPrefix(first, "INVITE "):
			h.called = true
		case strings.HasPrefix(first, "NOTIFY ") && strings.Contains(rest, "event: talk"):
			h.asked = true
		case strings.HasPrefix(first, "ACK ") && h.answered:
			h.acknowledged = true
		}
	}
	return h
}

// missing says what should have come next; "" where that is the telephone's own part.
func (h heard) missing() string {
	switch {
	case !h.called:
		return "the telephone was never called for that call (no INVITE)"
	case h.answered && !h.acknowledged:
		return "the telephone was picked up, and its answer (200) was not acknowledged: the SIP Server has to send ACK"
	case h.answered:
		return "the telephone was picked up, and its answer was acknowledged; the notification is missing"
	case !h.asked:
		return "no NOTIFY with Event: talk came to the telephone: the server did not pass it on, or talk is missing from sip-cti-control of the DN"
	}
	return ""
}
