package voice

import (
	"slices"

	"github.com/voicespec/voicespec/runner/recording"
)

// Operation is what the documents say of one operation: the row of Operations that everything else asks.
type Operation struct {
	Name    string
	To      Resource
	Group   Group
	Feature string      // that the server must have; "" for none
	Needs   []Parameter // without which it must be refused
	Takes   []Parameter // that may be left out
	Told    Telling     // its own notification

	Merges  bool     // afterwards the call has other parties than before
	Joins   bool     // merges, and those who stay do so in one conversation
	Undo    string   // the operation that takes it back
	Steady  bool     // leaves the call in its state: where it is offered it can be tried in passing
	Page    bool     // has a page that says what it does
	Unshown string   // why nothing is said of its notification, where the page shows none
	Late    []string // states that others may be told later than whoever sent it
	LateAll bool     // they may come late to whoever sent it too
}

// Resource is what an operation is posted to.
type Resource string

// What operations are posted to.
const (
	ToCall    Resource = "call"    // /me/calls/{id}
	ToCalls   Resource = "calls"   // /me/devices/{id}/calls
	ToDevice  Resource = "device"  // /me/devices/{id}
	ToChannel Resource = "channel" // /me/channels/voice
	ToMe      Resource = "me"      // /me
)

// Group is what operations have to do with.
type Group string

// What operations have to do with.
const (
	GroupCall         Group = "call"
	GroupConsultation Group = "consultation" // need another call of the agent
	GroupUserData     Group = "user data"
	GroupMute         Group = "mute"
	GroupRecording    Group = "recording"
	GroupConference   Group = "conference"  // need a third party
	GroupMonitoring   Group = "monitoring"  // at the supervisor's end of a call
	GroupSupervision  Group = "supervision" // begin monitoring
	GroupDevice       Group = "device"
	GroupAgentState   Group = "agent state"
	GroupSession      Group = "session"
)

// Features that a target claims, by the ids that a server lists.
const (
	FeatureRecording  = "api-voice-recording"
	FeatureMonitoring = "api-supervisor-monitoring"
	FeatureMute       = "mute" // no server lists it: it shows in capabilities, or the target file claims it
)

// Parameter is a member of an operation's body.
type Parameter struct {
	Name string
	Kind Kind
}

// Kind says what the value of a parameter is.
type Kind string

// What values of parameters are.
const (
	PhoneNumber Kind = "number"     // a text
	Party       Kind = "party"      // an object with phoneNumber
	Pairs       Kind = "pairs"      // user data: an object
	Key         Kind = "key"        // of a pair
	Digits      Kind = "digits"     // a text of 0 to 9
	CallURI     Kind = "call uri"   // of another call of the agent
	DeviceURI   Kind = "device uri" // of another agent's device
	Word        Kind = "word"       // one of a few, or a name of the switch
	Words       Kind = "words"      // a list
)

// Telling is how an operation is notified: by the notificationType and the state of its call, by the agent state of a
// device, or by a member of either.
type Telling struct {
	Type   string
	State  string
	Member string
	Value  any // of Member; nil where it depends on the request
}

// Find looks an operation up; the zero Operation, which says nothing, is that of a name that is in no document.
func Find(name string) Operation {
	if i, known := index[name]; known {
		return Operations[i]
	}
	return Operation{}
}

// OnAPage reports whether a page of the documentation names an operation, be it only in a list of capabilities.
func OnAPage(name string) bool {
	return Find(name).Page || slices.Contains([]string{"UnmuteMonitoredUser", "SwitchToListenIn"}, name)
}

var index = func() map[string]int {
	out := make(map[string]int, len(Operations))
	for i, o := range Operations {
		out[o.Name] = i
	}
	return out
}()

// NamesOf are the names of the operations that are meant, in the order of the table.
func NamesOf(meant func(Operation) bool) []string {
	var out []string
	for _, o := range Operations {
		if meant(o) {
			out = append(out, o.Name)
		}
	}
	return out
}

// GroupOf are the names of a group's operations.
func GroupOf(g Group) []string { return NamesOf(func(o Operation) bool { return o.Group == g }) }

// Causes are the names of the operations that may be told by a notificationType other than StatusChange.
func Causes(kind string) []string { return causes[kind] }

// Times is how often a server may tell of what a request asked for. No page shows how several digits are told: as one, or one by one.
func Times(e *recording.Entry) int {
	digits, _ := e.Body()["digits"].(string)
	if e.Operation() == "SendDtmf" {
		return max(1, len(digits))
	}
	return 1
}

var causes = func() map[string][]string {
	out := map[string][]string{}
	for _, o := range Operations {
		if kind := o.Told.Type; kind != "" && kind != StatusChange {
			out[kind] = append(out[kind], o.Name)
		}
		if o.Merges && o.Told.Type != ParticipantsUpdated {
			out[ParticipantsUpdated] = append(out[ParticipantsUpdated], o.Name)
		}
	}
	return out
}()

// Tells reports whether a notification of the operation's call is one that it is told by: of its type, and in its state
// where it has one. What a flag or a recording state then says is for the judge to compare.
func (o Operation) Tells(e *recording.Entry) bool {
	return e.Type() == o.Told.Type && (o.Told.State == "" || e.State() == o.Told.State)
}

// Shows reports whether a notification says what the operation does, too: a StatusChange that says less may be one of something
// else that was still under way.
func (o Operation) Shows(e *recording.Entry) bool {
	return o.Tells(e) && (o.Told.Value == nil || CallOf(e)[o.Told.Member] == o.Told.Value)
}

// SettlesLate reports whether a state may be told at somebody's end of the call well after the operation was accepted:
// then it is an effect of this operation, and not of what was asked for since.
func (o Operation) SettlesLate(state string, own bool) bool {
	return slices.Contains(o.Late, state) && (!own || o.LateAll)
}
