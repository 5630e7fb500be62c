// Package explore is a model-based random walk: it chooses what people of a station do by what calls and devices offer, plays
// it, shrinks a walk in which something was found to the shortest that still shows it, and writes that as a script. It judges
// nothing: that is done over the recording, by the rules of every run.
package explore

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
)

// Step is one thing that somebody of a station does. Calls are named by the step that made them, so that a step means the
// same in a shorter walk.
type Step struct {
	Who   string `json:"who" yaml:"who"` // role
	Do    string `json:"do" yaml:"do"`   // operation, or Reconnect, Relogin, Read
	Call  string `json:"call,omitempty" yaml:"call,omitempty"`
	To    string `json:"to,omitempty" yaml:"to,omitempty"`       // role, or a number
	Other string `json:"other,omitempty" yaml:"other,omitempty"` // other call of the same person
	As    string `json:"as,omitempty" yaml:"as,omitempty"`       // name of the call that it makes
	// With are parameters as they are sent: digits, userData, key.
	With map[string]any `json:"with,omitempty" yaml:"with,omitempty"`
	// Of is the role of another person whose call or device is named: a stranger's, who must be refused.
	Of string `json:"of,omitempty" yaml:"of,omitempty"`
	// Wrong says what is wrong with the request: not-offered, stranger, unknown-call, no-parameters.
	Wrong string `json:"wrong,omitempty" yaml:"wrong,omitempty"`
	// Together is done without waiting for what comes of it.
	Together bool `json:"together,omitempty" yaml:"together,omitempty"`
}

// What people do beside operations.
const (
	Reconnect = "Reconnect" // the Bayeux session is ended, and another begun
	Relogin   = "Relogin"   // all sessions are ended, and begun anew
	Read      = "Read"      // the calls and the device are read
)

// What is wrong with a request that must be refused.
const (
	NotOffered   = "not-offered"
	Stranger     = "stranger"
	UnknownCall  = "unknown-call"
	NoParameters = "no-parameters"
)

// String is the step as a line for people.
func (s Step) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", s.Who, s.Do)
	if s.Call != "" {
		fmt.Fprintf(&b, " %s", s.Call)
	}
	if s.Of != "" {
		fmt.Fprintf(&b, " of the %s", s.Of)
	}
	if s.To != "" {
		fmt.Fprintf(&b, " to %s", s.To)
	}
	if s.Other != "" {
		fmt.Fprintf(&b, " with %s", s.Other)
	}
	if s.As != "" {
		fmt.Fprintf(&b, " as %s", s.As)
	}
	for _, name := range slices.Sorted(maps.Keys(s.With)) {
		fmt.Fprintf(&b, " %s=%s", name, recording.Cut(recording.JSON(s.With[name])))
	}
	if s.Wrong != "" {
		fmt.Fprintf(&b, " (wrong: %s)", s.Wrong)
	}
	if s.Together {
		b.WriteString(" (and at once)")
	}
	return b.String()
}

// kind is what the step is counted as.
func (s Step) kind() string {
	if s.Wrong != "" {
		return s.Do + " (" + s.Wrong + ")"
	}
	return s.Do
}
