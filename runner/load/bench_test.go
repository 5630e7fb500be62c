package load_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/load"
	"github.com/voicespec/voicespec/runner/reference"
)

// apart starts the reference server as a process of its own, so that what it takes of the processor is not counted as ours.
func apart(b *testing.B, stations int) *config.Target {
	b.Helper()
	binary := filepath.Join(b.TempDir(), "voicespec")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", binary, "../voicespec").CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	ctx, cancel := context.WithCancel(context.Background())
	c := exec.CommandContext(ctx, binary, "serve", "--addr", "127.0.0.1:0", "--stations", fmt.Sprint(stations))
	out, err := c.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		cancel()
		_ = c.Wait() // it was killed
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return served(strings.TrimSpace(strings.TrimPrefix(line, "listening on ")), stations)
}

// served is the target file of such a server.
func served(url string, stations int) *config.Target {
	t := &config.Target{URL: url}
	agents := reference.DefaultAgents(stations)
	party := func(a reference.Agent) config.Party {
		return config.Party{User: a.User, Password: a.Password, Number: a.Number}
	}
	for i := 0; i+2 < len(agents); i += 3 {
		t.Stations = append(t.Stations, config.Station{Agent: party(agents[i]), Caller: party(agents[i+1]), Destination: party(agents[i+2])})
	}
	return t
}

// processor is the time that this process has spent on processors.
func processor(b testing.TB) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// perform performs a scenario n times, on all of some stations side by side.
func perform(b testing.TB, list []*load.Station, n int) {
	b.Helper()
	turns := make(chan struct{}, n)
	for range n {
		turns <- struct{}{}
	}
	close(turns)
	var wg sync.WaitGroup
	for _, s := range list {
		wg.Go(func() {
			for range turns {
				p, err := s.Perform(b.Context(), transfer)
				if err != nil {
					b.Error(err)
					return
				}
				if failed := p.Failed(); len(failed) > 0 {
					b.Errorf("%s: %s", failed[0].ID, failed[0].Message)
				}
			}
		})
	}
	wg.Wait()
}

// BenchmarkPerform performs a two-step transfer with its judgement, on one station and on many. cpu-ms is what one costs this
// process; it hardly grows with the stations.
func BenchmarkPerform(b *testing.B) {
	const most = 256
	target := apart(b, most)
	for _, listen := range [][]string{nil, {"agent"}} {
		for _, stations := range []int{1, 8, 64, most} {
			b.Run(fmt.Sprintf("listening=%d/stations=%d", max(1, 3-2*len(listen)), stations), func(b *testing.B) {
				under := open(b, target, load.Options{Listen: listen})
				var list []*load.Station
				before := processor(b)
				for n := 1; n <= stations; n++ {
					list = append(list, station(b, under, n))
				}
				b.ReportMetric((processor(b)-before).Seconds()*1000/float64(stations), "cpu-ms/login")
				perform(b, list, stations) // connections are there
				before = processor(b)
				b.ResetTimer()
				perform(b, list, b.N)
				b.ReportMetric((processor(b)-before).Seconds()*1000/float64(b.N), "cpu-ms/op")
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "op/s")
			})
		}
	}
}

// transfersEnv names how many transfers the curve is over; a night's is 100,000.
const transfersEnv = "VOICESPEC_TRANSFERS"

// BenchmarkCurve is what a transfer costs, and the memory in use, in each tenth of many transfers on eight stations: neither grows.
func BenchmarkCurve(b *testing.B) {
	transfers := 10_000
	if text := os.Getenv(transfersEnv); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 100 {
			b.Fatalf("%s=%s: not a number of 100 or more", transfersEnv, text)
		}
		transfers = n
	}
	const stations, tenths = 8, 10
	target := apart(b, stations)
	for b.Loop() {
		under := open(b, target, load.Options{})
		var list []*load.Station
		for n := 1; n <= stations; n++ {
			list = append(list, station(b, under, n))
		}
		perform(b, list, stations) // connections are there
		var curve strings.Builder
		var first, last float64
		for tenth := 1; tenth <= tenths; tenth++ {
			before := processor(b)
			perform(b, list, transfers/tenths)
			last = (processor(b) - before).Seconds() * 1000 / float64(transfers/tenths)
			if tenth == 1 {
				first = last
			}
			var memory runtime.MemStats
			runtime.GC() //nolint:revive // what is in use is asked for, and not what is not collected yet
			runtime.ReadMemStats(&memory)
			fmt.Fprintf(&curve, "\n%8d transfers: %.2f ms of the processor each, %.1f MB in use", tenth*transfers/tenths, last, float64(memory.HeapAlloc)/1e6)
		}
		fmt.Fprintln(os.Stdout, curve.String())
		b.ReportMetric(last/first, "last/first")
		b.ReportMetric(last, "cpu-ms/transfer")
	}
}
