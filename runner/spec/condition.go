package spec

import (
	"math"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// Condition is what a notification must be to be the one that is meant.
type Condition interface {
	meets(e *recording.Entry) bool
	String() string // continues "the agent is notified"
}

func meets(e *recording.Entry, conditions []Condition) bool {
	return !slices.ContainsFunc(conditions, func(c Condition) bool { return !c.meets(e) })
}

// describe puts conditions in words, each with a space before it.
func describe(conditions []Condition) string {
	var b strings.Builder
	for _, c := range conditions {
		if text := c.String(); text != "" {
			b.WriteString(" " + text)
		}
	}
	return b.String()
}

// State is a state of a call.
type State string

// The states of a call.
const (
	Ringing     State = voice.Ringing
	Dialing     State = voice.Dialing
	Established State = voice.Established
	Held        State = voice.Held
	Released    State = voice.Released
)

func (s State) meets(e *recording.Entry) bool { return voice.InState(string(s))(e) }

func (s State) String() string { return "of the call in state " + string(s) }

// said is a condition that a predicate decides: the player waits by the same ones.
type said struct {
	voice.Predicate

	text string
}

func (s said) meets(e *recording.Entry) bool { return s.Predicate(e) }

func (s said) String() string { return s.text }

// Arrived are notifications of a call that has come: it rings, or was picked up already.
func Arrived() Condition { return said{voice.Arrived, "of the call in state Ringing or Established"} }

// ArrivedWith are notifications of a call that has come, with one of some numbers.
func ArrivedWith(numbers ...string) Condition {
	return said{voice.ArrivedWith(numbers...), "of the call in state Ringing or Established with " + strings.Join(numbers, " or ")}
}

// OtherThan are notifications of a call in another state than one.
func OtherThan(state State) Condition {
	return said{voice.Not(state.meets), "of the call in another state than " + string(state)}
}

// OfType are notifications with a notificationType.
func OfType(kind string) Condition { return said{voice.OfType(kind), "by " + kind} }

// After are notifications that came after a request was sent, and before calls were hung up to clean up: what is
// notified from then on is our own doing.
func After(label string) Condition {
	e := Request(label)
	return after{request: e, end: Case().FirstHangup(e)}
}

// Since are notifications that came after a request was sent, those that cleaning up caused among them: for what a call
// keeps to its end.
func Since(label string) Condition { return after{request: Request(label), end: math.Inf(1)} }

type after struct {
	request *recording.Entry
	end     float64
}

func (a after) meets(e *recording.Entry) bool { return judge.Since(a.request, e) && e.At < a.end }

func (a after) String() string { return "after " + a.request.Operation() }

// Carrying are notifications whose user data holds pairs; it may hold others.
func Carrying(pairs map[string]any) Condition {
	return carrying{said{voice.Carrying(pairs), "with the user data " + shortData(pairs)}, pairs}
}

type carrying struct {
	said

	pairs map[string]any
}

// Before are notifications that came before a request was sent.
func Before(label string) Condition { return before{Request(label)} }

type before struct{ request *recording.Entry }

func (b before) meets(e *recording.Entry) bool { return e.At < b.request.At }

func (b before) String() string { return "before " + b.request.Operation() }

// Meeting is a predicate for the player's waits: what is awaited is what is judged.
func Meeting(conditions ...Condition) func(*recording.Entry) bool {
	return func(e *recording.Entry) bool { return meets(e, conditions) }
}

// Offers reports whether a notified call offers an operation.
func Offers(e *recording.Entry, operation string) bool { return voice.CallOf(e).Offers(operation) }
