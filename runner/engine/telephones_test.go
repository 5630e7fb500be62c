package engine_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/voicespec/voicespec/suites"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
)

// withTelephones are options of a server that calls telephones.
func withTelephones(o reference.SIPOptions) reference.Options {
	o.Addr = "127.0.0.1:0"
	return reference.Options{SIP: o}
}

// telephoned is a run with what was recorded.
func telephoned(t *testing.T, o engine.Options) (*engine.Outcome, []*recording.Entry, error) {
	t.Helper()
	var saved bytes.Buffer
	o.Save, o.SideBySide = &saved, true
	out, err := suites.Run(t.Context(), o)
	if strings.Contains(saved.String(), "agent-secret") || strings.Contains(saved.String(), "response=\\\"") {
		t.Error("a password, or what it can be guessed from, is in the recording")
	}
	var entries []*recording.Entry
	if out == nil {
		t.Fatal(err)
	}
	for e, err := range recording.Read(&saved) {
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, e)
	}
	return out, entries, err
}

// TestTelephones is a run whose calls go through telephones of its own.
func TestTelephones(t *testing.T) {
	t.Parallel()
	server, target := start(t, withTelephones(reference.SIPOptions{Digest: true}), 2)
	out, entries, err := telephoned(t, engine.Options{Target: target, Globs: []string{"calls.answer", "calls.h*", "calls.retrieve", "transfer.sample-2"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range out.Report.Checks {
		if c.Outcome == result.Failed || c.Outcome == result.Blocked || c.Outcome == result.Untestable {
			t.Errorf("%s is %s: %s", c.ID, c.Outcome, c.Message)
		}
	}
	for _, left := range out.Report.LeftBehind {
		t.Errorf("left behind: %s", left)
	}
	if server.SIPTelephones() != 0 {
		t.Errorf("%d telephones are still registered", server.SIPTelephones())
	}
	begun, uuids := map[string]bool{}, map[string]bool{}
	for _, e := range entries {
		who := e.Actor + string(rune('0'+e.Station))
		switch {
		case e.Kind == recording.KindRest && e.Operation() == "StartContactCenterSession":
			begun[who] = true
		case e.Kind == recording.KindSIP && begun[who] && strings.HasPrefix(e.Text, "REGISTER") && !strings.Contains(e.Text, "expires=0"):
			t.Errorf("%s was registered behind the session's start", who)
		case e.Kind == recording.KindSIP && strings.HasPrefix(e.Text, "NOTIFY"):
			uuids[e.ID] = true
		}
	}
	for _, e := range entries {
		if e.Kind == recording.KindMessage && e.State() == "Established" && !uuids[e.CallID()] {
			t.Errorf("call %s was established, and no telephone was asked for it", e.CallID())
		}
	}
}

// A telephone that cannot be registered keeps a run from beginning, by its SIP status and one remedy.
func TestTelephoneRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change        func(*config.Phone)
		cause, remedy string
	}{
		"password": {func(p *config.Phone) { p.Password = "wrong-password" }, "401 Unauthorized", "password:"},
		"number":   {func(p *config.Phone) { p.User = "7777" }, "404 Not Found", "user:"},
	} {
		server, target := start(t, withTelephones(reference.SIPOptions{Digest: true}), 1)
		c.change(&target.Stations[0].Caller.Phone)
		_, err := suites.Run(t.Context(), engine.Options{Target: target, Globs: []string{"calls.answer"}, SideBySide: true})
		problem, is := errors.AsType[*engine.TargetError](err)
		if !is || !strings.Contains(problem.Cause, c.cause) || !strings.Contains(problem.Cause, "5000 (caller)") || !strings.Contains(problem.Remedy, c.remedy) {
			t.Errorf("%s: %v", name, err)
		}
		if server.SIPTelephones() != 0 || server.ContactCenterSessions() != 0 {
			t.Errorf("%s: %d telephones and %d sessions are left", name, server.SIPTelephones(), server.ContactCenterSessions())
		}
	}
}

// A telephone that is not there is no matter of the server's.
func TestTelephoneUnreachable(t *testing.T) {
	t.Parallel()
	_, target := start(t, reference.Options{}, 1)
	target.Stations[0].Agent.Phone = config.Phone{Registrar: "127.0.0.1:1", Transport: "tcp"}
	_, err := suites.Run(t.Context(), engine.Options{Target: target, Globs: []string{"calls.answer"}, SideBySide: true})
	if problem, is := errors.AsType[*engine.TargetError](err); !is || !strings.Contains(problem.Cause, "refused") || !strings.Contains(problem.Remedy, "registrar:") {
		t.Errorf("%v", err)
	}
}

// Without the telephones nobody can log in: they are what a run with telephones stands on.
func TestWithoutTelephones(t *testing.T) {
	t.Parallel()
	_, target := start(t, withTelephones(reference.SIPOptions{}), 1)
	for _, p := range []*config.Party{&target.Stations[0].Agent, &target.Stations[0].Caller, &target.Stations[0].Destination} {
		p.Phone = config.Phone{}
	}
	_, err := suites.Run(t.Context(), engine.Options{Target: target, Globs: []string{"calls.answer"}, SideBySide: true})
	if problem, is := errors.AsType[*engine.TargetError](err); !is || !strings.Contains(problem.Cause, "is not registered") {
		t.Errorf("%v", err)
	}
}

// What a telephone does by itself, or never does, is untestable and no failure.
func TestTelephonesThatAnswerOtherwise(t *testing.T) {
	t.Parallel()
	for answer, globs := range map[string][]string{"auto": {"calls.answer", "states.ringing"}, "never": {"calls.answer", "calls.hold"}} {
		_, target := start(t, withTelephones(reference.SIPOptions{Patience: time.Second}), 1)
		target.Stations[0].Agent.Phone.Answer = answer
		out, _, err := telephoned(t, engine.Options{Target: target, Globs: globs})
		if err != nil {
			t.Fatal(err)
		}
		untestable := 0
		for _, c := range out.Report.Checks {
			switch c.Outcome {
			case result.Failed, result.Blocked:
				t.Errorf("answer: %s: %s is %s: %s", answer, c.ID, c.Outcome, c.Message)
			case result.Untestable:
				untestable++
			case result.Passed, result.KnownFailure, result.NotApplicable, result.NotSelected, result.Disturbed:
			}
		}
		if untestable == 0 {
			t.Errorf("answer: %s: nothing is untestable", answer)
		}
	}
}

func TestTargetFileOfTelephones(t *testing.T) {
	t.Parallel()
	_, target := start(t, withTelephones(reference.SIPOptions{Proxy: "sip.example.com:5070"}), 1)
	if got := target.Stations[0].Agent.Phone; got != (config.Phone{Registrar: "sip.example.com:5070"}) {
		t.Errorf("%+v", got)
	}
}

// An interruption leaves no telephone behind.
func TestTelephonesAfterAnInterruption(t *testing.T) {
	t.Parallel()
	server, target := start(t, withTelephones(reference.SIPOptions{}), 1)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	registered := 0
	_, err := suites.Run(ctx, engine.Options{Target: target, Globs: []string{"calls.*"}, SideBySide: true, Progress: func(e engine.Event) {
		if e.Kind == "scenario" && ctx.Err() == nil {
			registered = server.SIPTelephones()
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || registered != 3 {
		t.Errorf("%d telephones, %v", registered, err)
	}
	if server.SIPTelephones() != 0 || server.LiveCalls() != 0 || server.ContactCenterSessions() != 0 {
		t.Errorf("%d telephones, %d calls and %d sessions are left", server.SIPTelephones(), server.LiveCalls(), server.ContactCenterSessions())
	}
}

// TestTelephoneFaults holds that each fault of the SIP side is found by the rule that it breaks. The kill matrix plays without telephones.
func TestTelephoneFaults(t *testing.T) {
	t.Parallel()
	for _, fault := range reference.TelephoneFaults() {
		o := withTelephones(reference.SIPOptions{})
		o.Fault = fault.Name
		_, target := start(t, o, 1)
		target.Budgets.Event = 2 * time.Second
		out, _, err := telephoned(t, engine.Options{Target: target, Globs: []string{"calls.answer", "invariants"}})
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, c := range out.Report.Checks {
			if c.Outcome == result.Failed && slices.Contains(c.Requirements, fault.Requirement) {
				found = true
				if !strings.Contains(fmt.Sprint(c.Message, c.Findings), "no NOTIFY with Event: talk came") {
					t.Errorf("%s: %s does not say whose part is missing: %+v", fault.Name, c.ID, c)
				}
			}
		}
		if !found {
			t.Errorf("%s is not found by a check of %s", fault.Name, fault.Requirement)
		}
	}
}
