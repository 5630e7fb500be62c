package page

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/voicespec/voicespec/runner/recording"
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
	page, live := s.Call(), e.Call()
	for _, member := range slices.Sorted(maps.Keys(page)) {
		if _, compared := places[member]; !compared {
			continue
		}
		d := r.compareMember(s, member, page[member], live)
		if d == nil {
			continue
		}
		d.Path, d.Requirement = "data.call."+member, s.requirementOf(member)
		_, present := live[member]
		d.other = present && slices.Contains(changes, member)
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
	if s.About == Recording && member == "userData" {
		return "RECORD-5"
	}
	own := s.About == Mute && member == "mute" ||
		s.About == Monitoring && member == "monitoredUserMuted" ||
		s.About == Conference && member == "participants" && s.State() == "Established"
	if requirement := places[member].requirement; requirement != "" && !own {
		return requirement
	}
	return s.Requirement
}

func (r *Replay) compareMember(s *Step, member string, want any, live map[string]any) *Difference {
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
		number := r.renamed(str(want))
		if text, ok := got.(string); ok && text != number && !sameNumber(text, number) && number != "" {
			return &Difference{Expected: number, Observed: recording.Short(got)}
		}
	case numbers:
		return r.compareParticipants(want, got)
	case pairs:
		return comparePairs(want, got)
	case features:
		if s.About == Recording {
			return compareRecordingOffers(want, got)
		}
	}
	return nil
}

func (r *Replay) compareParticipants(want, got any) *Difference {
	wantList, _ := want.([]any)
	gotList, ok := got.([]any)
	if !ok {
		return nil // the schema says so
	}
	var expect, seen []string
	for _, w := range wantList {
		if o, ok := w.(map[string]any); ok {
			expect = append(expect, r.renamed(str(o["phoneNumber"])))
		}
	}
	for _, g := range gotList {
		switch x := g.(type) {
		case map[string]any:
			seen = append(seen, str(x["phoneNumber"]))
		case string:
			seen = append(seen, x)
		}
	}
	left := slices.Clone(seen)
	for _, n := range expect {
		i := slices.IndexFunc(left, func(s string) bool { return s == n || sameNumber(s, n) })
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

// HasPairs reports whether user data holds all the wanted pairs, both as decoded JSON; it may hold others.
func HasPairs(have, want any) bool { return comparePairs(want, have) == nil }

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
func (r *Replay) deleted(s *Step, live map[string]any) *Difference {
	cause := r.Page.Cause(s)
	if cause == nil || s.Type() != "AttachedDataChanged" {
		return nil
	}
	have, present := live["userData"]
	switch cause.Operation() {
	case "DeleteUserData":
		if present {
			return &Difference{Requirement: s.Requirement, Path: "data.call.userData", Expected: "no such member", Observed: recording.Short(have)}
		}
	case "DeleteUserDataPair":
		_, body := r.Request(cause, func() string { return "" })
		key := str(body["key"])
		if data, _ := have.(map[string]any); data[key] != nil {
			return &Difference{Requirement: s.Requirement, Path: "data.call.userData." + key, Expected: "no such pair", Observed: recording.Short(data[key])}
		}
	}
	return nil
}

var recordingOperations = []string{"StartCallRecording", "PauseCallRecording", "ResumeCallRecording", "StopCallRecording"}

// compareRecordingOffers compares only what recording adds to the capabilities; the rest is a matter of
// the state and judged by its own rule.
func compareRecordingOffers(want, got any) *Difference {
	expect, seen := Offered(want, recordingOperations), Offered(got, recordingOperations)
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
