package play

import (
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// People who are logged in before a run begins are somebody's: a person's, or another run's. Where a server shows everybody as
// logged in, it may do so always.

// unused refuses people whom somebody else uses.
func (s *Station) unused(ctx context.Context) error {
	var found, foreign []*Actor
	all := 0
	for _, role := range config.Roles {
		a := s.Actors[role]
		if !a.Controlled() {
			continue
		}
		all++
		state := a.deviceAtFirst.UserState().State()
		a.found = a.deviceAtFirst.DeviceState() == "Active" && state != "" && state != "LoggedOut"
		if a.found {
			found = append(found, a)
			if !a.Party.Shared {
				foreign = append(foreign, a)
			}
		}
	}
	switch {
	case len(foreign) == 0:
		return nil
	case len(found) < all:
		a := foreign[0]
		return &Problem{
			Cause: fmt.Sprintf("%s (%s) is logged in already, and is %s", a.Party.User, a.Role, a.deviceAtFirst.UserState()),
			Remedy: "end that session, name a person that nobody uses, or write shared: true beside them in the target file: " +
				"then the session stays, and is left as it was found",
			Passing: true,
		}
	}
	return s.quietPeople(ctx)
}

// quietPeople looks for a while whether people who are all logged in have calls: another run is then at work with them.
func (s *Station) quietPeople(ctx context.Context) error {
	const looks, pause = 4, 250 * time.Millisecond
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for range looks {
		if err := s.each(ctx, func(a *Actor, ctx context.Context) error { return a.busy(ctx, nil) }); err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// takeCalls ends what keeps calls from a person, as long as the run lasts.
func (a *Actor) takeCalls(ctx context.Context) {
	if a.deviceAtFirst.Setting("doNotDisturb") != "" && a.deviceAtFirst.Offers("DoNotDisturbOff") {
		a.post(ctx, recording.Connect.Label("do-not-disturb"), "/me/devices/"+a.Device, operationBody("DoNotDisturbOff", nil))
	}
	if a.deviceAtFirst.Setting("forwardTo") != "" && a.deviceAtFirst.Offers("ForwardCallsOff") {
		a.post(ctx, recording.Connect.Label("forwarding"), "/me/devices/"+a.Device, operationBody("ForwardCallsOff", nil))
	}
}

// putBack sets devices as they were at the beginning, as far as they are read otherwise, and reads them again.
func (l *look) putBack(ctx context.Context) {
	var g errgroup.Group
	for i := range l.holdings {
		h := &l.holdings[i]
		now, was := h.actor.deviceIn(h.device), h.actor.deviceAtFirst
		if now == nil || was == nil {
			continue
		}
		var requests []map[string]any
		if before := was.Setting("doNotDisturb"); before != now.Setting("doNotDisturb") {
			requests = append(requests, operationBody(either(before != "", "DoNotDisturbOn", "DoNotDisturbOff"), nil))
		}
		if before := was.Setting("forwardTo"); before != now.Setting("forwardTo") {
			request := operationBody("ForwardCallsOff", nil)
			if before != "" {
				request = operationBody("ForwardCallsOn", map[string]any{"destination": before})
			}
			requests = append(requests, request)
		}
		if len(requests) == 0 {
			continue
		}
		g.Go(func() error {
			for _, body := range requests {
				h.actor.post(ctx, recording.Clean.Label("device"), "/me/devices/"+h.actor.Device, body)
			}
			h.device = h.actor.get(ctx, recording.Clean.Label("device"), h.actor.deviceFrom)
			return nil
		})
	}
	_ = g.Wait() // the functions return nil
}

func either(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

// deviceIn is the actor's device in an answer; nil if it is not there.
func (a *Actor) deviceIn(e *recording.Entry) voice.Device {
	if e == nil {
		return nil
	}
	for _, d := range voice.ShownIn(e) {
		if voice.SameID(d.ID(), a.Device) {
			return d
		}
	}
	return nil
}

// putStateBack brings somebody who was logged in before back into the agent state of that time.
func (a *Actor) putStateBack(ctx context.Context) (left []string) {
	was := a.deviceAtFirst.UserState()
	if a.station.agentState(a) == was.String() || a.station.run.Careful {
		return nil
	}
	operation := was.State()
	if mode := was.WorkMode(); slices.Contains([]string{"AfterCallWork", "AuxWork"}, mode) {
		operation = mode
	}
	if operation == "LoggedIn" {
		return nil // no operation leads there
	}
	var params map[string]any
	if operation == "NotReady" {
		params = notReadyParameters(a)
	}
	if e := a.post(ctx, recording.Clean.Label("agent-state"), "/me/channels/voice", operationBody(operation, params)); !e.Accepted() {
		left = append(left, fmt.Sprintf("%s was %s, and could not be brought back there: %s", a.Party.User, was, Outcome(e)))
	}
	return left
}

// MayLogOut reports whether an actor's contact centre session may be ended: it is not one that somebody else began.
func (a *Actor) MayLogOut() bool { return a.Controlled() && !(a.found && a.Party.Shared) }

// busy refuses an agent who has a call: we would not know whose it is, and must not touch it.
func (a *Actor) busy(ctx context.Context, me *recording.Entry) error {
	var calls []voice.Call
	has := false
	if me != nil {
		calls, has = voice.UserIn(me).Calls()
	}
	if !has {
		calls, _ = voice.CallsIn(a.get(ctx, recording.Connect.Label("calls"), "/me/calls?fields=*"))
	}
	a.had = map[string]bool{}
	for _, c := range calls {
		a.had[c.Handle()] = true
		if c != nil && c.State() != voice.Released {
			return &Problem{
				Cause:  fmt.Sprintf("%s (%s) is busy: call %s is %s", a.Party.User, a.Role, c.ID(), c.State()),
				Remedy: "end the call, or name agents that nobody else uses", Passing: true,
			}
		}
	}
	return nil
}
