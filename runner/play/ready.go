package play

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// Some switches give no call to an agent who is not Ready: after a call, as long as he has work with it, or after login.

// MakeReady brings people to Ready who are shown in another state, or waits until they are. Where that does not work once,
// it is not tried again: a call may come all the same. Scenarios ask for it before somebody is called who had a call in them.
func (s *Stage) MakeReady(people ...*Actor) {
	if s.station.cannotReady || s.NoNotifications() != "" {
		return
	}
	var posted []*Actor
	mark := s.Mark()
	for _, a := range people {
		if !a.Controlled() || !s.station.notReady(a) {
			continue
		}
		if s.ctx.Err() != nil {
			return
		}
		a.post(s.ctx, recording.Arrange.Label("ready"), "/me/channels/voice", operationBody("Ready", nil))
		posted = append(posted, a)
	}
	for _, a := range posted { // a refusal may only mean that the time is not over
		if s.awaitReady(a, mark) == nil && !s.station.turnsAway {
			s.station.cannotReady = true
		}
	}
}

// longestWrapUp bounds the wait for the end of the work after a call.
const longestWrapUp = time.Minute

// awaitReady waits until somebody is Ready: as long as for any notification, or as long as the work after a call may last.
func (s *Stage) awaitReady(a *Actor, mark int) *recording.Entry {
	ready := voice.AgentIn(a.Device, "Ready")
	e := s.Await(a, "agent state Ready", mark, ready)
	if e == nil && s.station.turnsAway {
		wctx, cancel := context.WithTimeout(s.ctx, min(longestWrapUp, s.station.wrapUp(a)))
		defer cancel()
		s.station.tape.Await(wctx, mark, func(entries []*recording.Entry) bool {
			i := slices.IndexFunc(entries, func(x *recording.Entry) bool { return s.mine(a, x) && ready(x) })
			if i >= 0 {
				e = entries[i]
			}
			return i >= 0
		})
	}
	return e
}

// wrapUp is how long somebody has work after a call, as the calls said.
func (s *Station) wrapUp(a *Actor) time.Duration {
	longest := 0.0
	for _, e := range s.tape.From(0) {
		if voice.IsOwn(e, a.Role) {
			longest = max(longest, voice.WrapUpTime(e))
		}
	}
	return time.Duration(longest * float64(time.Second))
}

// notReady reports whether a person's device was shown in another agent state than Ready when it was shown last.
func (s *Station) notReady(a *Actor) bool {
	state := s.agentState(a)
	return state != "" && state != "Ready"
}

// agentState is the agent state that a person's device was shown in last, with its work mode; "" if in none.
func (s *Station) agentState(a *Actor) string {
	s.statesMu.Lock()
	defer s.statesMu.Unlock()
	news := s.tape.From(s.stateUpTo)
	s.stateUpTo += len(news)
	for _, e := range news {
		b := s.Actors[e.Actor]
		if b == nil || e.Browser != "" {
			continue
		}
		shown := slices.Collect(voice.DevicesOf(e))
		if e.Kind == recording.KindRest && e.Method == http.MethodGet {
			shown = voice.ShownIn(e)
		}
		for _, d := range shown {
			if voice.SameID(d.ID(), b.Device) {
				s.states[e.Actor] = d.UserState().String()
			}
		}
	}
	return s.states[a.Role]
}

// turnedAway reports whether a call did not come through because the one who was called is not Ready: the call is over, and
// never rang.
func (s *Stage) turnedAway(from, to *Actor, mark int) bool {
	if !to.Controlled() || !s.station.notReady(to) {
		return false
	}
	return s.overBeforeItRang(from, to, mark)
}

// engaged reports whether a call did not come through because the one who was called has another.
func (s *Stage) engaged(from, to *Actor, mark int) bool {
	return slices.ContainsFunc(s.liveLegs(), func(l leg) bool { return l.actor == to }) && s.overBeforeItRang(from, to, mark)
}

func (s *Stage) overBeforeItRang(from, to *Actor, mark int) bool {
	over := s.Seen(from, mark, voice.InState(voice.Released))
	return over != nil && s.Seen(to, mark, voice.WithID(over.CallID())) == nil
}

// away says so.
func (s *Stage) away(to *Actor) string {
	return fmt.Sprintf("%s (%s) is %s, and the switch gives no call to who is not Ready", to.Party.User, to.Role, s.station.agentState(to))
}

// notReadyParameters are those of NotReady for somebody.
func notReadyParameters(a *Actor) map[string]any {
	if a.Party.Reason == "" {
		return nil
	}
	return map[string]any{"reasons": map[string]any{"ReasonCode": a.Party.Reason}}
}

// Settings says what the options of a person's device mean for a run; "" where the server does not show them, or they mean
// nothing.
func (a *Actor) Settings(ctx context.Context) string {
	e := a.get(ctx, recording.Connect.Label("settings"), "/me/devices/"+a.Device+"/settings/tserver")
	options := voice.SettingsIn(e)
	var parts []string
	if options["reject-call-notready"] == "true" {
		parts = append(parts, "reject-call-notready: it gets no call unless its agent is Ready, so voicespec makes him Ready before each call")
	}
	if options["reject-call-incall"] == "true" {
		parts = append(parts, "reject-call-incall: it gets no second call")
	}
	if v, said := options["sip-cti-control"]; said && !strings.Contains(v, "talk") {
		parts = append(parts, "sip-cti-control without talk: Answer cannot pick the telephone up")
	}
	if options["auto-answer"] == "true" {
		parts = append(parts, "auto-answer: write answer: auto in the target file")
	}
	return strings.Join(parts, "; ")
}

// wantsReason excuses a scenario in which NotReady was refused for want of a reason, which the site demands.
func (s *Stage) wantsReason(a *Actor, operation string, e *recording.Entry) {
	if operation != "NotReady" || e.Accepted() || a.Party.Reason != "" {
		return
	}
	if strings.Contains(strings.ToLower(string(e.Response)+e.ResponseText), "reason") {
		s.excuse("NotReady needs a reason here (%s): name one as reason: of the %s in the target file", Outcome(e), a.Role)
	}
}
