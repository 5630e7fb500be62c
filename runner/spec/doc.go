// Package spec is the vocabulary that suites are written in: Ginkgo containers that are played once and judged by
// many specs, and Gomega matchers that judge a recording.
//
//	Scenario("transfer.options", "InitiateTransfer with userData", About("InitiateTransfer"), Page("InitiateTransfer", "parameters"),
//		Play(func(s *Stage) { … }),
//		func() {
//			It("carries userData on the consult call", Check("user-data", "TRANSFER-12"), func() {
//				Given(Request("initiate")).To(BeAccepted())
//				Expect(Agent("consult")).To(BeNotified(Carrying(data)))
//			})
//		})
//
// A Scenario is a Describe that is Ordered; before its first It the recording of the scenario is got from a [Source]: a
// player that runs ahead, a saved file, or what other processes have recorded. An It judges and never waits. Expect is
// Gomega's own. A matcher of this package collects every difference; when it fails they stand in Ginkgo's report as a
// structured entry ([Verdict]) beside the text. Given blocks the spec where what it builds on broke.
//
// It is meant to be imported with a dot, beside Ginkgo and Gomega.
package spec
