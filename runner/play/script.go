package play

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/page"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// Script replays a page as it is printed: its requests with the live ids and numbers in the place of the
// page's, and a wait for each notification.
func Script(p *page.Page) func(*Stage) {
	return func(s *Stage) {
		s.replay = page.NewReplay(p, s.station.Header(), s.station.run.Target.URL)
		for _, b := range p.Before {
			s.Arrange(b.Name, b.Value)
		}
		mark, refused := s.begin, ""
		missing := map[string]string{} // call of the page: why it is not known to be in the state that the page shows
		for i := range p.Steps {
			step := &p.Steps[i]
			switch {
			case refused != "" && step.Notified == nil:
				s.Block("%s", refused)
			case step.Arrange != nil:
				s.Arrange(step.Arrange.Name, step.Arrange.Value)
			case step.Posts != "":
				s.mustBeIn(step, missing)
				if s.answeredAlready(p, i) {
					continue
				}
				mark = s.Mark()
				if e := s.postPage(step); !e.Accepted() {
					refused = notAccepted(step.Operation(), e)
				}
			case refused == "":
				came := s.awaitPage(step, mark)
				switch {
				case step.Call() == nil || step.Type() != voice.StatusChange && step.Type() != "":
				case came:
					delete(missing, step.CallID())
				default:
					missing[step.CallID()] = notNotified(p, step)
				}
			}
		}
		if refused != "" {
			s.Block("%s", refused)
		}
	}
}

// mustBeIn ends a scenario whose next operation was to be done to a call in a state that nobody was told of, unless the
// call offers it all the same: its refusal would be rightful.
func (s *Stage) mustBeIn(step *page.Step, missing map[string]string) {
	_, id := step.PostsTo()
	why := missing[id]
	if why == "" {
		return
	}
	if c, known := s.Role(id); known {
		if last := s.Seen(s.Agent, s.begin, c.aboutAt(s.Agent)); last != nil && voice.CallOf(last).Offers(step.Operation()) {
			return
		}
	}
	s.Block("%s", why)
}

// notNotified says which notification did not come, with the rule by which that is found.
func notNotified(p *page.Page, step *page.Step) string {
	after := ""
	if cause := p.Cause(step); cause != nil {
		after = "after " + cause.Operation() + " "
	}
	return fmt.Sprintf("%sthe agent was not notified of %s (%s)%s", after, step.State(), step.Requirement, pickUp(after, step.State()))
}

// pickUp is a hint: where Answer is accepted and the call is not established, it is the telephone that does not do it.
func pickUp(after, state string) string {
	if strings.Contains(after, "Answer") && state == voice.Established {
		return "; " + voice.PickUpHint
	}
	return ""
}

func (s *Stage) postPage(step *page.Step) *recording.Entry {
	s.MustOffer(step.Operation())
	if step.Operation() == "StartCallRecording" {
		s.stopRecorded()
	}
	for role, c := range s.calls {
		s.replay.Bind(role, c.ID(s.Agent))
		s.replay.BindURI(role, s.CallURI(s.Agent, c))
	}
	path, body := s.replay.Request(step, func() string { return s.current().ID(s.Agent) })
	if more := notReadyParameters(s.Agent); more != nil && step.Operation() == "NotReady" {
		maps.Copy(body, more)
	}
	e := s.Post(s.Agent, step.Label, path, body)
	s.wantsReason(s.Agent, step.Operation(), e)
	if e.Accepted() {
		s.Restore(s.Agent, step.Operation())
	}
	return e
}

// optional are operations that depend on the switch: they have no feature id, and are there where they are offered.
var optional = []string{"DoNotDisturbOn", "DoNotDisturbOff", "ForwardCallsOn", "ForwardCallsOff"}

// MustOffer ends a scenario about an operation that depends on the switch, where it is not offered. Muting has no feature id,
// so a server claims it by its capabilities alone (or the target file does).
func (s *Stage) MustOffer(operation string) {
	if slices.Contains(optional, operation) && !s.deviceMay(operation) {
		s.NotApplicable("the device does not offer %s", operation)
	}
	last := s.Seen(s.Agent, s.begin, voice.InState(voice.Established))
	if operation == "SingleStepConference" && last != nil && !voice.CallOf(last).Offers(operation) {
		s.NotApplicable("calls do not offer %s", operation)
	}
	if voice.Find(operation).Group != voice.GroupMute || slices.Contains(s.Features(), voice.FeatureMute) {
		return
	}
	if last != nil && !slices.ContainsFunc(voice.GroupOf(voice.GroupMute), voice.CallOf(last).Offers) {
		s.NotApplicable("calls do not offer MuteCall, and the target file does not claim the feature mute")
	}
}

// deviceMay reports whether the agent's device was ever shown with an operation or its opposite; where it was not shown at
// all, it may.
func (s *Stage) deviceMay(operation string) bool {
	known := s.Agent.learnShown()
	base := strings.TrimSuffix(strings.TrimSuffix(operation, "On"), "Off")
	return !known.any || known.offered[base] || known.offered[base+"On"] || known.offered[base+"Off"]
}

// rename puts live values in the place of the page's, where a page is played.
func (s *Stage) rename(v any) any {
	if s.replay == nil {
		return v
	}
	return s.replay.Rename(v)
}

// awaitPage waits for a notification of the page. What it waits for decides only when to go on.
func (s *Stage) awaitPage(step *page.Step, mark int) (came bool) {
	if step.Call() == nil {
		return s.Await(s.Agent, step.Requirement, mark, func(e *recording.Entry) bool { return s.replay.Awaited(step, e) }) != nil
	}
	c, known := s.Role(step.CallID())
	if !known {
		c = s.learnFromPage(step, mark)
		if c == nil {
			return false
		}
	}
	return s.Await(s.Agent, step.Type()+" "+step.State(), mark, func(e *recording.Entry) bool {
		return c.about(s.Agent, e) && s.replay.Awaited(step, e)
	}) != nil
}

// learnFromPage binds a page's call that begins with this notification.
func (s *Stage) learnFromPage(step *page.Step, mark int) *Call {
	switch {
	case step.Consult():
		return s.AwaitConsult(s.current(), step.CallID(), mark)
	case step.State() == voice.Dialing:
		role := voice.Caller
		if live, _ := s.replay.Bound(step.Call().DNIS()); live == s.Destination.Party.Number {
			role = voice.Destination
		}
		if id := s.newCall(s.Agent, voice.Dialing, mark, s.number(role)); id != "" {
			return s.bind(s.Agent, step.CallID(), id, voice.Agent+","+role)
		}
	}
	return nil
}

// notAccepted says that an operation was refused, or not answered.
func notAccepted(operation string, e *recording.Entry) string {
	if e.Problem != "" {
		return fmt.Sprintf("%s was not answered: %s", operation, e.Problem)
	}
	return fmt.Sprintf("%s was refused: %s", operation, Outcome(e))
}
