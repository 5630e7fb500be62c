package judge

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// allowedCapabilities are what the documents allow a call to offer, and the rule that says so.
type allowedCapabilities struct {
	voice.Offer

	requirement string
	open        bool // not documented: only doubles are judged
}

// allowed looks up the documented capabilities for a notification (or a call that was
// read) in its company.
func (c *Case) allowed(e *recording.Entry, call voice.Call) allowedCapabilities {
	// An agent sees his own consult call as such; at the destination, who has begun none, it is a call like another. Who dials has begun it.
	consult := call.Consult() && (e.Actor != voice.Destination || c.consulted(e) || call.State() == voice.Dialing)
	switch state := call.State(); state {
	case voice.Ringing:
		return allowedCapabilities{requirement: "CAP-1", Offer: voice.OfferOf(state, false, false)}
	case voice.Dialing:
		switch {
		case consult && c.returned[e]: // whether it is the original again, no page says
			return allowedCapabilities{requirement: "CAP-3", open: true}
		case consult && c.orphan[e]: // the original has ended: what remains is a call like another
			return allowedCapabilities{requirement: "CAP-3", Offer: voice.OfferOf(state, false, true)}
		case consult:
			o := allowedCapabilities{requirement: "CAP-3", Offer: voice.OfferOf(state, true, true)}
			if c.begunBy(e) == "InitiateTransfer" { // of one of a conference, what the documents print is cut off
				o.Either = [][]string{{"CompleteTransfer"}, {"CompleteTransfer", "CompleteConference"}}
			}
			return o
		}
		return allowedCapabilities{requirement: "CAP-2", Offer: voice.OfferOf(state, false, false)}
	case voice.Established:
		o := allowedCapabilities{requirement: "CAP-4", Offer: voice.OfferOf(state, consult, c.hasSibling(e)), open: consult}
		o.Sometimes = c.companions(e, call)
		return o
	case voice.Held:
		if c.hasSibling(e) || c.consulted(e) || consult {
			return allowedCapabilities{requirement: "CAP-6", Offer: voice.OfferOf(state, consult, true), open: consult}
		}
		return allowedCapabilities{requirement: "CAP-5", Offer: voice.OfferOf(state, false, false)}
	case voice.Released:
		return allowedCapabilities{requirement: "CAP-7", Offer: voice.OfferOf(state, false, false)}
	}
	return allowedCapabilities{open: true}
}

// lastInitiate is the operation by which the actor of e had last asked for a consult call; "" if by none.
func (c *Case) lastInitiate(e *recording.Entry) string { return c.initiatedBefore(e.Actor, e.At) }

// begunBy is the operation by which the consult call of e was asked for; "" if that is not known, as of one of two that were asked
// for before the first of them was told.
func (c *Case) begunBy(e *recording.Entry) string {
	first, known := c.first[connection{e.Actor, e.CallID()}]
	if !known {
		first = e.At
	}
	since := math.Inf(-1) // when the last call before that the same agent had begun was told
	for _, m := range c.messages {
		at := c.first[connection{m.Actor, m.CallID()}]
		if m.Actor == e.Actor && m.CallID() != e.CallID() && m.State() == voice.Dialing && m.At == at && at < first {
			since = max(since, at)
		}
	}
	last, asked := "", ""
	for _, p := range c.initiated[e.Actor] {
		if p.at > first || p.refused {
			continue // what was refused has begun none
		}
		if p.at > since && asked != "" && asked != p.name {
			return ""
		}
		if last = p.name; p.at > since {
			asked = p.name
		}
	}
	return cmp.Or(last, c.initiatedBefore(e.Actor, first))
}

func (c *Case) initiatedBefore(actor string, at float64) string {
	list := c.initiated[actor]
	i := sort.Search(len(list), func(i int) bool { return list[i].at > at })
	if i == 0 {
		return ""
	}
	return list[i-1].name
}

// consulted reports whether a consult call of the same agent had been asked for.
func (c *Case) consulted(e *recording.Entry) bool { return c.lastInitiate(e) != "" }

// Operations that a talking call offers because of its company or features.
var (
	consultation = voice.GroupOf(voice.GroupConsultation)
	conference   = slices.Concat(voice.GroupOf(voice.GroupConference), voice.GroupOf(voice.GroupMonitoring))
	mutes        = voice.GroupOf(voice.GroupMute)
	recordings   = voice.GroupOf(voice.GroupRecording)
)

// companions are the operations that a talking call offers because of its company or features. What the end of who monitors somebody
// offers no page shows.
func (c *Case) companions(e *recording.Entry, call voice.Call) []string {
	ops := append([]string{"ClearCall"}, mutes...)
	if c.hasSibling(e) {
		ops = append(ops, consultation...)
	}
	if n, listed := call.Parties(); (listed && n != 1 || c.conferenced(e)) && (!c.emptied(e, call) || c.sentBefore(e, monitoring)) {
		ops = append(ops, conference...)
	}
	switch call.RecordingState() {
	case "Recording":
		ops = append(ops, "PauseCallRecording", "StopCallRecording")
	case "Paused":
		ops = append(ops, "ResumeCallRecording", "StopCallRecording")
	case "Stopped":
		ops = append(ops, "StartCallRecording")
	default:
		ops = append(ops, recordings...)
	}
	return ops
}

// callCapabilities is judgeCapabilities of a notification, done once for all rules about capabilities.
func (c *Case) callCapabilities(e *recording.Entry) []Finding {
	f, done := c.capabilities[e]
	if !done {
		f = c.judgeCapabilities(e, voice.CallOf(e), "data.call.capabilities")
		c.capabilities[e] = f
	}
	return f
}

// judgeCapabilities compares a call's capabilities with what its state documents.
func (c *Case) judgeCapabilities(e *recording.Entry, call voice.Call, at string) []Finding {
	list, ok := call.Capabilities()
	if !ok {
		return nil // the schema says so
	}
	have := map[string]int{}
	for _, op := range list {
		have[op]++
	}
	var out []Finding
	if double := doubles(have); len(double) > 0 {
		out = append(out, Finding{Requirement: "CAP-8", Entry: e, Path: at, Expected: "no operation twice", Observed: "twice: " + strings.Join(double, ", ")})
	}
	o := c.allowed(e, call)
	missing, extra := o.differ(have)
	if o.open {
		if call.State() == voice.Established && len(missing) > 0 {
			out = append(out, Finding{
				Requirement: "CAP-14", Entry: e, Path: at, Expected: o.String(), Observed: "missing: " + strings.Join(missing, ", "),
			})
		}
		missing = nil
		extra = slices.DeleteFunc(extra, func(op string) bool { return voice.Anywhere(call.State(), op) })
	}
	extra, lesser := c.lesser(call, o.requirement, extra)
	for i := range lesser {
		lesser[i].Entry, lesser[i].Path = e, at
	}
	out = append(out, lesser...)
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

// lesser takes out of what is offered beyond the documents that which no page speaks against, and makes findings of rules
// of their own of it: what a page does not show for a state is not allowed, but pages do not know all names.
func (c *Case) lesser(call voice.Call, requirement string, extra []string) (left []string, found []Finding) {
	if call.State() == voice.Released {
		return extra, nil
	}
	var unknown, mixed, early []string
	for _, op := range extra {
		switch {
		case slices.Contains(c.Header.AlsoOffered, op):
		case !voice.OnAPage(op):
			unknown = append(unknown, op)
		case requirement == "CAP-6" && slices.Contains(heldSets, op):
			mixed = append(mixed, op)
		case (call.State() == voice.Ringing || call.State() == voice.Dialing) && slices.Contains(recordings, op):
			early = append(early, op)
		default:
			left = append(left, op)
		}
	}
	tell := func(requirement, expected string, operations []string) {
		if len(operations) > 0 {
			found = append(found, Finding{Requirement: requirement, Expected: expected, Observed: "offered: " + strings.Join(operations, ", ")})
		}
	}
	tell("CAP-9", "names that a page knows", unknown)
	tell("CAP-10", "Retrieve, or SwapCalls with the completion", mixed)
	tell("CAP-11", "no recording before the answer", early)
	return left, found
}

// heldSets are what tells the two samples of a Held original apart.
var heldSets = []string{"Retrieve", "SwapCalls", "CompleteTransfer", "CompleteConference"}

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
func (o allowedCapabilities) differ(have map[string]int) (missing, extra []string) {
	groups := o.Either
	if len(groups) == 0 {
		groups = [][]string{nil}
	}
	best := -1
	for _, g := range groups {
		m, x := o.against(slices.Concat(o.Always, g), have)
		if best < 0 || len(m)+len(x) < best {
			best, missing, extra = len(m)+len(x), m, x
		}
	}
	return missing, extra
}

func (o allowedCapabilities) against(want []string, have map[string]int) (missing, extra []string) {
	for _, w := range want {
		if have[w] == 0 {
			missing = append(missing, w)
		}
	}
	for h := range have {
		if !slices.Contains(want, h) && !slices.Contains(o.Sometimes, h) {
			extra = append(extra, h)
		}
	}
	sort.Strings(missing)
	sort.Strings(extra)
	return missing, extra
}

func (o allowedCapabilities) String() string {
	if len(o.Always) == 0 {
		return "[]"
	}
	text := strings.Join(o.Always, ", ")
	var groups []string
	for _, g := range o.Either {
		groups = append(groups, strings.Join(g, " + "))
	}
	if len(groups) == 1 {
		text += ", " + groups[0]
	} else if len(groups) > 1 {
		text += fmt.Sprintf(", and one of: %s", strings.Join(groups, " | "))
	}
	return text
}
