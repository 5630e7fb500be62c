package engine_test

import (
	"bytes"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"github.com/voicespec/voicespec/suites"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
)

// TestCallFromOutside is no test but the program that calls for a caller who is no user: it dials, and goes on until it is asked to end.
func TestCallFromOutside(t *testing.T) {
	number, url := os.Getenv("VOICESPEC_TEST_CALL"), os.Getenv("VOICESPEC_TEST_URL")
	if number == "" {
		t.Skip("it is started by another test")
	}
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM)
	post := func(path, body string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/api/v2"+path, bytes.NewReader([]byte(body)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.SetBasicAuth("caller", "caller-secret")
		res, err := (&http.Client{}).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
	}
	post("/me", `{"operationName":"StartContactCenterSession","channels":["voice"]}`)
	post("/me/calls", `{"operationName":"Dial","destination":{"phoneNumber":"`+number+`"}}`)
	<-asked
}

// TestCallerFromOutside is a caller who is no user of the server: what needs him to be told something is untestable, and nothing fails.
func TestCallerFromOutside(t *testing.T) {
	t.Parallel()
	server, target := start(t, reference.Options{}, 1)
	target.Stations[0].Caller = config.Party{Number: "5000", Command: []string{
		"env", "VOICESPEC_TEST_CALL={number}", "VOICESPEC_TEST_URL=" + target.URL, os.Args[0], "-test.run=^TestCallFromOutside$",
	}}
	out, err := suites.Run(t.Context(), engine.Options{Target: target, SideBySide: true, Globs: []string{
		"calls.answer", "calls.hold", "calls.dial", "calls.two-ends", "states.ringing", "transfer.hangup-consult", "conference.initiate", "monitoring.listen-in", "invariants",
	}})
	if err != nil {
		t.Fatal(err)
	}
	outcomes := map[string]result.Outcome{}
	for _, c := range out.Report.Checks {
		outcomes[c.ID] = c.Outcome
		if c.Outcome == result.Failed || c.Outcome == result.Blocked {
			t.Errorf("%s is %s: %s", c.ID, c.Outcome, c.Message)
		}
		if c.Outcome == result.Untestable && !strings.Contains(c.Message, "5000") {
			t.Errorf("%s is untestable, and it is not said for whom: %s", c.ID, c.Message)
		}
	}
	for id, want := range map[string]result.Outcome{
		"calls.answer.established": result.Passed, "calls.hold.held": result.Passed, "calls.two-ends.same-id": result.Untestable,
		"monitoring.listen-in.notified": result.Untestable,
	} {
		if outcomes[id] != want {
			t.Errorf("%s is %s, not %s", id, outcomes[id], want)
		}
	}
	if server.LiveCalls() != 0 {
		t.Errorf("%d calls are left", server.LiveCalls())
	}
}

// A program that cannot dial is no matter of the server's.
func TestCallerFromOutsideWhoCannotDial(t *testing.T) {
	t.Parallel()
	for name, words := range map[string][]string{"fails": {"sh", "-c", "echo no line; exit 3"}, "is not there": {"/no/such/program"}} {
		_, target := start(t, reference.Options{}, 1)
		target.Stations[0].Caller = config.Party{Number: "5000", Command: words}
		out, err := suites.Run(t.Context(), engine.Options{Target: target, SideBySide: true, Globs: []string{"calls.answer"}})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range out.Report.Checks {
			if c.Outcome != result.NotSelected && (c.Outcome != result.Untestable || !strings.Contains(c.Message, "could not dial 5005")) {
				t.Errorf("%s: %s is %s: %s", name, c.ID, c.Outcome, c.Message)
			}
		}
	}
}

// TestCallerBySIP is one who dials by SIP, and whose telephone is picked up when a scenario needs that, by itself, or not at all.
func TestCallerBySIP(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]map[string]result.Outcome{
		"": {
			"calls.answer.established": result.Passed, "calls.hold.held": result.Passed, "calls.hangup.released": result.Passed, "userdata.attach.call-type": result.Passed,
			"calls.two-ends.same-id": result.Untestable,
		},
		config.Auto: {"calls.answer.established": result.Passed, "states.established.refused": result.Passed, "userdata.attach.call-type": result.Untestable},
		config.None: {"calls.answer.established": result.Passed, "calls.hold.held": result.Passed},
	} {
		server, target := start(t, withTelephones(reference.SIPOptions{Digest: true, Outside: []string{"5900"}}), 1)
		target.Stations[0].Caller.SIP.Answer, target.Stations[0].Caller.Answer = answer, config.Auto
		if answer != config.Auto {
			target.Stations[0].Caller.Answer = ""
		}
		if err := target.Validate(); err != nil {
			t.Fatal(err)
		}
		out, entries, err := telephoned(t, engine.Options{Target: target, Globs: []string{
			"calls.answer", "calls.h*", "calls.two-ends", "states.*", "userdata.attach", "chains.again", "invariants",
		}})
		if err != nil {
			t.Fatal(err)
		}
		outcomes := map[string]result.Outcome{}
		for _, c := range out.Report.Checks {
			outcomes[c.ID] = c.Outcome
			if c.Outcome == result.Failed || c.Outcome == result.Blocked || c.Outcome == result.NotApplicable {
				t.Errorf("answer: %q: %s is %s: %s", answer, c.ID, c.Outcome, c.Message)
			}
			if c.Outcome == result.Untestable && !strings.Contains(c.Message, "5900") {
				t.Errorf("answer: %q: %s is untestable, and it is not said for whom: %s", answer, c.ID, c.Message)
			}
		}
		for id, want := range want {
			if outcomes[id] != want {
				t.Errorf("answer: %q: %s is %q, not %s", answer, id, outcomes[id], want)
			}
		}
		dialled := 0
		for _, e := range entries {
			if e.Kind == recording.KindSIP && e.Actor == "caller" && e.Direction == "sent" && strings.HasPrefix(e.Text, "INVITE ") {
				dialled++
			}
		}
		if dialled == 0 {
			t.Errorf("answer: %q: no INVITE of the caller was recorded", answer)
		}
		if server.LiveCalls() != 0 || server.SIPTelephones() != 0 {
			t.Errorf("answer: %q: %d calls and %d telephones are left", answer, server.LiveCalls(), server.SIPTelephones())
		}
	}
}

// Who may not call is no matter of the server's.
func TestCallerBySIPWhoMayNot(t *testing.T) {
	t.Parallel()
	_, target := start(t, withTelephones(reference.SIPOptions{Digest: true, Outside: []string{"5900"}}), 1)
	target.Stations[0].Caller.SIP.Answer, target.Stations[0].Caller.SIP.Password = config.None, "wrong"
	out, err := suites.Run(t.Context(), engine.Options{Target: target, SideBySide: true, Globs: []string{"calls.answer"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range out.Report.Checks {
		if c.Outcome != result.NotSelected && (c.Outcome != result.Untestable || !strings.Contains(c.Message, "could not dial 5005 from outside: 407")) {
			t.Errorf("%s is %s: %s", c.ID, c.Outcome, c.Message)
		}
	}
}

// TestLineThatAnswersItselfForACaller is an agent whose telephone answers by itself, and is recognised, when nobody but a program calls.
func TestLineThatAnswersItselfForACaller(t *testing.T) {
	t.Parallel()
	server, target := start(t, reference.Options{Variation: "auto-answer-at-once"}, 1)
	target.Stations[0].Caller = config.Party{Number: "5000", Answer: config.Auto, Command: []string{
		"env", "VOICESPEC_TEST_CALL={number}", "VOICESPEC_TEST_URL=" + target.URL, os.Args[0], "-test.run=^TestCallFromOutside$",
	}}
	out, err := suites.Run(t.Context(), engine.Options{Target: target, SideBySide: true, Globs: []string{"calls.answer", "calls.hold", "states.ringing", "recording.start"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range out.Report.Checks {
		if c.Outcome == result.Failed || c.Outcome == result.Blocked {
			t.Errorf("%s is %s: %s", c.ID, c.Outcome, c.Message)
		}
		if c.ID == "calls.hold.held" && c.Outcome != result.Passed {
			t.Errorf("%s is %s: %s", c.ID, c.Outcome, c.Message)
		}
	}
	if server.LiveCalls() != 0 {
		t.Errorf("%d calls are left", server.LiveCalls())
	}
}
