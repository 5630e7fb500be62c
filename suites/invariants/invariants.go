// Package invariants judges what no scenario's own checks look at: the notifications of the
// other people of a station, those of scenarios that are about something else, and every
// REST answer. For a foreign recording, which has no scenarios, it is all there is.
package invariants

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	. "github.com/voicespec/voicespec/runner/spec"
)

// Specs registers the scenario of this area.
func Specs() {
	Scenario(Invariants, "What holds for every message of the run", Page("CallResource", "fields"), OfTheWholeRun, func() {
		for _, c := range Checks() {
			It(c.Title, Check(c.Name, c.Requirement), func() {
				subject, matcher := c.Judge()
				Expect(subject).To(matcher)
			})
		}
		bytesOfAnswers()
		devices()
		telephones()
	})
}

// Checks are the rules of every notification, operation and answer, for who judges them without Ginkgo, too.
func Checks() []Judgement {
	var list []Judgement
	add := func(name, requirement, title string, judge func() (any, types.GomegaMatcher)) {
		list = append(list, Judgement{Name: name, Requirement: requirement, Title: title, Judge: judge})
	}
	for _, rule := range Rules() {
		add(rule.Name, rule.Requirement, rule.Title, func() (any, types.GomegaMatcher) { return EverythingPlayed(), KeepRule(rule) })
	}
	for _, rule := range Outcomes() {
		add(rule.Name, rule.Requirement, rule.Title, func() (any, types.GomegaMatcher) { return EverythingPlayed(), KeepOutcome(rule) })
	}
	add("answer-form", "HTTP-2", "answers have an integer statusCode", func() (any, types.GomegaMatcher) {
		return EveryAnswer().WithCode(), HaveStatusCodeOfTable()
	})
	add("answer-type", "HTTP-3", "answers are application/json", func() (any, types.GomegaMatcher) {
		return EveryAnswer().WithBody(), BeJSON()
	})
	add("answer-message", "HTTP-4", "success comes without statusMessage", func() (any, types.GomegaMatcher) {
		return EveryAnswer().OfSuccess(), HaveNoMessageOnSuccess()
	})
	add("answer-status", "HTTP-1", "accepted operations are answered with HTTP 200", func() (any, types.GomegaMatcher) {
		return EveryAnswer().ToOperations(), BeHTTP200()
	})
	add("answer-complete", "HTTP-5", "requests are answered in time and whole", func() (any, types.GomegaMatcher) {
		return EveryAnswer(), BeAnsweredWhole()
	})
	add("error-form", "ERR-1", "errors have statusCode and statusMessage and nothing else", func() (any, types.GomegaMatcher) {
		return EveryAnswer().OfError(), HaveErrorForm()
	})
	add("partial-form", "SESSION-4", "partial success has its two lists", func() (any, types.GomegaMatcher) {
		return EveryAnswer().OfPartialSuccess(), HavePartialForm()
	})
	return list
}

// bytesOfAnswers are checks of what came, whatever it says.
func bytesOfAnswers() {
	It("answers are framed as HTTP has it", Check("answer-framing", "WIRE-1"), func() {
		Expect(EveryAnswer()).To(BeFramedAsHTTP())
	})
	It("nothing that comes holds credentials", Check("credentials", "AUTH-23"), func() { Expect(EverythingPlayed()).To(HoldNoCredentials()) })
	It("no member has two values", Check("json-contradictions", "JSON-1"), func() { Expect(EverythingPlayed()).To(BeReadInOneWay()) })
	It("no member stands twice", Check("json-doubles", "JSON-2"), func() { Expect(EverythingPlayed()).To(BeReadInOneWay()) })
	It("texts are Unicode", Check("json-unicode", "JSON-3"), func() { Expect(EverythingPlayed()).To(BeReadInOneWay()) })
}

func telephones() {
	It("answers reach the telephone and are told", Check("telephones", "PHONE-1"), func() { Expect(EverythingPlayed()).To(PassEveryAnswerOn()) })
}

func devices() {
	It("devices are notified in the documented form", Check("device-form", "DEVICE-2"), func() {
		Expect(EverythingPlayed()).To(NotifyEveryDeviceInForm())
	})
	It("devices are notified on their channel with their message type", Check("device-envelope", "MSG-3"), func() {
		Expect(EverythingPlayed()).To(NotifyEveryDeviceOnItsChannel())
	})
	It("nobody is notified of another person's device", Check("own-devices", "DEVICE-8"), func() {
		Expect(Everybody()).To(TellOnlyOfOwnDevices())
	})
	It("nobody reads another person's device among his own", Check("own-device-reads", "DEVICE-14"), func() {
		Expect(Everybody()).To(ReadOnlyOwnDevices())
	})
	It("each change of a device is notified once", Check("devices-once", "DEVICE-9"), func() {
		Expect(Everybody()).To(TellOfDevicesOnce())
	})
	It("devices have documented values and their agent's number", Check("device-values", "DEVICE-10"), func() {
		Expect(Everybody()).To(ShowDeviceValues())
	})
	It("devices offer operations of devices, each once", Check("device-capabilities", "DEVICE-11"), func() {
		Expect(Everybody()).To(OfferWhatDevicesDo())
	})
	It("devices use the words of the pages", Check("device-words", "DEVICE-12"), func() {
		Expect(Everybody()).To(UseTheWordsOfThePages())
	})
	It("a device is read as it was notified", Check("device-reads", "DEVICE-13"), func() {
		Expect(Everybody()).To(ReadDevicesAsNotified())
	})
	It("system-defined agent states have their ids and names", Check("agent-states", "AGENT-6"), func() {
		Expect(Everybody()).To(ShowSystemStates())
	})
}
