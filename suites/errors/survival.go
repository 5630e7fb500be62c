package errors

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/fixtures/malformed"
	. "github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/suites/internal/refusals"
)

const (
	megabyte = 1 << 20
	longText = 10 << 10
)

// survival are requests of which no page says whether they are taken: they must be answered, and the
// server must go on.
func survival() {
	Scenario("errors.survival", "Requests that must be survived", Profiles("errors"), Page("ReturnValues", "statusCode"), Play(survive), func() {
		It("long and non-ASCII requests are answered with a statusCode", Check("size-and-characters", "ERR-12"), func() {
			Expect(Requests("refusal.survive-")).To(BeSurvived())
			if Sent("fence.survival") {
				Expect(Request("fence.survival")).To(ShowTheServerAlive())
			}
		})
		It("an unknown additional parameter does no harm", Check("unknown-parameters", "ERR-13"), func() {
			Expect(Request("refusal.additional")).To(BeAccepted())
		})
		It("a request of another content type changes nothing unless it is accepted", Check("content-type", "ERR-11"), func() {
			Expect(Mistakes(ofOtherTypes()...)).To(HaveNoEffect())
		})
		forms()
	})
}

func survive(s *Stage) {
	c := s.Inbound("original")
	path := "/me/calls/" + c.ID(s.Agent)
	post := func(name, body string) {
		s.PostRaw(s.Agent, "refusal.survive-"+name, path, "application/json", []byte(body))
	}
	post("megabyte", `{"operationName":"VoicespecNoSuchOperation","text":"`+strings.Repeat("a", megabyte)+`"}`)
	post("long-key", `{"operationName":"DeleteUserDataPair","key":"`+strings.Repeat("k", longText)+`"}`)
	post("long-participant", `{"operationName":"RemoveParticipantFromConference","participant":"`+strings.Repeat("5", longText)+`"}`)
	post("non-ascii", "{\"operationName\":\"DeleteUserDataPair\",\"key\":\"Schl\u00fcssel \u9375 \U0001f511\"}")
	post("non-ascii-operation", "{\"operationName\":\"Auflegen \u2013 \u5207\u65ad\"}")
	refusals.Fence(s, c, "survival", "Established")
	more := map[string]any{"userData": map[string]any{"VoicespecMore": "1"}, "voicespecUnknown": []any{1, "2"}}
	s.Operate(s.Agent, "refusal.additional", c, "UpdateUserData", more)
	endless := map[string]any{"destination": map[string]any{"phoneNumber": strings.Repeat("5", longText)}}
	if s.Operate(s.Agent, "refusal.survive-long-number", c, "InitiateTransfer", endless).Accepted() {
		s.Settle() // whatever came of it
		s.EndCalls()
		c = s.Inbound("second")
	}
	for _, m := range otherTypes() {
		// An operation that is taken must be seen to be done before the next is tried.
		mark := s.Mark()
		if s.PostRaw(s.Agent, typeLabel(m), "/me/calls/"+c.ID(s.Agent), m.ContentType, []byte(m.Text)).Accepted() {
			s.AwaitState(s.Agent, c, mark, "Held")
			break
		}
	}
	refusals.FenceAll(s, c, "survival-end")
}

// otherTypes are well-formed bodies of another content type than JSON.
func otherTypes() []malformed.Case {
	var out []malformed.Case
	for _, m := range rows() {
		if m.Requirement == "ERR-11" {
			out = append(out, m)
		}
	}
	return out
}

func typeLabel(m malformed.Case) string { return "type." + m.Name }

func ofOtherTypes() []Mistake {
	var out []Mistake
	for _, m := range otherTypes() {
		out = append(out, Mistake{Label: typeLabel(m), Because: m.Wrong})
	}
	return out
}
