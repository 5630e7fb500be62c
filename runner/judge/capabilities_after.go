package judge

import (
	"maps"
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

// judgeSwapped: the call of a consultation that SwapCalls has brought back offers to swap again, and to complete. What two calls offer
// that have nothing to do with one another, if they can be swapped, no page shows: there is nothing to complete.
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
		if was != voice.Held || e.State() != voice.Established || !c.hasSibling(e) || !c.consulting(e) || c.sentBefore(e, monitoring) {
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

// consulting reports whether a call is one of a consultation of its agent's whose other call is up, as far as it was told until then.
func (c *Case) consulting(e *recording.Entry) bool {
	up := map[string]bool{} // the other calls of the consultation
	for _, m := range c.messages {
		if m.Actor == e.Actor && m.Seq < e.Seq && m.CallID() != e.CallID() && !m.IsError() &&
			(voice.CallOf(m).ParentID() == e.CallID() || voice.CallOf(e).ParentID() == m.CallID()) {
			up[m.CallID()] = m.State() != voice.Released
		}
	}
	return slices.Contains(slices.Collect(maps.Values(up)), true)
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

// whileRecording is what a call offers of recording, by its recordingState, and what the recording pages' key of user data says then.
var whileRecording = map[string]struct {
	offers []string
	mark   string
}{
	"Recording": {[]string{"PauseCallRecording", "StopCallRecording"}, "ON"},
	"Paused":    {[]string{"ResumeCallRecording", "StopCallRecording"}, "PAUSED"},
	"Stopped":   {[]string{"StartCallRecording"}, "OFF"},
}

// judgeRecorded: a call whose recording was asked for offers what the pages show in its recordingState, however it came to that.
func judgeRecorded(c *Case, e *recording.Entry) []Finding {
	call := voice.CallOf(e)
	wanted, known := whileRecording[call.RecordingState()]
	if !known || e.State() != voice.Established || !call.ListsCapabilities() || call.Flag("monitoring") || !c.sentBefore(e, recordings) || !c.Ours(e) {
		return nil
	}
	if call.RecordingState() == "Stopped" && e.Type() != voice.RecordingStateChange {
		return nil // another call may have been recorded: whether this one can be is not known
	}
	for _, op := range wanted.offers {
		if !call.Offers(op) {
			return []Finding{{
				Requirement: "CAP-15", Entry: e, Path: "data.call.capabilities",
				Expected: strings.Join(wanted.offers, " and ") + ", while recordingState is " + call.RecordingState(), Observed: offered(call, recordings),
			}}
		}
	}
	return nil
}

// judgeMark: every notification about recording says in user data what recordingState says.
func judgeMark(c *Case, e *recording.Entry) []Finding {
	call := voice.CallOf(e)
	wanted, known := whileRecording[call.RecordingState()]
	mark := voice.UserDataOf(e)["GSIP_RECORD"]
	if mark == nil && c.sentBefore(e, []string{"ResumeCallRecording"}) {
		return nil // what that says no page shows
	}
	if known && e.Type() == voice.RecordingStateChange && mark != wanted.mark {
		return []Finding{{
			Requirement: "RECORD-5", Entry: e, Path: "data.call.userData.GSIP_RECORD", Expected: wanted.mark + ", while recordingState is " + call.RecordingState(),
			Observed: Short(mark),
		}}
	}
	return nil
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
