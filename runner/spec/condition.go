package spec

import (
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
	Ringing     State = "Ringing"
	Dialing     State = "Dialing"
	Established State = "Established"
	Held        State = "Held"
	Released    State = "Released"
)

func (s State) meets(e *recording.Entry) bool { return e.State() == string(s) }

func (s State) String() string { return "of the call in state " + string(s) }

// OneOf are states of which any will do.
func OneOf(states ...State) Condition { return oneOf(states) }

type oneOf []State

func (o oneOf) meets(e *recording.Entry) bool { return slices.Contains(o, State(e.State())) }

func (o oneOf) String() string {
	names := make([]string, len(o))
	for i, s := range o {
		names[i] = string(s)
	}
	return "of the call in state " + strings.Join(names, " or ")
}

// OfType are notifications with a notificationType.
func OfType(kind string) Condition { return ofType(kind) }

type ofType string

func (t ofType) meets(e *recording.Entry) bool { return e.Type() == string(t) }

func (t ofType) String() string { return "by " + string(t) }

// After are notifications that came after a request was sent, and before calls were hung up to clean up: what is
// notified from then on is our own doing.
func After(label string) Condition {
	e := Request(label)
	return after{request: e, end: Case().FirstHangup(e)}
}

type after struct {
	request *recording.Entry
	end     float64
}

func (a after) meets(e *recording.Entry) bool { return judge.Since(a.request, e) && e.At < a.end }

func (a after) String() string { return "after " + a.request.Operation() }

// Carrying are notifications whose user data holds pairs; it may hold others.
func Carrying(pairs map[string]any) Condition { return carrying(pairs) }

type carrying map[string]any

func (c carrying) meets(e *recording.Entry) bool { return judge.HasPairs(userData(e), c) }

func (c carrying) String() string { return "with the user data " + shortData(c) }

func userData(e *recording.Entry) map[string]any {
	data, _ := e.Call()["userData"].(map[string]any)
	return data
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
