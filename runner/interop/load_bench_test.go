package interop_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/load"
)

// each is how many transfers a station does for each client.
const each = 20

// BenchmarkClients is what a two-step transfer costs the processor on the side of the client: of one that only does it, of a
// script on cometd.js, of ours, which judges it by every check, and of k6 with ours. All of them use the same server, one after the
// other, so that their ratio to the bare one (times-bare) says more than the milliseconds.
func BenchmarkClients(b *testing.B) {
	for _, stations := range []int{1, 8, 64, 256} {
		b.Run(fmt.Sprintf("stations=%d", stations), func(b *testing.B) {
			target, file := servedApart(b, stations)
			for b.Loop() {
				least := costOfBare(b, target)
				b.ReportMetric(least, "bare-ms")
				for name, cost := range map[string]func(*testing.B, *config.Target, string) (float64, error){
					"voicespec": ours(nil), "voicespec-agent-alone": ours([]string{"agent"}), "cometd": cometd, "k6": underK6,
				} {
					ms, err := cost(b, target, file)
					if err != nil {
						b.Logf("%s is left out: %v", name, err)
						continue
					}
					b.ReportMetric(ms/least, name+"-times-bare")
				}
			}
		})
	}
}

// servedApart starts a server as a process of its own, and returns its target, read and as a file.
func servedApart(b *testing.B, stations int) (*config.Target, string) {
	b.Helper()
	binary, err := voicespec()
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	c := exec.CommandContext(ctx, binary, "serve", "--addr", "127.0.0.1:0", "--stations", strconv.Itoa(stations))
	file := filepath.Join(b.TempDir(), "voicespec.yaml")
	text, err := os.Create(file)
	if err != nil {
		b.Fatal(err)
	}
	c.Stderr = text
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		cancel()
		_ = c.Wait() // it was killed
		text.Close()
	})
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		b.Fatal(err)
	}
	target, err := config.Load(file, config.Overrides{})
	for wait := time.Now(); (err != nil || len(target.Stations) < stations) && time.Since(wait) < budget; { // it is being written
		target, err = config.Load(file, config.Overrides{})
	}
	if err != nil {
		b.Fatal(err)
	}
	return target, file
}

// processor is the time that this process, or its children that have ended, spent on processors, in milliseconds.
func processor(b testing.TB, who int) float64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(who, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e6
}

// side plays on all stations side by side.
func side(stations int, f func(station int)) {
	var wg sync.WaitGroup
	for n := 1; n <= stations; n++ {
		wg.Go(func() { f(n) })
	}
	wg.Wait()
}

func costOfBare(b *testing.B, target *config.Target) float64 {
	b.Helper()
	n := len(target.Stations)
	clients := make([]*bare, n)
	side(n, func(s int) { clients[s-1] = newBare(b, target, s) })
	side(n, func(s int) { clients[s-1].transfer() })
	before := processor(b, syscall.RUSAGE_SELF)
	side(n, func(s int) {
		for range each {
			clients[s-1].transfer()
		}
	})
	cost := processor(b, syscall.RUSAGE_SELF) - before
	side(n, func(s int) { clients[s-1].close() })
	return cost / float64(n*each)
}

func ours(listen []string) func(*testing.B, *config.Target, string) (float64, error) {
	return func(b *testing.B, target *config.Target, _ string) (float64, error) {
		under, err := load.Open(target, load.Options{Listen: listen})
		if err != nil {
			return 0, err
		}
		defer under.Close(b.Context())
		perform := func(s, times int) {
			station, err := under.Station(b.Context(), s)
			for i := 0; i < times && err == nil; i++ {
				var p *load.Performance
				if p, err = station.Perform(b.Context(), "transfer.sample-2"); err == nil && len(p.Failed()) > 0 {
					err = fmt.Errorf("%s: %s", p.Failed()[0].ID, p.Failed()[0].Message)
				}
			}
			if err != nil {
				b.Error(err)
			}
		}
		side(under.Stations, func(s int) { perform(s, 1) })
		before := processor(b, syscall.RUSAGE_SELF)
		side(under.Stations, func(s int) { perform(s, each) })
		return (processor(b, syscall.RUSAGE_SELF) - before) / float64(under.Stations*each), nil
	}
}

// cometd is a process of Node for each station, which says what its transfers took.
func cometd(b *testing.B, target *config.Target, _ string) (float64, error) {
	if err := install(); err != nil {
		return 0, err
	}
	n := len(target.Stations)
	if n > mostNodes {
		return 0, fmt.Errorf("more than %d processes of Node", mostNodes)
	}
	var mu sync.Mutex
	var sum float64
	var failed error
	side(n, func(s int) {
		out, err := exec.CommandContext(b.Context(), "node", "load.mjs", "--url", target.URL, "--station", strconv.Itoa(s),
			"--transfers", strconv.Itoa(each)).CombinedOutput()
		ms, bad := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
		mu.Lock()
		defer mu.Unlock()
		if sum += ms; err != nil || bad != nil {
			failed = fmt.Errorf("load.mjs: %w\n%s", err, out)
		}
	})
	return sum / float64(n), failed
}

// mostNodes is how many processes of Node are started side by side.
const mostNodes = 8

// underK6 is k6 with its extension, less what its start and logging on cost.
func underK6(b *testing.B, target *config.Target, file string) (float64, error) {
	binary, err := k6()
	if err != nil {
		return 0, err
	}
	script := filepath.Join(b.TempDir(), "script.js")
	err = os.WriteFile(script, []byte(`
import { target, play } from 'k6/x/voicespec';
const t = target(open('`+file+`'));
export const options = { scenarios: { all: { executor: 'per-vu-iterations', vus: t.stations, iterations: Number(__ENV.TIMES), maxDuration: '1h' } } };
export default function () { play('transfer.sample-2'); }
`), 0o600)
	if err != nil {
		return 0, err
	}
	run := func(times int) (float64, error) {
		before := processor(b, syscall.RUSAGE_CHILDREN)
		out, err := exec.CommandContext(b.Context(), binary, "run", "--quiet", "--summary-mode=disabled", "--no-usage-report", "--address", "",
			"-e", "TIMES="+strconv.Itoa(times), script).CombinedOutput()
		if err != nil {
			return 0, fmt.Errorf("k6: %w\n%s", err, out)
		}
		return processor(b, syscall.RUSAGE_CHILDREN) - before, nil
	}
	start, err := run(1)
	if err != nil {
		return 0, err
	}
	all, err := run(each + 1)
	return (all - start) / float64(len(target.Stations)*each), err
}
