package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// change is one thing that a notification tells and the one before did not. causes are the operations
// that it can come of; none means that any may have caused it. With causes it is an effect only on the
// call that one of them was posted to: a server may record, or attach user data, unasked.
type change struct {
	text   string
	causes []string
}

// What sets or deletes user data, and what a supervisor does at his end of a call.
var (
	attaching   = []string{"AttachUserData", "UpdateUserData"}
	deleting    = []string{"DeleteUserData", "DeleteUserDataPair"}
	supervising = voice.GroupOf(voice.GroupMonitoring)
)

// causesOfTypes are the operations that notificationTypes come of which tell nothing else.
var causesOfTypes = map[string][]string{
	voice.DtmfSent: voice.Causes(voice.DtmfSent), voice.RecordingStateChange: recordings, voice.MonitoredUserMuted: supervising,
}

// attribute gives each change that anybody was notified of to the cell that may have caused it: the last
// operation before it that was not offered. A notification may come long after its cause, so what is posted in
// between only ends the search where it has effects of its own.
func (c *Case) attribute(cells []Cell) {
	type key struct{ actor, id string }
	told, begun := map[key]*recording.Entry{}, map[key]float64{}
	for _, m := range c.Messages("") {
		if m.IsError() || m.Call() == nil {
			continue
		}
		k := key{m.Actor, m.CallID()}
		before := told[k]
		told[k] = m
		if before == nil {
			begun[k] = m.At
		}
		if c.gapBetween(m.Actor, "", at(before), m.At) != nil {
			continue // what it was before is not known
		}
		if !c.Ours(m) && !c.BetweenOurs(m) || givenUp(before, m, begun[k]) {
			continue
		}
		for _, what := range changes(before, m) {
			if x := c.cause(cells, m, what); x != nil && !c.answeredItself(cells, before, m) {
				x.Effects = append(x.Effects, Effect{Entry: m, What: what.text})
			}
		}
	}
}

// at is when an entry came; the beginning of time for none.
func at(e *recording.Entry) float64 {
	if e == nil {
		return 0
	}
	return e.At
}

// cause is the last cell before a notification that was not offered and may have caused the change; nil
// where a request with effects of its own was sent since.
func (c *Case) cause(cells []Cell, m *recording.Entry, what change) *Cell {
	since := c.lastEffective(cells, m)
	var found *Cell
	for i := range cells {
		x := &cells[i]
		if x.Offered || x.Request.At > m.At || x.Request.At < since {
			continue
		}
		if len(what.causes) == 0 || slices.Contains(what.causes, x.Operation) && x.Request.Actor == m.Actor && voice.LastSegment(x.Request.Path) == m.CallID() {
			found = x
		}
	}
	return found
}

// lastEffective is when the last request before a notification was sent that is bound to have effects:
// an arrangement, an ending, cleaning up.
func (c *Case) lastEffective(cells []Cell, m *recording.Entry) float64 {
	at := 0.0
	for _, e := range c.Requests() {
		if e.At > m.At || e.Operation() == "" || e.Purpose == recording.Fence {
			continue
		}
		i := slices.IndexFunc(cells, func(x Cell) bool { return x.Request == e })
		if i >= 0 && (!cells[i].Offered || voice.Find(cells[i].Operation).Steady) {
			continue
		}
		at = e.At
	}
	return at
}

// answeredItself excuses a phone that picks up by itself: unless Answer or Retrieve has been tried on
// the call, and if both ends that we can see are told.
func (c *Case) answeredItself(cells []Cell, before, m *recording.Entry) bool {
	if before == nil || m.State() != voice.Established || before.State() != voice.Ringing && before.State() != voice.Dialing {
		return false
	}
	for _, x := range cells {
		if (x.Operation == "Answer" || x.Operation == "Retrieve") && voice.LastSegment(x.Request.Path) == m.CallID() && x.Request.At <= m.At {
			return false
		}
	}
	parties, own := voice.CallOf(m).Numbers(), c.Station.Party(m.Actor).Number
	for _, role := range voice.Roles {
		p := c.Station.Party(role)
		if role == m.Actor || !p.Controlled || !slices.Contains(parties, p.Number) {
			continue
		}
		if !slices.ContainsFunc(c.Messages(role), func(o *recording.Entry) bool {
			return o.State() == voice.Established && slices.Contains(voice.CallOf(o).Numbers(), own) && (o.At > before.At || !c.overBy(o, m.At))
		}) {
			return false
		}
	}
	return true
}

// overBy reports whether the actor who was told of a call was told before a time that it is over.
func (c *Case) overBy(told *recording.Entry, at float64) bool {
	return slices.ContainsFunc(c.Messages(told.Actor), func(e *recording.Entry) bool {
		return e.CallID() == told.CallID() && e.State() == voice.Released && e.At <= at
	})
}

// changes are what a notification tells that the one before did not.
func changes(before, now *recording.Entry) []change {
	if before == nil {
		if now.Type() == voice.AttachedDataChanged {
			return nil
		}
		return []change{{text: "a new call that is " + now.State()}}
	}
	var out []change
	was, is := voice.CallOf(before), voice.CallOf(now)
	if before.State() != now.State() {
		out = append(out, change{text: now.State()})
	} else if !slices.Equal(slices.Sorted(slices.Values(was.Numbers())), slices.Sorted(slices.Values(is.Numbers()))) {
		out = append(out, change{text: "other participants"})
	}
	out = append(out, flagChanges(was, is)...)
	if causes, known := causesOfTypes[now.Type()]; known {
		out = append(out, change{now.Type(), causes})
	}
	return append(out, dataChanges(was.UserData(), is.UserData())...)
}

// flagChanges looks at the members that both calls show.
func flagChanges(was, is voice.Call) []change {
	var out []change
	for _, flag := range []struct {
		member string
		causes []string
	}{
		{"mute", mutes}, {"recordingState", recordings}, {"monitoredUserMuted", supervising}, {"supervisorListeningIn", supervising},
	} {
		before, now := was[flag.member], is[flag.member]
		if before != nil && now != nil && Short(before) != Short(now) {
			out = append(out, change{fmt.Sprintf("%s %v", flag.member, now), flag.causes})
		}
	}
	return out
}

// dataChanges looks for the pairs that only the table's own operations set.
func dataChanges(was, is map[string]any) []change {
	var out []change
	for k := range is {
		if was[k] == nil && (strings.HasPrefix(k, attachedKey) || strings.HasPrefix(k, updatedKey)) {
			out = append(out, change{"the user data " + k, attaching})
		}
	}
	if was[recording.FenceKey] != nil && is[recording.FenceKey] == nil {
		out = append(out, change{"deleted user data", deleting})
	}
	return out
}
