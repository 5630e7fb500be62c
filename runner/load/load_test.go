package load_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/embedded"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/load"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/suites"
)

// start is a reference server with its target file.
func start(t testing.TB, o reference.Options, stations int) *config.Target {
	t.Helper()
	server, target, err := embedded.Start(o, stations)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return target
}

// open is a target under load; at the end nothing is left behind on it.
func open(t testing.TB, target *config.Target, o load.Options) *load.Target {
	t.Helper()
	under, err := load.Open(target, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if left := under.Close(t.Context()); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	})
	return under
}

func station(t testing.TB, under *load.Target, n int) *load.Station {
	t.Helper()
	s, err := under.Station(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// transfer is the page that most of these tests perform.
const transfer = "transfer.sample-2"

// A correct server passes every check of every performance, whoever listens.
func TestPerform(t *testing.T) {
	t.Parallel()
	for _, listen := range [][]string{nil, {"agent"}} {
		under := open(t, start(t, reference.Options{}, 2), load.Options{Listen: listen})
		for n := 1; n <= 2; n++ {
			for range 3 {
				p, err := station(t, under, n).Perform(t.Context(), transfer)
				if err != nil {
					t.Fatal(err)
				}
				if len(p.Checks) < 40 {
					t.Errorf("only %d checks", len(p.Checks))
				}
				for _, c := range p.Checks {
					if c.Outcome != result.Passed {
						t.Errorf("listening: %v: %s %s: %s", listen, c.ID, c.Outcome, c.Message)
					}
				}
				if len(p.Operations) == 0 || len(p.Notifications) == 0 || len(p.Left) > 0 {
					t.Errorf("operations %v, notifications %v, left %v", p.Operations, p.Notifications, p.Left)
				}
			}
		}
		if notes := under.Notes(); len(notes) > 0 {
			t.Errorf("listening: %v: notes of a target that needs none: %v", listen, notes)
		}
	}
}

// Every scenario of the catalogue that can be performed finds nothing on a correct server.
func TestPerformAll(t *testing.T) {
	t.Parallel()
	under := open(t, start(t, reference.Options{}, 1), load.Options{})
	for _, id := range under.Scenarios() {
		p, err := station(t, under, 1).Perform(t.Context(), id)
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		for _, c := range p.Failed() {
			t.Errorf("%s: %s %s: %s", id, c.ID, c.Outcome, c.Message)
		}
	}
}

// What breaks a rule is found in each performance, and its recording shows it: verify finds the same.
func TestPerformFinds(t *testing.T) {
	t.Parallel()
	under := open(t, start(t, reference.Options{Fault: "held-after-dialing"}, 1), load.Options{})
	p, err := station(t, under, 1).Perform(t.Context(), transfer)
	if err != nil {
		t.Fatal(err)
	}
	failed := ids(p.Failed())
	if len(failed) == 0 {
		t.Fatal("nothing was found")
	}
	var saved bytes.Buffer
	if err := p.Save(&saved); err != nil {
		t.Fatal(err)
	}
	out, err := suites.Verify(t.Context(), &saved, engine.Options{Globs: []string{transfer}})
	if err != nil {
		t.Fatal(err)
	}
	if again := failures(out); !slices.Equal(again, failed) {
		t.Errorf("found %v, verify finds %v", failed, again)
	}
}

func ids(checks []result.Check) (list []string) {
	for _, c := range checks {
		list = append(list, c.ID)
	}
	slices.Sort(list)
	return list
}

func failures(out *engine.Outcome) (list []string) {
	for _, c := range out.Report.Checks {
		if c.Outcome == result.Failed {
			list = append(list, c.ID)
		}
	}
	slices.Sort(list)
	return list
}

// Single operations are judged by their outcomes.
func TestAct(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ fault, finds string }{{"", ""}, {"hold-without-notification", "load.operations.every-hold"}} {
		target := start(t, reference.Options{Fault: tt.fault}, 1)
		target.Budgets.Event = 1e9
		under := open(t, target, load.Options{})
		act, err := station(t, under, 1).Act(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		dialled, err := act.Dial("caller", "agent")
		if err != nil || !dialled.Accepted || !dialled.Notified {
			t.Fatal(dialled, err)
		}
		for _, op := range []string{"Answer", "Hold", "Retrieve"} {
			done, err := act.Operate("agent", dialled.Call, op, nil)
			if err != nil || !done.Accepted || done.Notified != (op != "Hold" || tt.fault == "") {
				t.Error(op, done, err)
			}
		}
		p, err := act.End()
		if err != nil {
			t.Fatal(err)
		}
		found := ids(p.Failed())
		if tt.finds == "" && len(found) > 0 || tt.finds != "" && !slices.Contains(found, tt.finds) {
			t.Errorf("fault %q: found %v", tt.fault, found)
		}
	}
}

// However often is performed, nothing piles up: what one performance leaves is dropped after the next.
func TestNothingPilesUp(t *testing.T) {
	t.Parallel()
	under := open(t, start(t, reference.Options{}, 1), load.Options{})
	s := station(t, under, 1)
	least := 0
	for n := range 40 {
		if _, err := s.Perform(t.Context(), transfer); err != nil {
			t.Fatal(err)
		}
		if n == 2 {
			least = load.Kept(s)
		}
	}
	if kept := load.Kept(s); kept > 2*least {
		t.Errorf("%d entries are kept, and %d after three performances", kept, least)
	}
}

// A notification that comes once more when its performance was judged fails there all the same.
func TestLate(t *testing.T) {
	t.Parallel()
	under := open(t, start(t, reference.Options{Fault: "released-twice"}, 1), load.Options{})
	var found []string
	for range 3 {
		p, err := station(t, under, 1).Perform(t.Context(), transfer)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, ids(p.Failed())...)
	}
	if !slices.Contains(found, transfer+".once") {
		t.Errorf("found %v", found)
	}
}

// What cannot be performed is said, with what could be meant.
func TestRefuses(t *testing.T) {
	t.Parallel()
	target := start(t, reference.Options{}, 1)
	if _, err := load.Open(target, load.Options{Listen: []string{"supervisor"}}); err == nil || !strings.Contains(err.Error(), `"supervisor"`) {
		t.Errorf("a listener who is nobody: %v", err)
	}
	under := open(t, target, load.Options{})
	if _, err := under.Station(t.Context(), 2); err == nil || !strings.Contains(err.Error(), "the target file has 1") {
		t.Errorf("a station too many: %v", err)
	}
	s := station(t, under, 1)
	if _, err := s.Perform(t.Context(), "transfer.sample-3"); err == nil || !strings.Contains(err.Error(), "transfer.sample-1") {
		t.Errorf("a scenario that is none: %v", err)
	}
	act, err := s.Act(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Perform(t.Context(), transfer); err == nil {
		t.Error("a scenario in the middle of single operations")
	}
	if _, err := act.Dial("agent", "nobody"); err == nil {
		t.Error("nobody was dialled")
	}
	if _, err := act.Operate("agent", "call-1", "Answer", nil); err == nil {
		t.Error("no call was answered")
	}
	if _, err := act.End(); err != nil {
		t.Error(err)
	}
	if _, err := act.End(); err == nil {
		t.Error("the act ended twice")
	}
}
