package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

const (
	cellPrefix  = "cell."
	attachedKey = "VoicespecAttached-"
	updatedKey  = "VoicespecUpdated-"
)

// CellLabel is the label of the request that tries an operation on a call in a situation.
func CellLabel(situation, operation string) string { return cellPrefix + situation + "." + operation }

// AttachedKey is the user data key that AttachUserData is tried with. The situation is in its name: a pair that a call
// was offered in one is no effect on a call in another.
func AttachedKey(situation string) string { return attachedKey + situation }

// UpdatedKey is the user data key that UpdateUserData is tried with.
func UpdatedKey(situation string) string { return updatedKey + situation }

// Situation is a state of a call, in its company, in which operations are tried: a column of the table of states and
// operations.
type Situation struct {
	Name  string // of checks and labels
	Title string // "a Held call"
}

// Heading is the title without its article.
func (s Situation) Heading() string {
	for _, article := range []string{"an ", "a ", "the "} {
		if noun, found := strings.CutPrefix(s.Title, article); found {
			return noun
		}
	}
	return s.Title
}

// Cell is one operation tried on a call in one situation.
type Cell struct {
	Situation, Operation string

	Request *recording.Entry
	Offered bool // by the call's last notification
	Refused bool // by its answer
	Later   bool // it was accepted, and taken back by an error notification
	Effects []Effect
}

// Effect is a change that somebody was notified of, and that an operation may have caused which was not offered.
type Effect struct {
	Entry *recording.Entry
	What  string // "Held"
}

// Answer is how the operation was answered, in words.
func (x Cell) Answer() string {
	if !x.Refused {
		return x.Operation + " is accepted"
	}
	if code, ok := x.Request.StatusCode(); ok {
		return fmt.Sprintf("%s is refused (statusCode %d)", x.Operation, code)
	}
	return fmt.Sprintf("%s is refused (HTTP %d)", x.Operation, x.Request.Status)
}

// Cells reads the table off a recording. What the call's notifications leave open (no
// capabilities, or others in a notification that was on its way) is no cell.
func (c *Case) Cells() []Cell {
	var out []Cell
	for _, e := range c.Steps(cellPrefix) {
		situation, operation, _ := strings.Cut(strings.TrimPrefix(e.Step, cellPrefix), ".")
		offered, known := c.offeredAt(e, operation)
		if !known {
			continue
		}
		x := Cell{Situation: situation, Operation: operation, Request: e, Offered: offered, Refused: !e.Accepted()}
		x.Later = !x.Offered && !x.Refused && c.TakenBack(e)
		out = append(out, x)
	}
	c.attribute(out)
	return onceEach(out)
}

// onceEach leaves out what was tried beside other operations where any of these was tried again alone. What one of them did may have
// been the cause of another's answer: so they count only where nothing was wrong that was tried alone.
func onceEach(cells []Cell) []Cell {
	again := map[float64]bool{} // by when it was sent
	for i, x := range cells {
		again[x.Request.At] = slices.ContainsFunc(cells[i+1:], func(y Cell) bool {
			return !x.Offered && !y.Offered && y.Situation == x.Situation && y.Operation == x.Operation
		})
	}
	wrong := func(x Cell) bool { return !x.Offered && (!x.Refused && !x.Later || len(x.Effects) > 0) }
	var alone, group []Cell
	for _, x := range cells {
		if slices.ContainsFunc(cells, func(y Cell) bool {
			return again[y.Request.At] && (x.Request == y.Request || beside(x.Request, y.Request) && beside(y.Request, x.Request))
		}) {
			group = append(group, x)
		} else {
			alone = append(alone, x)
		}
	}
	if len(group) == 0 || slices.ContainsFunc(alone, wrong) {
		return alone
	}
	return append(alone, slices.DeleteFunc(group, func(x Cell) bool { return !wrong(x) })...)
}

// offeredAt reports whether the call offered the operation when it was posted, by its last notification before. One that
// tells the same again but for its capabilities may have been on its way: where it says otherwise, that is not known.
func (c *Case) offeredAt(request *recording.Entry, operation string) (offered, known bool) {
	id := voice.LastSegment(request.Path)
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
	if before == nil || !voice.CallOf(before).ListsCapabilities() || c.gapBetween(request.Actor, "", before.At, request.At) != nil {
		return false, false
	}
	offered = voice.CallOf(before).Offers(operation)
	if after == nil || len(changes(before, after)) > 0 {
		return offered, true
	}
	now := voice.CallOf(after)
	return offered, !now.ListsCapabilities() || now.Offers(operation) == offered
}
