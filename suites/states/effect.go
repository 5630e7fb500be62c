package states

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
)

// change is one thing that a notification tells and the one before did not. causes are the operations
// that it can come of; none means that any may have caused it. With causes it is an effect only on the
// call that one of them was posted to: a server may record, or attach user data, unasked.
type change struct {
	text   string
	causes []string
}

var (
	muting     = []string{"MuteCall", "UnmuteCall"}
	recordings = []string{"StartCallRecording", "PauseCallRecording", "ResumeCallRecording", "StopCallRecording"}
	monitoring = []string{"MuteMonitoredUser", "SwitchToListenIn"}
	attaching  = []string{"AttachUserData", "UpdateUserData"}
	deleting   = []string{"DeleteUserData", "DeleteUserDataPair"}

	flags = []struct {
		member string
		causes []string
	}{
		{"mute", muting}, {"recordingState", recordings}, {"monitoredUserMuted", monitoring}, {"supervisorListeningIn", monitoring},
	}
	types = map[string][]string{"DtmfSent": {"SendDtmf"}, "CallRecordingStateChange": recordings, "MonitoredUserMutedStateChange": monitoring}
)

// effects gives each change that anybody was notified of to the cell that may have caused it: the last
// operation before it that was not offered. A notification may come long after its cause, so what is posted in
// between only ends the search where it has effects of its own.
func effects(c *judge.Case, cells []Cell) {
	type key struct{ actor, id string }
	told := map[key]*recording.Entry{}
	for _, m := range c.Messages("") {
		if m.IsError() || m.Call() == nil {
			continue
		}
		k := key{m.Actor, m.CallID()}
		before := told[k]
		told[k] = m
		if !c.Ours(m) && !c.BetweenOurs(m) {
			continue
		}
		for _, what := range changes(before, m) {
			x := blamed(c, cells, m, what)
			if x == nil || answeredItself(c, cells, before, m) {
				continue
			}
			x.Effects = append(x.Effects, judge.Finding{
				Requirement: "STATE-1", Entry: m, Expected: fmt.Sprintf("no change: %s does not offer %s", titleOf(x.Row), x.Operation),
				Observed: fmt.Sprintf("%s; the %s is notified of %s", answerOf(x.Request), m.Actor, what.text),
			})
		}
	}
}

// blamed is the last cell before a notification that was not offered and may have caused the change; nil
// where a request with effects of its own was sent since.
func blamed(c *judge.Case, cells []Cell, m *recording.Entry, what change) *Cell {
	since := lastCause(c, cells, m)
	var found *Cell
	for i := range cells {
		x := &cells[i]
		if x.Offered || x.Request.At > m.At || x.Request.At < since {
			continue
		}
		if len(what.causes) == 0 || slices.Contains(what.causes, x.Operation) && x.Request.Actor == m.Actor && addressed(x.Request) == m.CallID() {
			found = x
		}
	}
	return found
}

// lastCause is when the last request before a notification was sent that is bound to have effects:
// an arrangement, an ending, cleaning up.
func lastCause(c *judge.Case, cells []Cell, m *recording.Entry) float64 {
	at := 0.0
	for _, e := range c.Requests() {
		if e.At > m.At || e.Operation() == "" || strings.HasPrefix(e.Step, "fence.") {
			continue
		}
		i := slices.IndexFunc(cells, func(x Cell) bool { return x.Request == e })
		if i >= 0 && (!cells[i].Offered || isSteady(cells[i].Operation)) {
			continue
		}
		at = e.At
	}
	return at
}

func isSteady(name string) bool {
	return slices.ContainsFunc(operations, func(o operation) bool { return o.name == name && o.steady })
}

func titleOf(name string) string {
	for _, r := range rows {
		if r.name == name {
			return r.title
		}
	}
	return name
}

// answeredItself excuses a phone that picks up by itself: unless Answer or Retrieve has been tried on
// the call, and if both ends that we can see are told.
func answeredItself(c *judge.Case, cells []Cell, before, m *recording.Entry) bool {
	if before == nil || m.State() != "Established" || before.State() != "Ringing" && before.State() != "Dialing" {
		return false
	}
	for _, x := range cells {
		if (x.Operation == "Answer" || x.Operation == "Retrieve") && addressed(x.Request) == m.CallID() && x.Request.At <= m.At {
			return false
		}
	}
	parties, own := participants(m), c.Station.Party(m.Actor).Number
	for _, role := range []string{"agent", "caller", "destination"} {
		p := c.Station.Party(role)
		if role == m.Actor || !p.Controlled || !slices.Contains(parties, p.Number) {
			continue
		}
		if !slices.ContainsFunc(c.Messages(role), func(o *recording.Entry) bool {
			return o.State() == "Established" && slices.Contains(participants(o), own) && o.At > before.At
		}) {
			return false
		}
	}
	return true
}

// changes are what a notification tells that the one before did not.
func changes(before, now *recording.Entry) []change {
	if before == nil {
		if now.Type() == "AttachedDataChanged" {
			return nil
		}
		return []change{{text: "a new call that is " + now.State()}}
	}
	var out []change
	if before.State() != now.State() {
		out = append(out, change{text: now.State()})
	} else if !slices.Equal(participants(before), participants(now)) {
		out = append(out, change{text: "other participants"})
	}
	for _, f := range flags {
		was, is := before.Call()[f.member], now.Call()[f.member]
		if was != nil && is != nil && was != is {
			out = append(out, change{fmt.Sprintf("%s %v", f.member, is), f.causes})
		}
	}
	if causes, known := types[now.Type()]; known {
		out = append(out, change{now.Type(), causes})
	}
	return append(out, dataChanges(before, now)...)
}

// dataChanges looks for the pairs that only the table's own operations set.
func dataChanges(before, now *recording.Entry) []change {
	was, _ := before.Call()["userData"].(map[string]any)
	is, _ := now.Call()["userData"].(map[string]any)
	var out []change
	for k := range is {
		if was[k] == nil && (strings.HasPrefix(k, attached) || strings.HasPrefix(k, updated)) {
			out = append(out, change{"the user data " + k, attaching})
		}
	}
	if was["VoicespecFence"] != nil && is["VoicespecFence"] == nil {
		out = append(out, change{"deleted user data", deleting})
	}
	return out
}

func participants(e *recording.Entry) []string {
	list, _ := e.Call()["participants"].([]any)
	var out []string
	for _, p := range list {
		switch x := p.(type) {
		case string:
			out = append(out, x)
		case map[string]any:
			number, _ := x["phoneNumber"].(string)
			out = append(out, number)
		}
	}
	sort.Strings(out)
	return out
}

func answerOf(e *recording.Entry) string {
	if e.Accepted() {
		return e.Operation() + " is accepted"
	}
	if code, ok := e.StatusCode(); ok {
		return fmt.Sprintf("%s is refused (statusCode %d)", e.Operation(), code)
	}
	return fmt.Sprintf("%s is refused (HTTP %d)", e.Operation(), e.Status)
}
