// Package chains holds the scenarios that go on where the pages stop: the same operation again, operations after a swap, a
// retrieve or a completion, the second consult call, what others of a call do after it was transferred. Each step is waited
// for at every end, and judged by the outcome that its page documents.
package chains

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/play"
	. "github.com/voicespec/voicespec/runner/spec"
)

// Specs registers the scenarios of this area.
func Specs() {
	chain("chains.again", "One call: everything twice", again, "HOLD-1", "RETRIEVE-1", "DTMF-1", "DATA-1", "DATA-2", "DATA-3", "DATA-4", "HANGUP-2")
	chain("chains.features", "One call: mute and recording twice", features, "MUTE-1", "RECORD-1", "RECORD-2", "RECORD-4")
	refusing("chains.muted", "A muted and recorded call goes through everything", muted, "MUTE-1", "RECORD-1", "DTMF-1", "HOLD-1", "READ-1")
	chain("chains.parties", "Those who do not own a conference, and who is left of it", parties,
		"CONFERENCE-4", "CONFERENCE-17", "HOLD-1", "RETRIEVE-1", "DTMF-1", "READ-1", "HANGUP-2")
	refusing("chains.repeated", "What has taken effect is asked for once more", repeated, "ERR-2", "READ-1", "CONFERENCE-13", "HANGUP-2")
	refusing("chains.cancelled", "A call is given up while it rings, and the next one is used", cancelled, "HANGUP-2", "DIAL-2", "HOLD-1")
	refusing("chains.caller-gone", "The caller hangs up before the transfer is completed", callerGone, "HANGUP-2", "READ-1")
	chain("chains.data", "User data that are easily spoiled go through everything", data, "DATA-2", "DATA-10", "HOLD-1", "TRANSFER-4")
	chain("chains.second-consult", "A consult call is given up, then begun anew and completed", secondConsult,
		"TRANSFER-1", "TRANSFER-2", "TRANSFER-16", "CONFERENCE-1", "CONFERENCE-2", "ANSWER-2", "HANGUP-2", "READ-1")
	refusing("chains.kept", "What is of a call stays with it, through swaps, a refused one among them, and a conference", kept,
		"SWAP-1", "CONFERENCE-2", "CONFERENCE-4", "READ-1")
	chain("chains.swapped-transfer", "A transfer after swaps, then the two who stay", swappedTransfer,
		"SWAP-1", "TRANSFER-4", "TRANSFER-5", "TRANSFER-23", "HOLD-1", "HANGUP-2")
	chain("chains.swapped-conference", "A conference after a swap, then a party leaves", swappedConference,
		"SWAP-1", "CONFERENCE-4", "CONFERENCE-5", "CONFERENCE-17", "DTMF-1", "DATA-2", "READ-1")
	refusing("chains.held-beside", "A call is held beside others, one of which ends while it is held itself", beside,
		"DIAL-2", "DIAL-3", "MSG-16", "HANGUP-2", "TRANSFER-20", "TRANSFER-4", "TRANSFER-5")
	chain("chains.second-call", "A call comes while another is held, and is over first", secondCall,
		"DIAL-2", "ANSWER-2", "MSG-16", "DTMF-1", "HANGUP-2", "RETRIEVE-1")
	refusing("chains.held-ends", "Who holds a conference leaves it, and a call that both hold is hung up", heldEnds,
		"CONFERENCE-4", "CONFERENCE-17", "HOLD-1", "RETRIEVE-1", "MSG-16", "READ-1", "HANGUP-2")
	chain("chains.held-passed-on", "A call is transferred while it is held", heldPassedOn,
		"TRANSFER-18", "TRANSFER-22", "ANSWER-2", "HOLD-1", "RETRIEVE-1", "DTMF-1", "READ-1")
	refusing("chains.original-first", "The original is hung up before the consult call", originalFirst, "HANGUP-2", "READ-1", "READ-2")
	chain("chains.unheld", "A call comes while the agent talks", unheld, "READ-1", "MSG-16", "DATA-2", "HANGUP-2")
	chain("chains.ringing", "User data of a call that rings", ringingData, "DATA-1", "DATA-2", "DATA-3", "DATA-4", "DTMF-1", "HOLD-1", "HANGUP-2")
	chain("chains.called-in", "Somebody is called into a call twice", calledIn, "CONFERENCE-11", "HANGUP-1")
	chain("chains.passed-on", "A call is transferred by who got it", passedOn,
		"TRANSFER-18", "ANSWER-2", "HOLD-1", "RETRIEVE-1", "DATA-2", "MUTE-1")
	chain("chains.passed-back", "A call is transferred, and transferred back by who got it", passedBack,
		"TRANSFER-2", "ANSWER-2", "TRANSFER-4", "TRANSFER-5", "TRANSFER-23", "HOLD-1")
	chain("chains.outbound", "The agent dials; both hold; the caller transfers", outbound, "DIAL-1", "DIAL-2", "HOLD-1", "RETRIEVE-1", "TRANSFER-2")
	chain("chains.at-once", "Both ends do the same at the same moment", atOnce, "HOLD-1", "RETRIEVE-1", "DTMF-1", "HANGUP-2")
	inStep("chains.in-step", "chains.beside", "The same at the same moment on two stations", first)
	inStep("chains.beside", "chains.in-step", "The other of two stations that do the same at the same moment", second)
	scenario("chains.supervision", "One monitoring after the other, and what does not change it", supervision,
		[]string{"MONITOR-1", "MONITOR-3", "MONITOR-7"}, Refusing, Feature(play.Monitoring), WithoutCalls)
	refusing("chains.devices", "Settings of a device, while agent states change", settings, "DEVICE-3", "DEVICE-4", "AGENT-1", "AGENT-2")
}

// chain registers a scenario whose operations are judged by their outcomes.
func chain(id, title string, script func(*chained), requirements ...string) {
	scenario(id, title, script, requirements)
}

// refusing registers a chain in which something is asked for that must be refused.
func refusing(id, title string, script func(*chained), requirements ...string) {
	scenario(id, title, script, requirements, Refusing)
}

// inStep registers a chain that is played in step with another on a second station: whoever mixes people up does so here.
func inStep(id, other, title string, script func(*chained)) {
	scenario(id, title, script, []string{
		"HOLD-1", "RETRIEVE-1", "DTMF-1", "DATA-1", "DATA-2", "TRANSFER-1", "TRANSFER-4", "ANSWER-2", "HANGUP-2",
	}, Refusing, InStepWith(other))
}

func scenario(id, title string, script func(*chained), requirements []string, more ...any) {
	more = append(more, Profiles("chains"), Page("AsyncTelephonyOperations", "overview"), Play(func(s *Stage) { perform(s, script) }), func() {
		for _, rule := range OutcomesOf(requirements...) {
			It(rule.Title, Check(rule.Name, rule.Requirement), func() { Expect(EverythingHere()).To(KeepOutcome(rule)) })
		}
	})
	Scenario(id, title, more...)
}
