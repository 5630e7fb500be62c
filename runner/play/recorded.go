package play

import (
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// recorded reports whether the agent was told last that a call is being recorded, by whomever: some sites record calls, all or some of
// them, from the answer on.
func (s *Stage) recorded(c *Call) (told voice.Call, is bool) {
	last := s.Seen(s.Agent, s.begin, c.aboutAt(s.Agent))
	if last == nil {
		return nil, false
	}
	told = voice.CallOf(last)
	return told, told.RecordingState() == "Recording"
}

// stopRecorded stops the recording of a call that somebody else began, so that it can be started. The scenario does not apply where that
// is not offered.
func (s *Stage) stopRecorded() {
	const stop = "StopCallRecording"
	c := s.current()
	told, is := s.recorded(c)
	if !is || told.Offers("StartCallRecording") {
		return
	}
	if !told.Offers(stop) {
		s.NotApplicable("calls are recorded from their answer on, and do not offer %s", stop)
	}
	mark := s.Mark()
	if e := s.Operate(s.Agent, recording.Arrange.Label("stops-recording"), c, stop, nil); !e.Accepted() {
		s.NotApplicable("calls are recorded from their answer on, and %s was refused: %s", stop, Outcome(e))
	}
	s.Await(s.Agent, stop, mark, voice.All(c.aboutAt(s.Agent), voice.Find(stop).Tells))
}
