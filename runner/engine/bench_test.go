package engine_test

import (
	"bytes"
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/voicespec/voicespec/suites"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
)

// step is what every answer and every notification of the benchmarked server takes.
const step = 20 * time.Millisecond

// played is one run against a server whose steps take 20 ms.
func played(b *testing.B, stations int) (*engine.Outcome, []byte) {
	b.Helper()
	_, target := start(b, reference.Options{StepDelay: step}, stations)
	target.Budgets.Quiet = 100 * time.Millisecond
	var saved bytes.Buffer
	out, err := suites.Run(b.Context(), engine.Options{Target: target, SideBySide: true, Save: &saved})
	if err != nil || out.Report.Counts[result.Failed] > 0 {
		b.Fatalf("%v, %v", err, out.Report.Counts)
	}
	return out, saved.Bytes()
}

// interval is a time in which the target was busy, in seconds of the recording's clock.
type interval struct{ from, to float64 }

// share tells how much of the time in which a station's scenarios were played was the target's own: a
// request was being answered, or a notification was on its way (which takes one step). What is left is
// ours: deciding, connecting browsers, pauses.
func share(b *testing.B, saved []byte, station int) (own, all float64, worst map[string]float64) {
	b.Helper()
	var busy []interval
	begin, end := -1.0, 0.0
	began := map[string]float64{}
	worst = map[string]float64{}
	var spans []struct {
		id string
		interval
	}
	for e, err := range recording.Read(bytes.NewReader(saved)) {
		if err != nil {
			b.Fatal(err)
		}
		if e.Station != station || e.Scenario == "" {
			continue
		}
		switch {
		case e.Kind == recording.KindScenario && e.Event == recording.Begin:
			if began[e.Scenario] = e.At; begin < 0 {
				begin = e.At
			}
		case e.Kind == recording.KindScenario && e.Event == recording.End:
			end = e.At
			spans = append(spans, struct {
				id string
				interval
			}{e.Scenario, interval{began[e.Scenario], e.At}})
		case e.Kind == recording.KindRest:
			busy = append(busy, interval{e.At, e.AnsweredAt})
		case e.Kind == recording.KindMessage:
			busy = append(busy, interval{e.At - step.Seconds(), e.At})
		}
	}
	for _, s := range spans {
		worst[s.id] = (s.to - s.from) - within(busy, s.from, s.to)
	}
	return within(busy, begin, end), end - begin, worst
}

// within is the length of the union of intervals between two times.
func within(list []interval, from, to float64) float64 {
	slices.SortFunc(list, func(a, b interval) int { return cmp.Compare(a.from, b.from) })
	sum, at := 0.0, from
	for _, i := range list {
		lo, hi := max(i.from, at), min(i.to, to)
		if hi > lo {
			sum += hi - lo
			at = hi
		}
	}
	return sum
}

// BenchmarkPlay plays everything on one station and on four. target-% is the part of the wall time that
// is the target's own (90 is the aim), speed-up how much faster four stations are (3.5 is the aim).
func BenchmarkPlay(b *testing.B) {
	for b.Loop() {
		var took [2]float64
		for i, stations := range []int{1, 4} {
			out, saved := played(b, stations)
			least := 1.0
			last := 0.0
			for station := 1; station <= stations; station++ {
				own, all, ours := share(b, saved, station)
				least = min(least, own/all)
				last = max(last, all)
				if testing.Verbose() {
					for id, s := range ours {
						if s > 0.05 {
							b.Logf("station %d of %d: %s: %.0f ms are ours", station, stations, id, 1000*s)
						}
					}
				}
			}
			took[i] = last
			if stations == 1 {
				b.ReportMetric(100*least, "target-%")
				b.ReportMetric(took[0], "one-s")
			} else {
				b.ReportMetric(100*least, "target-of-four-%")
				b.ReportMetric(took[1], "four-s")
			}
			_ = out
		}
		b.ReportMetric(took[0]/took[1], "speed-up")
	}
}

// BenchmarkVerify judges saved recordings on one core: that of a run, every message of which is looked at
// by the checks of its scenario, and a long one of another client. The aim is 10,000 messages a second.
func BenchmarkVerify(b *testing.B) {
	_, target := start(b, reference.Options{}, 4)
	target.Budgets.Quiet = 50 * time.Millisecond
	var saved bytes.Buffer
	if _, err := suites.Run(b.Context(), engine.Options{Target: target, SideBySide: true, Save: &saved}); err != nil {
		b.Fatal(err)
	}
	var notes []*recording.Entry
	lines := 0
	for e, err := range recording.Read(bytes.NewReader(saved.Bytes())) {
		if err != nil {
			b.Fatal(err)
		}
		lines++
		if e.Kind == recording.KindMessage && e.Scenario == "transfer.sample-2" && e.Actor == "agent" {
			notes = append(notes, e)
		}
	}
	b.Run("run", func(b *testing.B) { verify(b, saved.Bytes(), lines) })
	b.Run("long", func(b *testing.B) {
		const calls = 4000
		verify(b, long(b, notes, calls), calls*len(notes))
	})
}

// verify reports what is judged in a second, of lines of a recording.
func verify(b *testing.B, saved []byte, lines int) {
	b.Helper()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	b.ReportAllocs()
	before := processor(b)
	for b.Loop() {
		if _, err := suites.Verify(b.Context(), bytes.NewReader(saved), engine.Options{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(lines)*float64(b.N)/(processor(b)-before).Seconds(), "messages/cpu-s")
	b.ReportMetric(float64(lines), "messages")
}

// processor is the time that this process has spent on processors: on a machine that others use, too,
// the time on the wall says little of one core.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// long is a recording of many calls like one, each with ids of its own.
func long(b *testing.B, notes []*recording.Entry, calls int) []byte {
	b.Helper()
	ids := map[string]bool{}
	for _, e := range notes {
		ids[e.CallID()] = true
	}
	var out bytes.Buffer
	w := recording.NewWriter(&out)
	for n := range calls {
		for i, e := range notes {
			raw := e.Message
			for id := range ids {
				raw = bytes.ReplaceAll(raw, []byte(id), fmt.Appendf(nil, "%s%06d", id, n))
			}
			w.Write(&recording.Entry{Kind: recording.KindMessage, At: float64(n) + float64(i)/10, Actor: "agent", Message: raw})
		}
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}
