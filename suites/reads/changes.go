package reads

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	. "github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/runner/voice"
)

// A step changes one thing of an Established call with user data. What else is said of the call stays as it was, in what is
// notified (which is judged for the whole run) and in what is read behind it.
type step struct {
	operation string
	params    map[string]any
	told      string // notificationType or state that is waited for
}

var steps = []step{
	{"DeleteUserDataPair", map[string]any{"key": "VsGone"}, voice.AttachedDataChanged},
	{"SendDtmf", map[string]any{"digits": "5"}, voice.DtmfSent},
	{"MuteCall", nil, voice.StatusChange},
	{"UpdateUserData", map[string]any{"userData": map[string]any{"VsMore": "3"}}, voice.AttachedDataChanged},
	{"UnmuteCall", nil, voice.StatusChange},
	{"StartCallRecording", nil, voice.RecordingStateChange},
	{"AttachUserData", map[string]any{"userData": map[string]any{"VsNew": "4"}}, voice.AttachedDataChanged},
	{"StopCallRecording", nil, voice.RecordingStateChange},
	{"Hold", nil, voice.Held},
	{"Answer", nil, ""}, // which a Held call does not offer
	{"UpdateUserData", map[string]any{"userData": map[string]any{"VsKept": "5"}}, voice.AttachedDataChanged},
	{"Retrieve", nil, voice.Established},
	{"DeleteUserData", nil, voice.AttachedDataChanged},
	{"SendDtmf", map[string]any{"digits": "6"}, voice.DtmfSent},
}

// kept is what the call has before the first step.
var kept = map[string]any{"VsKept": "1", "VsGone": "2"}

func changes() {
	Scenario("reads.changes", "What is read of a call after each change of it", Profiles("calls"), Page("RecoveringExistingState", "GET /me/calls"),
		Play(playChanges), func() {
			It("GET of the call says what was notified last", Check("after-changes", "READ-1"), func() {
				Expect(Readings(readingsOf("change.", original)...)).To(AgreeWithNotifications())
			})
			It("GET of both calls says what was notified last, once they are swapped", Check("after-swap", "READ-1"), func() {
				Expect(Readings(append(readingsOf("swapped."+original, original), readingsOf("swapped."+consult, consult)...)...)).To(AgreeWithNotifications())
			})
		})
}

// readingsOf are the reads of a call that were sent with labels that begin so.
func readingsOf(prefix, call string) []Reading {
	var out []Reading
	for _, e := range Case().Steps(prefix) {
		out = append(out, Reading{Label: e.Step, Calls: []string{call}})
	}
	return out
}

func playChanges(s *Stage) {
	c := s.Inbound(original)
	mark := s.Mark()
	if s.Operate(s.Agent, recording.Arrange.Label("data"), c, "UpdateUserData", map[string]any{"userData": kept}).Accepted() {
		s.Await(s.Agent, "user data", mark, Meeting(Carrying(kept)))
	}
	for i, it := range steps {
		if it.told != "" && !now(s, c).Offers(it.operation) {
			continue // a feature that the server does not have
		}
		take(s, c, it)
		s.Get(s.Agent, "change."+strings.ToLower(it.operation)+string(rune('a'+i)), "/me/calls/"+c.ID(s.Agent))
	}
	swap(s, c)
}

// shows reports whether a notification of its type says what a change did, and not what one before it did.
func shows(it step, e *recording.Entry) bool {
	if pairs, ok := it.params["userData"].(map[string]any); ok {
		return Meeting(Carrying(pairs))(e)
	}
	return voice.Find(it.operation).Shows(e)
}

// take waits for what the change is told by: what is read before it could say either.
func take(s *Stage, c *play.Call, it step) {
	mark := s.Mark()
	e := s.Operate(s.Agent, recording.Arrange.Label(it.operation), c, it.operation, it.params)
	if e.Accepted() && it.told != "" {
		s.Await(s.Agent, it.told, mark, func(e *recording.Entry) bool {
			return e.CallID() == c.ID(s.Agent) && (e.Type() == it.told && shows(it, e) || e.State() == it.told)
		})
	}
}

// swap reads both calls of a pair after SwapCalls, where it is offered.
func swap(s *Stage, c *play.Call) {
	if !s.Destination.Controlled() {
		return
	}
	second := s.Consult(c, consult, "InitiateTransfer")
	s.DestinationAnswers(second)
	if !now(s, second).Offers("SwapCalls") {
		return
	}
	mark := s.Mark()
	if s.Operate(s.Agent, recording.Arrange.Label("swap"), second, "SwapCalls", map[string]any{"otherCallUri": s.CallURI(s.Agent, c)}).Accepted() {
		s.AwaitState(s.Agent, second, mark, voice.Held)
		s.AwaitState(s.Agent, c, mark, voice.Established)
		s.GetAll(s.Agent, ofCall("swapped."+original, c.ID(s.Agent)), ofCall("swapped."+consult, second.ID(s.Agent)))
	}
}

// now is the call as the agent was notified of it last.
func now(s *Stage, c *play.Call) voice.Call {
	e := s.Seen(s.Agent, 0, func(e *recording.Entry) bool { return e.CallID() == c.ID(s.Agent) && !e.IsError() })
	if e == nil {
		return nil
	}
	return voice.CallOf(e)
}
