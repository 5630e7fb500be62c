package states

import (
	"math"
	"slices"
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
		was := offeredAt(c, e, op)
		if was == unknown {
			continue
		}
		x := Cell{Row: rowName, Operation: op, Request: e, Offered: was == yes, Refused: !e.Accepted()}
		x.Later = !x.Offered && !x.Refused && apology(c, e)
		out = append(out, x)
	}
	effects(c, out)
	return out
}

// addressed is the id of the call that a request was posted to.
func addressed(request *recording.Entry) string {
	return request.Path[strings.LastIndex(request.Path, "/")+1:]
}

// offeredAt tells whether the call offered the operation when it was posted, by its last notification
// before. One that tells the same again but for its capabilities may have been on its way: where it
// says otherwise, the case is open.
func offeredAt(c *judge.Case, request *recording.Entry, op string) offered {
	id := addressed(request)
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
	if was == unknown || after == nil || len(changes(before, after)) > 0 {
		return was
	}
	if now := offers(after, op); now != unknown && now != was {
		return unknown
	}
	return was
}

// apology is an error notification before the scenario's next request, fences apart.
func apology(c *judge.Case, request *recording.Entry) bool {
	end := math.Inf(1)
	for _, e := range c.Requests() {
		if e.At > request.At && !strings.HasPrefix(e.Step, "fence.") {
			end = e.At
			break
		}
	}
	return slices.ContainsFunc(c.Entries, func(e *recording.Entry) bool {
		return e.IsError() && e.Actor == request.Actor && e.At >= request.At && e.At < end
	})
}
