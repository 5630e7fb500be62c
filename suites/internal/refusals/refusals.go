// Package refusals is the table of what a server must refuse: each case is sent, and judged by its answer, by what it
// caused, and by whether an error notification took it back.
//
// A refusal needs no waiting: whether it had an effect all the same shows by the time the last
// one is over, since notifications of one session keep their order. A request that was accepted, and
// the last of all, is followed by a fence, an operation whose own notification must come: what has
// not come before it does not come.
package refusals

import (
	"strings"

	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
)

// Case is one request that must be refused.
type Case struct {
	Name        string // of the check, and of the step on the tape
	Title       string
	Requirement string
	// Expect is the statusCode that the table gives for the cause; empty where the documents leave it open.
	Expect []int64
	// Send sends the request; the label must be used for it.
	Send func(s *play.Stage, c *play.Call, label string) *recording.Entry
	// Freeform: the form of the refusal is not the API's own (an unknown path, credentials).
	Freeform bool
	// Harmless cases are refused or ignored alike: that nothing changed is all that counts.
	Harmless bool
}

// Malformed reports whether a case is no JSON at all, or more of it than a parser takes: who reads it may be a container in
// front of the API, which answers in its own form.
func (c Case) Malformed() bool { return c.Requirement == "ERR-5" || c.Name == "deep-nesting" }

// Label is the label of the case's request.
func (c Case) Label() string { return recording.Refusal.Label(c.Name) }

// Post is a case by an operation on the call in the agent's name.
func Post(name, title, requirement, operation string, params map[string]any, expect ...int64) Case {
	return Case{Name: name, Title: title, Requirement: requirement, Expect: expect, Send: func(s *play.Stage, c *play.Call, label string) *recording.Entry {
		return s.Operate(s.Agent, label, c, operation, params)
	}}
}

// Raw is a case by a body that is sent as it is.
func Raw(name, title, requirement, contentType, body string, expect ...int64) Case {
	return Case{Name: name, Title: title, Requirement: requirement, Expect: expect, Send: func(s *play.Stage, c *play.Call, label string) *recording.Entry {
		return s.PostRaw(s.Agent, label, "/me/calls/"+c.ID(s.Agent), contentType, []byte(body))
	}}
}

// WithoutDestination are the ways in which the destination of an operation is missing or wrong; name begins their names.
func WithoutDestination(name, requirement, operation string) []Case {
	return []Case{
		Post(name+"no-destination", operation+" without destination", requirement, operation, nil, 1),
		Post(name+"destination-text", operation+" with a text as destination", requirement, operation, to("5001"), 1, 2, 10),
		Post(name+"destination-list", operation+" with a list as destination", "ERR-16", operation, to([]any{"5001"}), 1, 2, 10),
		Post(name+"destination-empty", operation+" with an empty object as destination", requirement, operation, map[string]any{
			"destination": map[string]any{}, "userData": map[string]any{"VoicespecRefused": operation},
		}, 1, 2, 10),
		withData(name+"user-data-text", operation, "a text", "text"),
		withData(name+"user-data-list", operation, "a list", []any{"VsList"}),
	}
}

// withData is an operation with a good destination, and user data of the wrong type.
func withData(name, operation, what string, data any) Case {
	return Case{
		Name: name, Title: operation + " with " + what + " as userData", Requirement: "ERR-8", Expect: []int64{2, 10},
		Send: func(s *play.Stage, c *play.Call, label string) *recording.Entry {
			number := map[string]any{"phoneNumber": s.Destination.Party.Number}
			return s.Operate(s.Agent, label, c, operation, map[string]any{"destination": number, "userData": data})
		},
	}
}

// formerly are the operations that are tried by who has left a call; the last ends it if it is done.
var formerly = []struct {
	operation string
	params    map[string]any
}{
	{"SendDtmf", map[string]any{"digits": "4"}},
	{"AttachUserData", map[string]any{"userData": map[string]any{"VoicespecFormer": "who has left"}}},
	{"DeleteUserData", nil},
	{"Hold", nil},
	{"Hangup", nil},
}

// Former are the operations of somebody who has left a call that goes on. None may have an effect; a server that keeps calls for a while
// after their end may answer them as it likes.
func Former(name string, who func(*play.Stage) *play.Actor) []Case {
	var out []Case
	for _, o := range formerly {
		out = append(out, Case{
			Name: name + "-" + strings.ToLower(o.operation), Title: o.operation + " by who has left the call", Requirement: "AUTH-7", Harmless: true,
			Send: func(s *play.Stage, c *play.Call, label string) *recording.Entry {
				if a := who(s); !a.Controlled() {
					return s.Skip(label, a.Absence())
				}
				return s.Operate(who(s), label, c, o.operation, o.params)
			},
		})
	}
	return out
}

func to(destination any) map[string]any { return map[string]any{"destination": destination} }
