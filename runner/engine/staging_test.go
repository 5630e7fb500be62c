package engine_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/voicespec/voicespec/suites"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
)

// Whatever a server does wrong, the run leaves no call, no Bayeux session and no contact centre
// session behind.
func TestStagingIsLeftAsItWas(t *testing.T) {
	t.Parallel()
	for _, o := range []reference.Options{
		{},
		{Variation: "async-refusal"},
		{Variation: "notification-late"},
		{Variation: "auto-answer"},
		{Variation: "unrelated-calls"},
		{Variation: "csrf"},
		{Variation: "websocket-only"},
		{Variation: "no-session-operation"},
		{Fault: "initiate-transfer-without-held"},
		{Fault: "initiate-transfer-without-dialing"},
		{Fault: "complete-transfer-does-nothing"},
		{Fault: "complete-transfer-releases-caller"},
		{Fault: "hangup-without-notification"},
		{Fault: "hangup-without-notification-of-other"},
		{Fault: "initiate-transfer-refused-but-done"},
		{Fault: "initiate-transfer-dials-without-destination"},
		{Fault: "complete-conference-without-original"},
		{Fault: "consult-hangup-releases-original"},
		{Fault: "call-without-id"},
		{Fault: "call-without-participants"},
		{Fault: "answer-empty"},
		{Fault: "status-code-missing"},
	} {
		name := o.Fault + o.Variation
		if name == "" {
			name = "conformant"
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, target := start(t, o, 2)
			target.Budgets = config.Budgets{Connect: 10 * time.Second, Request: 10 * time.Second, Event: time.Second, Quiet: 50 * time.Millisecond}
			sessions := server.ContactCenterSessions()
			out, err := suites.Run(t.Context(), engine.Options{Target: target, Globs: []string{"transfer.*", "conference.*", "calls.h*"}, SideBySide: true})
			if err != nil {
				t.Fatal(err)
			}
			if server.LiveCalls() != 0 || server.Sessions() != 0 || server.ContactCenterSessions() != sessions {
				t.Errorf("%d calls, %d Bayeux sessions, %d contact centre sessions (before: %d)", server.LiveCalls(), server.Sessions(), server.ContactCenterSessions(), sessions)
			}
			for _, left := range out.Report.LeftBehind {
				t.Errorf("said to be left: %s", left)
			}
		})
	}
}

// What could not be undone is named: the call and the session of a server that refuses it.
func TestWhatIsLeftIsNamed(t *testing.T) {
	t.Parallel()
	_, target := newRogue(t, func(_ *rogue, w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost || isPoll(r) {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = w.Write([]byte(`{"statusCode":4,"statusMessage":"not today"}`))
		return true
	})
	out, err := run(t, target, "transfer.sample-2")
	told(t, out, err)
	said := strings.Join(out.Report.LeftBehind, "\n")
	for _, want := range []string{"of agent is still Ringing: Hangup: HTTP 500, statusCode 4 (not today)", "of caller is still Dialing", "agent: the contact centre session was not ended"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not in what is left:\n%s", want, said)
		}
	}
}

// A server that ends no call is asked to a few times for each, however many there are in the end; all of them are named.
func TestCallsThatNoHangupEnds(t *testing.T) {
	t.Parallel()
	server, target := start(t, reference.Options{Fault: "hangup-does-nothing"}, 1)
	target.Budgets = config.Budgets{Connect: 10 * time.Second, Request: 10 * time.Second, Event: time.Second, Quiet: 50 * time.Millisecond}
	out, err := suites.Run(t.Context(), engine.Options{Target: target, Globs: []string{"calls.*"}, SideBySide: true})
	told(t, out, err)
	named := map[string]bool{}
	for _, left := range out.Report.LeftBehind {
		if named[left] {
			t.Errorf("named twice: %s", left)
		}
		named[left] = true
	}
	if live := server.LiveCalls(); live < 10 || len(named) < live {
		t.Errorf("%d calls live on, %d ends are named", live, len(named))
	}
	asked := map[string]int{}
	for _, sc := range out.Report.Scenarios {
		for _, e := range out.Scenarios(sc.ID) {
			if e.Operation() == "Hangup" {
				asked[e.Actor+" "+e.Path]++
			}
		}
	}
	for end, n := range asked {
		if n > 5 {
			t.Errorf("%s was hung up %d times", end, n)
		}
	}
}

// A run whose time is over undoes what it began, as one that is interrupted.
func TestDeadlineOfTheCaller(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var posts atomic.Int32
	server, target := start(t, reference.Options{StepDelay: 10 * time.Millisecond, Log: func(line string) {
		if strings.HasPrefix(line, "POST ") && strings.Contains(line, "/me/devices/") && posts.Add(1) == 3 {
			cancel() // while a Dial is on its way
		}
	}}, 2)
	out, err := suites.Run(ctx, engine.Options{Target: target, SideBySide: true})
	if !errors.Is(err, context.Canceled) || out == nil {
		t.Fatalf("%v, %v", out, err)
	}
	if server.LiveCalls() != 0 || server.Sessions() != 0 || server.ContactCenterSessions() != 0 || len(out.Report.LeftBehind) > 0 {
		t.Errorf("%d calls, %d Bayeux sessions, %d contact centre sessions, left %v", server.LiveCalls(), server.Sessions(), server.ContactCenterSessions(), out.Report.LeftBehind)
	}
}
