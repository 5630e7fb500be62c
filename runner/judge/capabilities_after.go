package judge

import (
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// lastOperation is what an actor had last posted that was accepted when e arrived, of what changes more than user data;
// nil if nothing.
func (c *Case) lastOperation(e *recording.Entry) *recording.Entry {
	var last *recording.Entry
	for _, r := range c.Entries {
		if r.Kind != recording.KindRest || r.Actor != e.Actor || r.At > e.At || r.Operation() == "" || !r.Accepted() {
			continue
		}
		if !voice.Find(r.Operation()).Steady && (last == nil || r.At >= last.At) {
			last = r
		}
	}
	return last
}

// judgeSwapped: the call that SwapCalls has brought back offers to swap again, and to complete.
func judgeSwapped(c *Case, messages []*recording.Entry) []Finding {
	var out []Finding
	before := map[connection]string{} // state of a call
	for _, e := range messages {
		if e.Call() == nil || c.misdelivered(e) != "" || e.IsError() {
			continue
		}
		k := connection{e.Actor, e.CallID()}
		was := before[k]
		before[k] = e.State()
		if was != voice.Held || e.State() != voice.Established || !c.hasSibling(e) || c.sentBefore(e, monitoring) {
			continue // what a supervisor's own end offers no page shows
		}
		if last := c.lastOperation(e); last == nil || last.Operation() != "SwapCalls" {
			continue
		}
		call := voice.CallOf(e)
		if !call.ListsCapabilities() || call.Offers("SwapCalls") && (call.Offers("CompleteTransfer") || call.Offers("CompleteConference")) {
			continue
		}
		out = append(out, Finding{
			Requirement: "CAP-12", Entry: e, Path: "data.call.capabilities", Expected: "SwapCalls and a completion, after SwapCalls",
			Observed: offered(call, consultation),
		})
	}
	return out
}

// judgeMuted: a muted call offers to be unmuted.
func judgeMuted(c *Case, e *recording.Entry) []Finding {
	call := voice.CallOf(e)
	if call.Mute() != voice.On || e.State() != voice.Established || !call.ListsCapabilities() || call.Offers("UnmuteCall") ||
		!c.sentBefore(e, muting) || !c.Ours(e) {
		return nil
	}
	return []Finding{{
		Requirement: "CAP-13", Entry: e, Path: "data.call.capabilities", Expected: "UnmuteCall, while mute is On", Observed: offered(call, mutes),
	}}
}

func offered(call voice.Call, among []string) string {
	list, _ := call.Capabilities()
	list = slices.DeleteFunc(list, func(op string) bool { return !slices.Contains(among, op) })
	if len(list) == 0 {
		return "none of " + strings.Join(among, ", ")
	}
	return "only " + strings.Join(list, ", ")
}

// emptied reports whether the actor has removed a participant of the call, and one is left: no one is to be removed any more.
func (c *Case) emptied(e *recording.Entry, call voice.Call) bool {
	n, listed := call.Parties()
	if call.Flag("monitoring") {
		return false // a supervisor's end is none of the conference
	}
	return listed && n == 1 && slices.ContainsFunc(c.Entries, func(r *recording.Entry) bool {
		return r.Kind == recording.KindRest && r.Actor == e.Actor && r.At <= e.At && r.Operation() == "RemoveParticipantFromConference" &&
			voice.LastSegment(r.Path) == call.ID() && r.Accepted()
	})
}
