package states

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
)

// Cell is one operation tried on a call in one state.
type Cell struct {
	Row, Operation string
	Request        *recording.Entry
	Offered        bool
	// Refused: by its answer. Later: it was accepted, and taken back by an error notification.
	Refused, Later bool
	Effects        []judge.Finding
}

// Cells reads the table off a recording. What the call's notifications leave open (no
// capabilities, or others in a notification that was on its way) is no cell.
func Cells(c *judge.Case) []Cell {
	var out []Cell
	for _, e := range c.Steps(prefix) {
		rowName, op, _ := strings.Cut(strings.TrimPrefix(e.Step, prefix), ".")
		at := slices.IndexFunc(rows, func(r row) bool { return r.name == rowName })
		if at < 0 {
			continue
		}
		was := offeredAt(c, e, op)
		if was == unknown {
			continue
		}
		x := Cell{Row: rowName, Operation: op, Request: e, Offered: was == yes, Refused: !e.Accepted()}
		if !x.Offered {
			x.Effects = effects(c, rows[at], e)
			x.Later = !x.Refused && apology(c, e)
		}
		out = append(out, x)
	}
	return out
}

// offeredAt tells whether the call offered the operation when it was posted, by its last notification
// before. One that tells the same again but for its capabilities may have been on its way: where it
// says otherwise, the case is open.
func offeredAt(c *judge.Case, request *recording.Entry, op string) offered {
	id := request.Path[strings.LastIndex(request.Path, "/")+1:]
	var before, after *recording.Entry
	for _, m := range c.Messages(request.Actor) {
		switch {
		case m.CallID() != id || m.IsError():
		case m.At <= request.At:
			before = m
		case after == nil:
			after = m
		}
	}
	was := offers(before, op)
	if was == unknown || after == nil || len(changes("", before, after)) > 0 {
		return was
	}
	if now := offers(after, op); now != unknown && now != was {
		return unknown
	}
	return was
}

// until is when the scenario's next request was sent, fences apart.
func until(c *judge.Case, request *recording.Entry) float64 {
	for _, e := range c.Requests() {
		if e.At > request.At && !strings.HasPrefix(e.Step, "fence.") {
			return e.At
		}
	}
	return request.At + 1e9
}

func apology(c *judge.Case, request *recording.Entry) bool {
	end := until(c, request)
	return slices.ContainsFunc(c.Entries, func(e *recording.Entry) bool {
		return e.IsError() && e.Actor == request.Actor && e.At >= request.At && e.At < end
	})
}

// effects are the changes that anybody was notified of between a request that must have none and
// the next one. Unrelated calls of the agent may change at any time.
func effects(c *judge.Case, r row, request *recording.Entry) []judge.Finding {
	end := until(c, request)
	type key struct{ actor, id string }
	told := map[key]*recording.Entry{}
	var out []judge.Finding
	for _, m := range c.Messages("") {
		if m.IsError() || m.Call() == nil {
			continue
		}
		k := key{m.Actor, m.CallID()}
		before := told[k]
		told[k] = m
		if m.At < request.At || m.At >= end || !c.Ours(m) && !c.BetweenOurs(m) {
			continue
		}
		what := changes(r.name, before, m)
		if len(what) == 0 || answeredItself(c, before, m, request) {
			continue
		}
		out = append(out, judge.Finding{
			Requirement: "STATE-1", Entry: m, Expected: fmt.Sprintf("no change: %s does not offer %s", r.title, request.Operation()),
			Observed: fmt.Sprintf("%s; the %s is notified of %s", answerOf(request), m.Actor, strings.Join(what, ", ")),
		})
	}
	return out
}

// answeredItself excuses a phone that picks up by itself: unless it is Answer or Retrieve that was
// tried, and both ends that we can see are told.
func answeredItself(c *judge.Case, before, m, request *recording.Entry) bool {
	if before == nil || m.State() != "Established" || before.State() != "Ringing" && before.State() != "Dialing" {
		return false
	}
	if op := request.Operation(); op == "Answer" || op == "Retrieve" {
		return false
	}
	parties := participants(m)
	for _, role := range []string{"agent", "caller", "destination"} {
		p := c.Station.Party(role)
		if role == m.Actor || !p.Controlled || !slices.Contains(parties, p.Number) {
			continue
		}
		own := c.Station.Party(m.Actor).Number
		if !slices.ContainsFunc(c.Messages(role), func(o *recording.Entry) bool {
			return o.State() == "Established" && slices.Contains(participants(o), own) && o.At > before.At
		}) {
			return false
		}
	}
	return true
}

// changes are what a notification tells that the one before did not.
func changes(row string, before, now *recording.Entry) []string {
	if before == nil {
		if now.Type() == "AttachedDataChanged" {
			return nil
		}
		return []string{"a new call that is " + now.State()}
	}
	var out []string
	if before.State() != now.State() {
		out = append(out, now.State())
	}
	for _, member := range []string{"mute", "recordingState", "monitoredUserMuted", "monitoring", "supervisorListeningIn"} {
		was, is := before.Call()[member], now.Call()[member]
		if was != nil && is != nil && was != is {
			out = append(out, fmt.Sprintf("%s %v", member, is))
		}
	}
	if before.State() == now.State() && !slices.Equal(participants(before), participants(now)) {
		out = append(out, "other participants")
	}
	switch now.Type() {
	case "DtmfSent", "CallRecordingStateChange", "MonitoredUserMutedStateChange":
		out = append(out, now.Type())
	}
	return append(out, dataChanges(row, before, now)...)
}

// dataChanges looks for the pairs that only the row's own operations set: others may change unasked.
func dataChanges(row string, before, now *recording.Entry) []string {
	was, _ := before.Call()["userData"].(map[string]any)
	is, _ := now.Call()["userData"].(map[string]any)
	var out []string
	for _, k := range []string{attached + row, updated + row} {
		if was[k] == nil && is[k] != nil {
			out = append(out, "user data "+k)
		}
	}
	if was["VoicespecFence"] != nil && is["VoicespecFence"] == nil {
		out = append(out, "deleted user data")
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
