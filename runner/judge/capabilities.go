package judge

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
)

// What a call offers in each state. Sources: InitiateTransfer samples 1 and 2, CallsDial,
// CallsHold, SwapCalls, the recording, mute and monitoring pages; ClearCall is in no
// document but in every list of a live server (8.5.202.96).
var (
	userDataOps = []string{"UpdateUserData", "DeleteUserData", "AttachUserData", "DeleteUserDataPair"}
	ringing     = with(userDataOps, "Answer")
	dialing     = with(userDataOps, "SendDtmf", "Hangup")
	consulting  = with(dialing, "SwapCalls")
	talkOps     = with(userDataOps, "Hangup", "SingleStepTransfer", "SingleStepConference", "InitiateTransfer", "InitiateConference")
	established = with(talkOps, "Hold", "SendDtmf")

	completions  = [][]string{{"CompleteTransfer"}, {"CompleteConference"}, {"CompleteTransfer", "CompleteConference"}}
	heldByItself = [][]string{{"Retrieve"}}
	heldParent   = [][]string{
		{"Retrieve"}, {"SwapCalls", "CompleteTransfer"}, {"SwapCalls", "CompleteConference"},
		{"SwapCalls", "CompleteTransfer", "CompleteConference"},
	}
	recordingOps  = []string{"StartCallRecording", "PauseCallRecording", "ResumeCallRecording", "StopCallRecording"}
	muteOps       = []string{"MuteCall", "UnmuteCall"}
	conferenceOps = []string{"RemoveParticipantFromConference"}
	monitoringOps = []string{"SwitchToListenIn", "SwitchToCoach", "SwitchToBargeIn", "MuteMonitoredUser", "UnmuteMonitoredUser"}
	companyOps    = []string{"SwapCalls", "CompleteTransfer", "CompleteConference"}
)

func with(list []string, more ...string) []string { return append(slices.Clone(list), more...) }

// offer is what the documents allow a call to offer.
type offer struct {
	requirement string
	always      []string   // every one of them
	either      [][]string // exactly one of these groups; none means no choice
	sometimes   []string   // allowed
	open        bool       // not documented: only doubles are judged
}

// offerOf looks up the documented capabilities for a notification (or a call that was
// read) in its company.
func (c *Case) offerOf(e *recording.Entry, call map[string]any) offer {
	consult := call["parentCallUri"] != nil || str(call["callType"]) == "Consult"
	// An agent sees his own consult call as such; at the destination it is a call like another.
	consult = consult && e.Actor != "destination"
	switch str(call["state"]) {
	case "Ringing":
		return offer{requirement: "CAP-1", always: ringing, sometimes: []string{"ClearCall"}}
	case "Dialing":
		if consult && c.orphan[e] { // the original has ended: what remains is a call like another
			return offer{requirement: "CAP-3", always: dialing, sometimes: with(companyOps, "ClearCall")}
		}
		if consult {
			return offer{requirement: "CAP-3", always: consulting, either: c.completionsOf(e), sometimes: []string{"ClearCall"}}
		}
		return offer{requirement: "CAP-2", always: dialing, sometimes: []string{"ClearCall"}}
	case "Established":
		o := offer{requirement: "CAP-4", always: established, sometimes: c.companions(e, call), open: consult}
		return o
	case "Held":
		if c.Company(e) || c.consulted(e) || consult {
			return offer{requirement: "CAP-6", always: talkOps, either: heldParent, sometimes: with(recordingOps, "ClearCall"), open: consult}
		}
		return offer{requirement: "CAP-5", always: talkOps, either: heldByItself, sometimes: with(recordingOps, "ClearCall")}
	case "Released":
		return offer{requirement: "CAP-7"}
	}
	return offer{open: true}
}

// completionsOf: a dialing consult call of a transfer offers CompleteTransfer; what one of
// a conference offers is cut off in the documents, so either completion will do there.
func (c *Case) completionsOf(e *recording.Entry) [][]string {
	if op := c.lastInitiate(e); op == "InitiateTransfer" {
		return completions[:1]
	}
	return completions
}

func (c *Case) lastInitiate(e *recording.Entry) string {
	for _, o := range slices.Backward(c.operations) {
		if o.actor == e.Actor && o.At <= e.At && strings.HasPrefix(o.op, "Initiate") {
			return o.op
		}
	}
	return ""
}

// consulted tells whether a consult call of the same agent had been asked for.
func (c *Case) consulted(e *recording.Entry) bool { return c.lastInitiate(e) != "" }

// companions are the operations that a talking call offers because of its company or features.
func (c *Case) companions(e *recording.Entry, call map[string]any) []string {
	ops := []string{"ClearCall"}
	if c.Company(e) {
		ops = append(ops, companyOps...)
	}
	if list, ok := call["participants"].([]any); ok && len(list) != 1 || c.conferenced(e) {
		ops = append(ops, conferenceOps...)
		ops = append(ops, monitoringOps...)
	}
	ops = append(ops, muteOps...)
	switch str(call["recordingState"]) {
	case "Recording":
		ops = append(ops, "PauseCallRecording", "StopCallRecording")
	case "Paused":
		ops = append(ops, "ResumeCallRecording", "StopCallRecording")
	case "Stopped":
		ops = append(ops, "StartCallRecording")
	default:
		ops = append(ops, recordingOps...)
	}
	return ops
}

// callCapabilities is judgeCapabilities of a notification, done once for all rules about capabilities.
func (c *Case) callCapabilities(e *recording.Entry) []Finding {
	f, done := c.offers[e]
	if !done {
		f = c.judgeCapabilities(e, e.Call(), "data.call.capabilities")
		c.offers[e] = f
	}
	return f
}

// judgeCapabilities compares a call's capabilities with what its state documents.
func (c *Case) judgeCapabilities(e *recording.Entry, call map[string]any, at string) []Finding {
	list, ok := call["capabilities"].([]any)
	if !ok {
		return nil // the schema says so
	}
	have := map[string]int{}
	for _, v := range list {
		s, ok := v.(string)
		if !ok {
			return nil
		}
		have[s]++
	}
	var out []Finding
	if double := doubles(have); len(double) > 0 {
		out = append(out, Finding{Requirement: "CAP-8", Entry: e, Path: at, Expected: "no operation twice", Observed: "twice: " + strings.Join(double, ", ")})
	}
	o := c.offerOf(e, call)
	if o.open {
		return out
	}
	missing, extra := o.differ(have)
	if len(missing)+len(extra) == 0 {
		return out
	}
	var parts []string
	if len(missing) > 0 {
		parts = append(parts, "missing: "+strings.Join(missing, ", "))
	}
	if len(extra) > 0 {
		parts = append(parts, "not documented: "+strings.Join(extra, ", "))
	}
	return append(out, Finding{Requirement: o.requirement, Entry: e, Path: at, Expected: o.String(), Observed: strings.Join(parts, "; ")})
}

func doubles(have map[string]int) []string {
	var out []string
	for s, n := range have {
		if n > 1 {
			out = append(out, s)
		}
	}
	sort.Strings(out)
	return out
}

// differ tells what is missing and what is too much, measured against the nearest alternative.
func (o offer) differ(have map[string]int) (missing, extra []string) {
	groups := o.either
	if len(groups) == 0 {
		groups = [][]string{nil}
	}
	best := -1
	for _, g := range groups {
		m, x := o.against(with(o.always, g...), have)
		if best < 0 || len(m)+len(x) < best {
			best, missing, extra = len(m)+len(x), m, x
		}
	}
	return missing, extra
}

func (o offer) against(want []string, have map[string]int) (missing, extra []string) {
	for _, w := range want {
		if have[w] == 0 {
			missing = append(missing, w)
		}
	}
	for h := range have {
		if !slices.Contains(want, h) && !slices.Contains(o.sometimes, h) {
			extra = append(extra, h)
		}
	}
	sort.Strings(missing)
	sort.Strings(extra)
	return missing, extra
}

func (o offer) String() string {
	if len(o.always) == 0 {
		return "[]"
	}
	text := strings.Join(o.always, ", ")
	var groups []string
	for _, g := range o.either {
		groups = append(groups, strings.Join(g, " + "))
	}
	if len(groups) == 1 {
		text += ", " + groups[0]
	} else if len(groups) > 1 {
		text += fmt.Sprintf(", and one of: %s", strings.Join(groups, " | "))
	}
	return text
}

// Offers tells whether a notified call offers an operation.
func Offers(e *recording.Entry, operation string) bool {
	list, _ := e.Call()["capabilities"].([]any)
	return slices.Contains(list, any(operation))
}
