package voice

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
)

// Call is a call as a notification or an answer shows it. It is a view of the decoded object: making one costs
// nothing, and nil, for no call, has no member.
type Call map[string]any

// CallOf is the call of a notification; nil if there is none.
func CallOf(e *recording.Entry) Call { return e.Call() }

// UserDataOf is what a notification says is attached to its call; nil if nothing.
func UserDataOf(e *recording.Entry) map[string]any { return CallOf(e).UserData() }

// PairsIn is the user data that a request sets; nil if it sets none.
func PairsIn(request *recording.Entry) map[string]any { return object(request.Body()["userData"]) }

// Addressee is the number of the one who is notified, as the notification says; ok is false if it is no text.
func Addressee(e *recording.Entry) (number string, ok bool) {
	return e.Addressee()
}

// DialledBy is the number that an operation would call; "" if it calls nobody.
func DialledBy(request *recording.Entry) string {
	return text(object(request.Body()["destination"])["phoneNumber"])
}

// CallIn is the call that an answer shows; nil if it shows none.
func CallIn(e *recording.Entry) Call { return object(e.AnswerObject()["call"]) }

// CallsIn are the calls that an answer lists; nil stands for what is no object. ok is false if it has no list.
func CallsIn(e *recording.Entry) (calls []Call, ok bool) { return callList(e.AnswerObject()["calls"]) }

// CallIDOf is the id of the call that a URI names; "" if it names none.
func CallIDOf(uri string) string {
	const above = "/calls/"
	if i := strings.LastIndex(uri, above); i >= 0 {
		return unescaped(uri[i+len(above):])
	}
	return ""
}

func callList(v any) (calls []Call, ok bool) {
	list, ok := v.([]any)
	for _, x := range list {
		calls = append(calls, object(x))
	}
	return calls, ok
}

// URIsIn are the URIs that an answer lists, "" in the place of what is no text; ok is false if it has no list.
func URIsIn(e *recording.Entry) (uris []string, ok bool) { return texts(e.AnswerObject()["uris"]) }

// Text is a member of the call; ok is false if it is no text.
func (c Call) Text(member string) (value string, ok bool) {
	value, ok = c[member].(string)
	return value, ok
}

// Has reports whether the call has a member, of whatever type.
func (c Call) Has(member string) bool { _, has := c[member]; return has }

// ID is the call's id.
func (c Call) ID() string { return text(c["id"]) }

// Handle is what the call can be asked for by: its id, even where that is a number, or else what its uri ends in; "" if
// it has neither.
func (c Call) Handle() string {
	if id := c.ID(); id != "" {
		return id
	}
	if n, ok := c["id"].(json.Number); ok {
		return n.String()
	}
	if id := LastSegment(c.URI()); url.PathEscape(id) == id {
		return id
	}
	return ""
}

// UUID is the call's callUuid.
func (c Call) UUID() string { return text(c["callUuid"]) }

// ConnID is the connection that the switch has for the call.
func (c Call) ConnID() string { return text(c["connId"]) }

// URI is the call's own.
func (c Call) URI() string { return text(c["uri"]) }

// Path is the call's own, below the API.
func (c Call) Path() string { return text(c["path"]) }

// DeviceID is the last segment of deviceUri.
func (c Call) DeviceID() string { return LastSegment(text(c["deviceUri"])) }

// State is the call's state.
func (c Call) State() string { return text(c["state"]) }

// StateIsText reports whether the state is a text, as it must be.
func (c Call) StateIsText() bool { _, ok := c["state"].(string); return ok }

// CallType says what kind of call it is: Internal, Inbound, Outbound, Consult and others.
func (c Call) CallType() string { return text(c["callType"]) }

// DNIS is the number that was dialled.
func (c Call) DNIS() string { return text(c["dnis"]) }

// Mute is On or Off.
func (c Call) Mute() string { return text(c["mute"]) }

// RecordingState is Recording, Paused or Stopped; "" where nothing is said of recording.
func (c Call) RecordingState() string { return text(c["recordingState"]) }

// Duration is the time that the call lasted; ok is false if it is no text.
func (c Call) Duration() (seconds string, ok bool) { return c.Text("duration") }

// Flag reports whether a member is true: supervisorListeningIn, monitoredUserMuted, monitoring.
func (c Call) Flag(member string) bool { return c[member] == true }

// UserData is what is attached to the call; nil if there is no such object.
func (c Call) UserData() map[string]any { return object(c["userData"]) }

// Consult reports whether the call is a consult call: it says so, or names the call that it was started from.
func (c Call) Consult() bool { return c["parentCallUri"] != nil || c.CallType() == Consult }

// ParentID is the id of the call that a consult call was started from; "" if it names none.
func (c Call) ParentID() string { return LastSegment(text(c["parentCallUri"])) }

// Alias reports whether the call goes by id in another place than its id: callUuid, uri or path. So a call is
// recognised whose id is wrong, and reported as that and not as missing.
func (c Call) Alias(id string) bool {
	return id != "" && (c.UUID() == id || LastSegment(c.URI()) == id || LastSegment(c.Path()) == id)
}

// Offers reports whether the call names an operation among its capabilities.
func (c Call) Offers(operation string) bool { return lists(c["capabilities"], operation) }

// Capabilities are the operations that the call offers; ok is false if it is no list of texts.
func (c Call) Capabilities() (operations []string, ok bool) {
	list, ok := c["capabilities"].([]any)
	if !ok {
		return nil, false
	}
	operations = make([]string, 0, len(list))
	for _, x := range list {
		name, isText := x.(string)
		if !isText {
			return nil, false
		}
		operations = append(operations, name)
	}
	return operations, true
}

// ListsCapabilities reports whether the call has a list of capabilities, whatever is in it.
func (c Call) ListsCapabilities() bool { _, ok := c["capabilities"].([]any); return ok }

// Names reports whether the call shows a number as that of a party, or, while it dials, as the one that was dialled.
func (c Call) Names(number string) bool {
	return c.Times(number) > 0 || number != "" && c.State() == Dialing && c.DNIS() == number
}

// Times is how many parties the call shows with a number: whoever had two calls that became one is in it twice.
func (c Call) Times(number string) (n int) {
	for _, p := range c.Participants() {
		if number != "" && (p.Number() == number || p.Digits() == number) {
			n++
		}
	}
	return n
}

// Between reports whether the call shows its parties, and the number of each is one of these.
func (c Call) Between(numbers ...string) bool {
	n := 0
	for _, p := range c.Participants() {
		n++
		if own := p.PhoneNumber(); own == "" || !slices.Contains(numbers, own) {
			return false
		}
	}
	return n > 0
}

// Foreign reports whether the call names parties, and none of them has one of these numbers: it is a call of others.
func (c Call) Foreign(numbers ...string) bool {
	named := false
	for _, p := range c.Participants() {
		own := p.PhoneNumber()
		if own != "" && slices.Contains(numbers, own) {
			return false
		}
		named = named || own != ""
	}
	return named
}

// OldForm reports whether the call is shown in the documented form of 8.5.0 and 8.5.1: participants are texts, and
// participantsInfo stands beside them. Participants as texts alone are no documented form.
func (c Call) OldForm() bool {
	if _, ok := c["participantsInfo"].([]any); !ok {
		return false
	}
	for _, p := range c.Participants() {
		if !p.IsText() {
			return false
		}
	}
	return true
}
