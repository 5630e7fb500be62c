package judge

import (
	"fmt"
	"slices"

	"github.com/voicespec/voicespec/runner/recording"
)

// Meta channels of Bayeux.
const (
	handshakeChannel  = "/meta/handshake"
	connectChannel    = "/meta/connect"
	disconnectChannel = "/meta/disconnect"
)

// unpolled is how long a session may go without a poll that is still the server's to keep, in seconds: CometD ends one
// after 10.
const unpolled = 5.0

// Handshaken judges the reply to a handshake that must succeed.
func Handshaken(requirement string, d Dialogue) []Finding {
	reply := d.Reply(handshakeChannel)
	if reply == nil {
		return []Finding{{Requirement: requirement, Entry: d.First(), Expected: "a reply on /meta/handshake", Observed: d.Answer()}}
	}
	return append(Conforms(requirement, "bayeux-handshake", reply, MessageOf(reply)), mayGoOn(requirement, reply)...)
}

// Connected judges the reply to a connect that must succeed.
func Connected(requirement string, d Dialogue) []Finding {
	reply := d.Reply(connectChannel)
	if reply == nil {
		return []Finding{{Requirement: requirement, Entry: d.First(), Expected: "a reply on /meta/connect", Observed: d.Answer()}}
	}
	message := MessageOf(reply)
	out := Conforms(requirement, "bayeux-connect", reply, message)
	if message["successful"] == false {
		out = append(out, Finding{Requirement: requirement, Entry: reply, Path: "successful", Expected: "true", Observed: Short(string(reply.Message))})
	}
	return append(out, mayGoOn(requirement, reply)...)
}

// Unsuccessful judges that no message that came back says that it succeeded.
func Unsuccessful(d Dialogue, expected string) []Finding {
	e := d.Succeeded()
	if e == nil {
		return nil
	}
	return []Finding{{Entry: e, Path: "successful", Expected: expected, Observed: Short(string(e.Message))}}
}

// Readable judges what can be told of each response as a whole: the type that it is declared as, and
// that messages can be read from it. An HTTP error has no messages to be read, and what is no UTF-8 is MSG-12's.
func Readable(d Dialogue) []Finding {
	var out []Finding
	encoded := map[float64]bool{}
	for _, e := range d {
		if e.Browser == "" && badlyEncoded(e) {
			encoded[e.At] = true
		}
		if encoded[e.At] {
			continue
		}
		if e.Kind == recording.KindFault && len(e.Message) == 0 && (e.Status == 200 || e.Event == recording.Whole && e.Status == 0) {
			out = append(out, Finding{Entry: e, Expected: "application/json, an array of messages or one message", Observed: e.Text})
		}
	}
	return out
}

// PollsFollow judges that polls after the first are answered successfully.
func PollsFollow(d Dialogue) []Finding {
	for i, e := range d.Replies(connectChannel) {
		if MessageOf(e)["successful"] == false && i > 0 && !e.Deferred() {
			return []Finding{{Entry: e, Path: "successful", Expected: "true: polls follow one another", Observed: Short(string(e.Message))}}
		}
	}
	return nil
}

// Offers reports whether the reply to a handshake names a connection type.
func (t Dialogue) Offers(kind string) bool {
	return offersType(t.Reply(handshakeChannel), kind)
}

func offersType(reply *recording.Entry, kind string) bool {
	if reply == nil {
		return false
	}
	list, _ := MessageOf(reply)["supportedConnectionTypes"].([]any)
	return slices.Contains(list, any(kind))
}

// ClientID is what the reply to a handshake gave; "" if nothing.
func (t Dialogue) ClientID() string {
	reply := t.Reply(handshakeChannel)
	if reply == nil {
		return ""
	}
	id, _ := MessageOf(reply)["clientId"].(string)
	return id
}

// WithoutPolling reports whether the server speaks WebSocket only, by its answer to a handshake over long-polling: it
// does not name the other, or says no to it. A broken response is no such word.
func (t Dialogue) WithoutPolling() bool {
	reply := t.Reply(handshakeChannel)
	if reply == nil {
		return t.Status() != 200
	}
	return !t.Offers("long-polling") || MessageOf(reply)["successful"] == false
}

// Kept judges that a connect that follows the one before is answered successfully, and not by an HTTP error. Not
// the server's doing are a session that was not polled for as long as CometD keeps one, and one whose
// connection broke: whoever ended that, it may have been somebody between us.
func Kept(d Dialogue) []Finding {
	var out []Finding
	alive, excused, heard := false, false, 0.0 // a session that never worked was not lost
	for _, e := range d {
		switch {
		case e.Kind == recording.KindBayeux && e.Direction == "sent":
			switch e.Channel {
			case disconnectChannel, handshakeChannel:
				alive, excused = false, false
			case connectChannel:
				excused = excused || heard > 0 && e.At-heard > unpolled
			}
		case e.Kind == recording.KindBayeux && e.Channel == connectChannel:
			message := MessageOf(e)
			if message["successful"] == false && alive && !excused && !e.Deferred() {
				out = append(out, Finding{Entry: e, Path: "successful", Expected: "true: polls followed one another", Observed: Short(string(e.Message))})
			}
			if advised := Forbidden(e); advised != "" && alive {
				out = append(out, Finding{Entry: e, Path: "advice", Expected: "advice to connect: polls followed one another", Observed: advised})
			}
			alive = alive || message["successful"] == true
			excused, heard = false, e.At
		case e.Kind == recording.KindFault && e.Status != 0 && e.Status != 200 && alive:
			out = append(out, Finding{Entry: e, Expected: "an answer with HTTP 200", Observed: e.Text})
		case e.Kind == recording.KindGap && alive:
			excused = true
		}
	}
	return out
}

// Expired says that a session was lost because we left it alone for too long; "" if it was not.
func (t Dialogue) Expired() string {
	last := 0.0
	for _, e := range t {
		if e.Kind != recording.KindBayeux || e.Channel != connectChannel || e.Direction != "received" {
			continue
		}
		if MessageOf(e)["successful"] == false && e.At-last > unpolled {
			return fmt.Sprintf("the server is so slow that the session expired after %.0f s without a poll", e.At-last)
		}
		last = e.At
	}
	return ""
}

// Ended is the reply to a connect by which the server says that the session is over, before we have ended it; nil if none does.
func (t Dialogue) Ended() *recording.Entry {
	for _, e := range t {
		switch {
		case e.Kind != recording.KindBayeux:
		case e.Direction == "sent" && e.Channel == disconnectChannel:
			return nil
		case e.Direction != "sent" && e.Channel == connectChannel && (MessageOf(e)["successful"] == false && !e.Deferred() || Forbidden(e) != ""):
			return e
		}
	}
	return nil
}

// OwnSessions are the dialogues of the sessions that the notifications of a run came by, one a person, in the order of
// their first entries. ok is false if the recording does not hold what was said on Bayeux.
func OwnSessions(cases []*Case) (sessions []Dialogue, ok bool) {
	all, ok := Sessions(cases)
	return slices.DeleteFunc(all, func(d Dialogue) bool { return d[0].Browser != "" }), ok
}

// Sessions are OwnSessions, and all that were there beside them.
func Sessions(cases []*Case) (sessions []Dialogue, ok bool) {
	type person struct {
		station int
		actor   string
		browser string
	}
	at := map[person]int{}
	for _, c := range cases {
		for _, e := range c.Entries {
			switch e.Kind {
			case recording.KindBayeux, recording.KindFault, recording.KindGap, recording.KindMessage:
			default:
				continue
			}
			p := person{e.Station, e.Actor, e.Browser}
			i, known := at[p]
			if !known {
				i = len(sessions)
				at[p], sessions = i, append(sessions, nil)
			}
			sessions[i] = append(sessions[i], e)
			ok = ok || e.Kind == recording.KindBayeux && e.Browser == ""
		}
	}
	for _, s := range sessions {
		slices.SortFunc(s, func(a, b *recording.Entry) int { return a.Seq - b.Seq })
	}
	return sessions, ok
}
