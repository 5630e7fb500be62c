package engine_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/voicespec/voicespec/suites"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
)

// Of two runs with the same people the second touches nothing, or waits for the first.
func TestTwoRunsAtOnce(t *testing.T) {
	t.Parallel()
	for range 10 {
		offset := time.Duration(rand.Int64N(int64(400 * time.Millisecond)))
		t.Run(offset.String(), func(t *testing.T) {
			t.Parallel()
			server, target := start(t, reference.Options{}, 1)
			target.Lease = t.TempDir()
			options := func(wait time.Duration) engine.Options {
				return engine.Options{Target: target, Globs: []string{"calls.*", "invariants"}, SideBySide: true, Wait: wait}
			}
			var first, second *engine.Outcome
			var g errgroup.Group
			begun := make(chan struct{})
			g.Go(func() (err error) {
				close(begun)
				first, err = suites.Run(t.Context(), options(0))
				return err
			})
			<-begun
			timer := time.NewTimer(offset)
			<-timer.C
			wait := time.Duration(0)
			if offset%2 == 0 {
				wait = time.Minute
			}
			second, err := suites.Run(t.Context(), options(wait))
			if other := g.Wait(); other != nil {
				var held *engine.TargetError
				if !errors.As(other, &held) || !strings.Contains(held.Cause, "another run uses") { // who came second is a matter of chance
					t.Fatal(other)
				}
			}
			var refused *engine.TargetError
			if err != nil && (!errors.As(err, &refused) || !strings.Contains(refused.Cause, "another run uses") || wait > 0) {
				t.Errorf("the second run: %v", err)
			}
			for _, out := range []*engine.Outcome{first, second} {
				if out.Report.Outcome == result.DoesNotConform || len(out.Report.Others) > 0 {
					t.Errorf("%s, others %q", out.Report.Outcome, out.Report.Others)
				}
			}
			if server.LiveCalls() > 0 || server.ContactCenterSessions() > 0 {
				t.Errorf("%d calls, %d sessions", server.LiveCalls(), server.ContactCenterSessions())
			}
		})
	}
}

// post sends an operation in somebody's name, as a person beside the run does, and returns the answer.
func post(t *testing.T, target *config.Target, p config.Party, path, body string) string {
	t.Helper()
	method := http.MethodPost
	if body == "" {
		method = http.MethodGet
	}
	req, err := http.NewRequestWithContext(t.Context(), method, target.URL+"/api/v2"+path, bytes.NewBufferString(body))
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(p.User, p.Password)
	req.Header.Set("Content-Type", "application/json")
	resp, err := new(http.Client).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", path, raw)
	}
	return string(raw)
}

// Who is logged in already is used only where the target file says so, and found as he was left.
func TestPeopleWhoAreLoggedIn(t *testing.T) {
	t.Parallel()
	server, target := start(t, reference.Options{}, 1)
	agent := &target.Stations[0].Agent
	device := "/me/devices/" + reference.DefaultAgents(1)[0].DeviceID
	post(t, target, *agent, "/me", `{"operationName":"StartContactCenterSession","channels":["voice"]}`)
	post(t, target, *agent, "/me/channels/voice", `{"operationName":"AuxWork"}`)
	post(t, target, *agent, device, `{"operationName":"DoNotDisturbOn"}`)
	before := post(t, target, *agent, device, "")

	findings, err := engine.Doctor(t.Context(), engine.Options{Target: target})
	if last := findings[len(findings)-1]; err != nil || last.OK || !strings.Contains(last.Detail, "agent (agent) is logged in already, and is NotReady/AuxWork") {
		t.Errorf("%v %+v", err, last)
	}
	if _, err := run(t, target, "calls.hold"); err == nil || !strings.Contains(err.Error(), "shared: true") {
		t.Errorf("not shared: %v", err)
	}
	agent.Shared = true
	if _, err := engine.Doctor(t.Context(), engine.Options{Target: target}); err != nil {
		t.Error(err)
	}
	if after := post(t, target, *agent, device, ""); after != before {
		t.Errorf("after doctor %s, before %s", after, before)
	}
	out, err := run(t, target, "calls.hold", "agent-state.*", "devices.*", "session.*")
	if err != nil || out.Report.Outcome == result.DoesNotConform || len(out.Report.LeftBehind) > 0 {
		for _, c := range out.Report.Checks {
			if c.Outcome == result.Failed || c.Outcome == result.Blocked {
				t.Logf("%s: %s", c.ID, c.Message)
			}
		}
		t.Errorf("%v, %s, left %q", err, out.Report.Outcome, out.Report.LeftBehind)
	}
	if after := post(t, target, *agent, device, ""); after != before {
		t.Errorf("after the run %s, before %s", after, before)
	}
	if n := server.ContactCenterSessions(); n != 1 {
		t.Errorf("%d sessions", n)
	}
}
