package recording_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/voicespec/voicespec/runner/recording"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func message(actor, id, state string) *recording.Entry {
	return &recording.Entry{Kind: recording.KindMessage, Actor: actor, Message: fmt.Appendf(nil,
		`{"channel":"/v2/me/calls","data":{"notificationType":"StatusChange","call":{"id":%q,"state":%q}}}`, id, state)}
}

func TestTapeOwnership(t *testing.T) {
	t.Parallel()
	tape := recording.NewLog(nil).Tape(3)
	tape.Append(&recording.Entry{Kind: recording.KindNote, Text: "before"})
	tape.Play("first")
	tape.Append(message("agent", "a", "Ringing"))
	tape.Play("")
	tape.Append(message("agent", "between", "Ringing")) // nobody's, so far
	tape.Play("second")
	tape.Append(message("agent", "a", "Released")) // late: it belongs to who owns its call
	tape.Append(message("agent", "b", "Dialing"))
	tape.Append(&recording.Entry{Kind: recording.KindMessage, Message: []byte(`{"channel":"/v2/me/devices","data":{"devices":[]}}`)})
	tape.Append(&recording.Entry{Kind: recording.KindRest, Scenario: "first"}) // said by who appends it
	tape.Append(message("agent", "between", "Released"))
	want := map[string]int{"": 2, "first": 3, "second": 3, "third": 0}
	for id, n := range want {
		if got := tape.Scenario(id); len(got) != n {
			t.Errorf("%q has %d entries, want %d", id, len(got), n)
		}
	}
	for i, e := range tape.From(0) {
		if e.Seq != i+1 || e.Station != 3 {
			t.Errorf("entry %d has number %d and station %d", i, e.Seq, e.Station)
		}
	}
	if last := tape.Scenario("first"); last[1].State() != "Released" {
		t.Errorf("the late message is not in its place: %+v", last)
	}
	if tape.Mark() != 8 || len(tape.From(6)) != 2 || len(tape.From(100)) != 0 {
		t.Errorf("mark %d", tape.Mark())
	}
}

// What was judged is forgotten, but for what came before the first scenario and whose call it is that goes on.
func TestTapeForgets(t *testing.T) {
	t.Parallel()
	tape := recording.NewLog(nil).Tape(1)
	tape.Append(&recording.Entry{Kind: recording.KindNote, Text: "connecting"})
	tape.Play("first")
	tape.Append(message("agent", "over", "Ringing"))
	tape.Append(message("agent", "over", "Released"))
	tape.Append(message("agent", "goes on", "Ringing"))
	tape.Append(&recording.Entry{Kind: recording.KindGap})
	tape.Play("second")
	mark := tape.Mark()
	tape.Append(message("agent", "new", "Ringing"))
	if dropped := tape.Forget(mark); len(dropped) != 4 || len(tape.Gaps()) != 0 || len(tape.Scenario("first")) != 0 {
		t.Errorf("%d dropped, %d gaps, %d of the first", len(dropped), len(tape.Gaps()), len(tape.Scenario("first")))
	}
	if again := tape.Forget(mark); len(again) != 0 || tape.Mark() != mark+1 {
		t.Errorf("%d dropped again, mark %d", len(again), tape.Mark())
	}
	if all := tape.From(0); len(all) != 2 || all[0].Text != "connecting" || all[1].CallID() != "new" {
		t.Errorf("left: %v", all)
	}
	if got := tape.From(mark); len(got) != 1 || got[0].CallID() != "new" || len(tape.From(mark+1)) != 0 {
		t.Errorf("since the mark: %v", got)
	}
	if tape.Knew("agent", "over", mark) || !tape.Knew("agent", "goes on", mark) || tape.Knew("caller", "goes on", mark) || tape.Knew("agent", "new", mark) {
		t.Error("who knew which call is not as it was")
	}
	if late := tape.Append(message("agent", "goes on", "Released")); late.Scenario != "first" {
		t.Errorf("the end of the call belongs to %q", late.Scenario)
	}
	if tape.Forget(tape.Mark()); len(tape.From(0)) != 1 || len(tape.Scenario("")) != 1 {
		t.Errorf("left: %v", tape.From(0))
	}
}

// Entries of all tapes are numbered in the order in which the sink gets them.
func TestLogOrder(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var seen []int
	log := recording.NewLog(func(e *recording.Entry) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, e.Seq)
	})
	var g sync.WaitGroup
	for station := 1; station <= 4; station++ {
		tape := log.Tape(station)
		g.Go(func() {
			for range 50 {
				tape.Append(&recording.Entry{Kind: recording.KindNote})
			}
			last := 0
			for _, e := range tape.From(0) {
				if e.Seq <= last {
					t.Errorf("number %d follows %d", e.Seq, last)
				}
				last = e.Seq
			}
		})
	}
	g.Wait()
	for i, seq := range seen {
		if seq != i+1 {
			t.Fatalf("the sink got number %d as entry %d", seq, i+1)
		}
	}
	if len(seen) != 200 {
		t.Errorf("%d entries", len(seen))
	}
	log.Exclusive(func() {
		if len(seen) != 200 {
			t.Error("something was appended")
		}
	})
}

func TestAwait(t *testing.T) {
	t.Parallel()
	tape := recording.NewLog(nil).Tape(1)
	isHeld := func(list []*recording.Entry) bool {
		for _, e := range list {
			if e.State() == "Held" {
				return true
			}
		}
		return false
	}
	tape.Append(message("agent", "a", "Held"))
	if !tape.Await(t.Context(), 0, isHeld) {
		t.Error("what is there is not found")
	}
	mark := tape.Mark()
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if tape.Await(over, mark, isHeld) {
		t.Error("what was before the mark is found")
	}
	waiting := make(chan struct{})
	found := make(chan bool)
	go func() {
		first := true
		found <- tape.Await(t.Context(), mark, func(list []*recording.Entry) bool {
			if first {
				first = false
				close(waiting)
			}
			return isHeld(list)
		})
	}()
	<-waiting
	tape.Append(message("agent", "a", "Established")) // wakes, but is not it
	tape.Append(message("agent", "a", "Held"))
	if !<-found {
		t.Error("it was not woken")
	}
}
