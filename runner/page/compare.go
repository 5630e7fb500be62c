package page

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// Difference is a place where a notification says something else than the page.
type Difference struct {
	Requirement string // what it breaks: the step's own, or that of the member
	Path        string
	Expected    string
	Observed    string

	other bool // another change is told than the page's
}

// kind says how a member of the page's message is compared with the live one.
type kind int

const (
	literal    kind = iota // the same value
	optional               // the same value, where the member is there
	identifier             // renamed consistently
	numbers                // participants: a set of renamed numbers
	pairs                  // user data: the page's pairs are there, others may be
	recorded               // recordingState: the same value, where the page is about recording
	features               // capabilities: only those that recording adds, where the page is about it
)

// places are the members of a call notification that a page is compared in, and the requirement that a
// difference breaks; "" is the step's own.
var places = map[string]struct {
	kind        kind
	requirement string
}{
	"notificationType":      {literal, "MSG-2"},
	"callType":              {literal, "MSG-10"},
	"dnis":                  {identifier, "ID-9"},
	"participants":          {numbers, "ID-8"},
	"mute":                  {literal, "MSG-9"},
	"supervisorListeningIn": {literal, "MSG-9"},
	"monitoredUserMuted":    {literal, "MSG-9"},
	"monitoring":            {optional, "MSG-9"},
	"recordingState":        {recorded, ""},
	"userData":              {pairs, ""},
	"capabilities":          {features, ""},
}

// changes are the members that tell one change of a call from another of the same type and state.
var changes = []string{"mute", "recordingState", "monitoredUserMuted"}

// Differences are all between a step's notification and one that may stand for it.
func (r *Replay) Differences(s *Step, e *recording.Entry) []Difference {
	key := told{s, e}
	out, done := r.differences[key]
	if !done {
		if s.Call() == nil {
			out = r.compareDevice(s, e)
		} else {
			out = r.compareCall(s, e)
		}
		r.differences[key] = out
	}
	return out
}

func (r *Replay) compareCall(s *Step, e *recording.Entry) []Difference {
	var out []Difference
	if t := s.Type(); t != "" && e.Type() != t {
		requirement := places["notificationType"].requirement
		out = append(out, Difference{Requirement: requirement, Path: "data.notificationType", Expected: t, Observed: recording.Short(e.Type())})
	}
	page, live := s.Call(), voice.CallOf(e)
	for _, member := range slices.Sorted(maps.Keys(page)) {
		if _, compared := places[member]; !compared {
			continue
		}
		d := r.compareMember(s, member, page, live)
		if d == nil {
			continue
		}
		d.Path, d.Requirement = "data.call."+member, s.requirementOf(member)
		// Of what no page types, the company may be told in a second notification: that is waited for.
		d.other = live.Has(member) && (slices.Contains(changes, member) || member == "participants" && (s.Type() == voice.ParticipantsUpdated || s.Type() == ""))
		out = append(out, *d)
	}
	if d := r.deleted(s, live); d != nil {
		out = append(out, *d)
	}
	return out
}

// requirementOf is what a difference in a member breaks: the step's own requirement, if the member is what
// the page is about, else that of the member.
func (s *Step) requirementOf(member string) string {
	switch {
	case s.About == Recording && member == "userData":
		return "RECORD-5"
	case member == "participants" && s.State() == voice.Released:
		return "ID-20"
	}
	own := s.About == Mute && member == "mute" ||
		s.About == Monitoring && member == "monitoredUserMuted" ||
		s.About == Conference && member == "participants" && s.State() == voice.Established
	if requirement := places[member].requirement; requirement != "" && !own {
		return requirement
	}
	return s.Requirement
}

func (r *Replay) compareMember(s *Step, member string, page, live voice.Call) *Difference {
	want := page[member]
	got, present := live[member]
	switch how := places[member].kind; how {
	case literal, optional, recorded:
		if how == optional && !present || how == recorded && s.About != Recording {
			return nil
		}
		if !cmp.Equal(want, got) {
			return &Difference{Expected: recording.Short(want), Observed: recording.ShortOrMissing(got, present)}
		}
	case identifier:
		number, _ := page.Text(member)
		number = r.renamed(number)
		if text, ok := live.Text(member); ok && number != "" && !voice.SameNumber(text, number) {
			return &Difference{Expected: number, Observed: recording.Short(got)}
		}
	case numbers:
		return r.compareParticipants(page, live)
	case pairs:
		return comparePairs(want, got)
	case features:
		if s.About == Recording {
			return compareRecordingOffers(want, got)
		}
	}
	return nil
}

// compareParticipants: both sides name the same numbers, in whatever order and form.
func (r *Replay) compareParticipants(page, live voice.Call) *Difference {
	if _, listed := live.Parties(); !listed {
		return nil // the schema says so
	}
	expect, seen := page.Numbers(), live.Numbers()
	for i, number := range expect {
		expect[i] = r.renamed(number)
	}
	left := slices.Clone(seen)
	for _, number := range expect {
		i := slices.IndexFunc(left, func(n string) bool { return voice.SameNumber(n, number) })
		if i < 0 {
			return &Difference{Expected: list(expect), Observed: list(seen)}
		}
		left = slices.Delete(left, i, i+1)
	}
	if len(left) > 0 {
		return &Difference{Expected: list(expect), Observed: list(seen)}
	}
	return nil
}

// comparePairs: the switch may attach pairs of its own, so only the page's are looked for.
func comparePairs(want, got any) *Difference {
	expect, ok := want.(map[string]any)
	if !ok {
		return nil
	}
	have, ok := got.(map[string]any)
	if !ok && len(expect) > 0 {
		return &Difference{Expected: recording.JSON(expect), Observed: "no user data"}
	}
	var wrong []string
	for _, k := range slices.Sorted(maps.Keys(expect)) {
		v, present := have[k]
		switch {
		case !present:
			wrong = append(wrong, k+" is missing")
		case !cmp.Equal(expect[k], v):
			wrong = append(wrong, fmt.Sprintf("%s is %s", k, recording.Short(v)))
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return &Difference{Expected: recording.JSON(expect), Observed: strings.Join(wrong, ", ")}
}

// deleted: DeleteUserData leaves no userData member, DeleteUserDataPair not the named pair.
func (r *Replay) deleted(s *Step, live voice.Call) *Difference {
	cause := r.Page.Cause(s)
	if cause == nil || s.Type() != voice.AttachedDataChanged {
		return nil
	}
	switch cause.Operation() {
	case "DeleteUserData":
		if live.Has("userData") {
			return &Difference{Requirement: s.Requirement, Path: "data.call.userData", Expected: "no such member", Observed: recording.Short(live["userData"])}
		}
	case "DeleteUserDataPair":
		_, body := r.Request(cause, func() string { return "" })
		key, _ := body["key"].(string)
		if value := live.UserData()[key]; value != nil {
			return &Difference{Requirement: s.Requirement, Path: "data.call.userData." + key, Expected: "no such pair", Observed: recording.Short(value)}
		}
	}
	return nil
}

// compareRecordingOffers compares only what recording adds to the capabilities; the rest is a matter of
// the state and judged by its own rule.
func compareRecordingOffers(want, got any) *Difference {
	operations := voice.GroupOf(voice.GroupRecording)
	expect, seen := Offered(want, operations), Offered(got, operations)
	if slices.Equal(expect, seen) {
		return nil
	}
	return &Difference{Expected: "of the recording operations " + list(expect), Observed: list(seen)}
}

// Offered are the operations of a capabilities list that are in operations (all for nil), sorted, each once.
func Offered(capabilities any, operations []string) []string {
	var out []string
	l, _ := capabilities.([]any)
	for _, x := range l {
		if s, ok := x.(string); ok && (operations == nil || slices.Contains(operations, s)) {
			out = append(out, s)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func list(items []string) string { return "[" + strings.Join(items, ", ") + "]" }
