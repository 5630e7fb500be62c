package errors

import (
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	. "github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/runner/voice"
	"github.com/voicespec/voicespec/suites/internal/refusals"
)

// pair is the Held original and the Established consult call of a transfer on its way.
type pair struct{ original, consult *play.Call }

// place is where something wrong is asked for: of which of the two calls, by whom.
type place struct {
	name, title string
	who         func(*Stage) *play.Actor
	of          func(pair) *play.Call
}

func ofOriginal(p pair) *play.Call { return p.original }
func ofConsult(p pair) *play.Call  { return p.consult }

var places = []place{
	{"held", "of the Held original", func(s *Stage) *play.Actor { return s.Agent }, ofOriginal},
	{"consult", "of the consult call", func(s *Stage) *play.Actor { return s.Agent }, ofConsult},
	{"caller", "by the caller, whom the agent holds", func(s *Stage) *play.Actor { return s.Caller }, ofOriginal},
	{"destination", "by the destination, of the consult call", func(s *Stage) *play.Actor { return s.Destination }, ofConsult},
}

// wrong are operations that lack what they need, or have something else in its place.
var wrong = []struct {
	name, title, requirement, operation string
	params                              map[string]any
}{
	{"letters", "SendDtmf with letters", "DTMF-2", "SendDtmf", map[string]any{"digits": "five"}},
	{"no-digits", "SendDtmf without digits", "DTMF-2", "SendDtmf", nil},
	{"attach-text", "AttachUserData with a text as userData", "ERR-8", "AttachUserData", map[string]any{"userData": "VsText"}},
	{"attach-list", "AttachUserData with a list as userData", "ERR-8", "AttachUserData", map[string]any{"userData": []any{"VsList"}}},
	{"update-nothing", "UpdateUserData without userData", "ERR-7", "UpdateUserData", nil},
	{"update-text", "UpdateUserData with a text as userData", "ERR-8", "UpdateUserData", map[string]any{"userData": "VsText"}},
	{"delete-pair-nothing", "DeleteUserDataPair without key", "ERR-7", "DeleteUserDataPair", nil},
	{"transfer-nowhere", "SingleStepTransfer without destination", "ERR-7", "SingleStepTransfer", nil},
	{"conference-nowhere", "InitiateConference without destination", "ERR-7", "InitiateConference", nil},
	{"unknown", "an operation that does not exist", "ERR-6", "NoSuchOperation", nil},
}

// casesAt are what is wrong as requests at a place; now are the calls that they are about. What a call does not offer is left out:
// whether it is refused is another question.
func (p place) casesAt(now *pair) []refusals.Case {
	var out []refusals.Case
	for _, w := range wrong {
		out = append(out, refusals.Case{
			Name: p.name + "-" + w.name, Title: w.title + ", " + p.title, Requirement: w.requirement, Expect: expected[w.requirement],
			Send: func(s *play.Stage, _ *play.Call, label string) *recording.Entry {
				a, c := p.who(s), p.of(*now)
				last := s.Seen(a, 0, s.About(a, c))
				if voice.Find(w.operation).Name != "" && (last == nil || !voice.CallOf(last).Offers(w.operation)) {
					return s.Skip(label, "it is not offered")
				}
				return s.Operate(a, label, c, w.operation, w.params)
			},
		})
	}
	return out
}

// elsewhere is what must be refused of an Established call, tried of a Held one, of a consult call, and by the other parties.
func elsewhere() {
	cases := func(now *pair) (all []refusals.Case) {
		for _, p := range places {
			all = append(all, p.casesAt(now)...)
		}
		return all
	}
	all := cases(nil) // as they are judged
	Scenario("errors.elsewhere", "Requests that must be refused of a Held call, of a consult call, and by the other parties", Profiles("errors"),
		Page("ReturnValues", "statusCode"), NeedsDestination, Play(func(s *Stage) {
			var now pair
			arrange := func() *play.Call {
				now.original = s.Inbound("original")
				refusals.Keep(s, now.original)
				now.consult = s.Consult(now.original, "consult", "InitiateTransfer")
				s.DestinationAnswers(now.consult)
				return now.original
			}
			refusals.Play(s, arrange(), "Held", arrange, cases(&now)...)
			refusals.FenceAll(s, now.consult, "elsewhere")
		}), func() {
			for _, g := range groups {
				if members := ofRequirement(all, g.requirement); len(members) > 0 {
					refusals.Group(g.name, g.title, g.requirement, members...)
				}
			}
			refusals.Common(all...)
		})
}
