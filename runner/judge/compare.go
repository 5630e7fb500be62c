package judge

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/voicespec/voicespec/runner/document"
	"github.com/voicespec/voicespec/runner/recording"
)

// place says how a member of the page's message is compared with the live one.
type place int

const (
	literal    place = iota // the same value
	optional                // the same value, where the member is there
	identifier              // renamed consistently
	numbers                 // participants: a set of renamed numbers
	pairs                   // user data: the page's pairs are there, others may be
	recorded                // recordingState: the same value, on the pages about recording
	features                // capabilities: only those that a feature adds
)

// places lists the members of a call notification that a page is compared in, and the
// requirement that a difference breaks; "" is the step's own.
var places = map[string]struct {
	kind        place
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

// Differences are the findings of one step of the page for one requirement: every
// difference between the page's message and the one that stands for it.
func (p *Page) Differences(s *document.Step, requirement string) []Finding {
	e := p.matched[s]
	if e == nil {
		return nil
	}
	return only(requirement, p.compare(s, e))
}

// compare holds a live notification against the page's.
func (p *Page) compare(s *document.Step, e *recording.Entry) []Finding {
	if s.Call() == nil {
		return p.compareDevice(s, e)
	}
	var out []Finding
	if t := s.Type(); t != "" && e.Type() != t {
		out = append(out, Finding{Requirement: "MSG-2", Entry: e, Path: "data.notificationType", Expected: t, Observed: Short(e.Type())})
	}
	page, live := s.Call(), e.Call()
	for _, member := range sorted(page) {
		pl, known := places[member]
		if !known {
			continue
		}
		f := p.compareMember(s, pl.kind, member, page[member], live)
		if f == nil {
			continue
		}
		f.Entry, f.Path, f.Requirement = e, "data.call."+member, attribute(s, member, pl.requirement, page[member])
		out = append(out, *f)
	}
	if f := p.withoutUserData(s, live); f != nil {
		f.Entry = e
		out = append(out, *f)
	}
	return out
}

// attribute says whose a difference is: the step's own requirement, if the member is what the
// page's operation is about, else the requirement of the member.
func attribute(s *document.Step, member, requirement string, value any) string {
	topic, _, _ := strings.Cut(s.Requirement, "-")
	switch {
	case member == "userData" && topic == "RECORD":
		return "RECORD-5"
	case requirement == "":
		return s.Requirement
	case member == "mute" && (topic == "MUTE" || value == "On"),
		member == "monitoredUserMuted" && value == true,
		member == "participants" && topic == "CONFERENCE" && s.State() == "Established":
		return s.Requirement
	}
	return requirement
}

func (p *Page) compareMember(s *document.Step, kind place, member string, want any, live map[string]any) *Finding {
	got, present := live[member]
	switch kind {
	case literal, optional, recorded:
		if kind == optional && !present || kind == recorded && !strings.HasPrefix(s.Requirement, "RECORD-") {
			return nil
		}
		if !cmp.Equal(want, got) {
			return &Finding{Expected: Short(want), Observed: orMissing(got, present)}
		}
	case identifier:
		number := p.renamed(str(want))
		if text, ok := got.(string); ok && text != number && !sameNumber(text, number) && number != "" {
			return &Finding{Expected: number, Observed: Short(got)}
		}
	case numbers:
		return p.compareParticipants(want, got)
	case pairs:
		return comparePairs(want, got)
	case features:
		return compareFeatures(s, want, got)
	}
	return nil
}

func (p *Page) renamed(value string) string {
	if live, ok := p.rename[value]; ok {
		return live
	}
	return value
}

func orMissing(v any, present bool) string {
	if !present {
		return "missing"
	}
	return Short(v)
}

func (p *Page) compareParticipants(want, got any) *Finding {
	wantList, _ := want.([]any)
	gotList, ok := got.([]any)
	if !ok {
		return nil // the schema says so
	}
	var expect, seen []string
	for _, w := range wantList {
		if o, ok := w.(map[string]any); ok {
			expect = append(expect, p.renamed(str(o["phoneNumber"])))
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
			return &Finding{Expected: list(expect), Observed: list(seen)}
		}
		left = slices.Delete(left, i, i+1)
	}
	if len(left) > 0 {
		return &Finding{Expected: list(expect), Observed: list(seen)}
	}
	return nil
}

func list(items []string) string { return "[" + strings.Join(items, ", ") + "]" }

// comparePairs: the switch may attach pairs of its own, so only the page's are looked for.
func comparePairs(want, got any) *Finding {
	expect, ok := want.(map[string]any)
	if !ok {
		return nil
	}
	have, ok := got.(map[string]any)
	if !ok && len(expect) > 0 {
		return &Finding{Expected: jsonOf(expect), Observed: "no user data"}
	}
	var wrong []string
	for _, k := range sorted(expect) {
		v, present := have[k]
		switch {
		case !present:
			wrong = append(wrong, k+" is missing")
		case !cmp.Equal(expect[k], v):
			wrong = append(wrong, fmt.Sprintf("%s is %s", k, Short(v)))
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return &Finding{Expected: jsonOf(expect), Observed: strings.Join(wrong, ", ")}
}

// withoutUserData: DeleteUserData leaves no userData member, DeleteUserDataPair not the named pair.
func (p *Page) withoutUserData(s *document.Step, live map[string]any) *Finding {
	cause := p.Cause(s)
	if cause == nil || s.Type() != "AttachedDataChanged" {
		return nil
	}
	data, has := live["userData"].(map[string]any)
	switch cause.Operation() {
	case "DeleteUserData":
		if _, present := live["userData"]; present {
			return &Finding{Requirement: s.Requirement, Path: "data.call.userData", Expected: "no such member", Observed: Short(live["userData"])}
		}
	case "DeleteUserDataPair":
		if key := str(cause.Body()["key"]); has && data[key] != nil {
			return &Finding{Requirement: s.Requirement, Path: "data.call.userData." + key, Expected: "no such pair", Observed: Short(data[key])}
		}
	}
	return nil
}

// compareFeatures compares only what a feature adds to the capabilities (recording); the
// rest is a matter of the state and judged by its own rule.
func compareFeatures(s *document.Step, want, got any) *Finding {
	if !strings.HasPrefix(s.Requirement, "RECORD-") {
		return nil
	}
	expect, seen := among(want, recordingOps), among(got, recordingOps)
	if slices.Equal(expect, seen) {
		return nil
	}
	return &Finding{Expected: "of the recording operations " + list(expect), Observed: list(seen)}
}

// among are the operations of a capabilities list that are in ops (all for nil), sorted, each once.
func among(v any, ops []string) []string {
	var out []string
	l, _ := v.([]any)
	for _, x := range l {
		if s, ok := x.(string); ok && (ops == nil || slices.Contains(ops, s)) {
			out = append(out, s)
		}
	}
	sort.Strings(out)
	return slices.Compact(out)
}

func sorted(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

func jsonOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}

// HasPairs tells whether user data holds all the wanted pairs; it may hold others.
func HasPairs(have, want map[string]any) bool { return comparePairs(normal(want), any(have)) == nil }

// normal brings Go values into the form of decoded JSON.
func normal(v map[string]any) any { return recording.DecodeJSON([]byte(jsonOf(v))) }

// JSON prints a value for a failure text.
func JSON(v any) string { return jsonOf(v) }
