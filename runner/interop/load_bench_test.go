package interop_test

import (
	"bufio"
	"context"
	"errors"
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

// spent is what a client took: milliseconds of the processor for a transfer, and transfers a second.
type spent struct{ ms, rate float64 }

// clients do the same two-step transfers: one that does nothing else and judges nothing, a script on cometd.js, k6 with our extension, and
// our engine, which judge each by every check.
var clients = []struct {
	name string
	cost func(b *testing.B, target *config.Target, file string) (spent, error)
}{
	{"bare limit", bareLimit}, {"cometd.js", cometd}, {"k6", underK6}, {"voicespec", ours(nil)}, {"voicespec, the agent alone", ours([]string{"agent"})},
}

// BenchmarkClients is the table of what a two-step transfer takes on the side of the client. All clients use the same server, one after
// the other, so that their ratio to the bare one says more than the milliseconds.
func BenchmarkClients(b *testing.B) {
	counts := []int{1, 8, 64, 256}
	table := map[string]map[int]spent{}
	for _, c := range clients {
		table[c.name] = map[int]spent{}
	}
	for _, stations := range counts {
		b.Run(fmt.Sprintf("stations=%d", stations), func(b *testing.B) {
			target, file := servedApart(b, stations)
			for b.Loop() {
				for _, c := range clients {
					took, err := c.cost(b, target, file)
					if err != nil {
						b.Logf("%s is left out: %v", c.name, err)
						continue
					}
					table[c.name][stations] = took
				}
			}
		})
	}
	if len(table["bare limit"]) == 0 { // another sub-benchmark was asked for, or none was played
		return
	}
	fmt.Fprintf(os.Stdout, "\n%s\n%s\n", ratios(table, counts, "CPU a transfer", "ms", func(s spent) float64 { return s.ms }),
		ratios(table, counts, "transfers a second", "1/s", func(s spent) float64 { return s.rate }))
}

// ratios are the rows of a table: the bare limit as it is, the others as multiples of it.
func ratios(table map[string]map[int]spent, counts []int, title, unit string, of func(spent) float64) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%-28s", title)
	for _, n := range counts {
		fmt.Fprintf(&out, "%6d st.", n)
	}
	for _, c := range clients {
		fmt.Fprintf(&out, "\n%-28s", c.name)
		for _, n := range counts {
			took, there := table[c.name][n]
			switch least := table[clients[0].name][n]; {
			case !there:
				fmt.Fprintf(&out, "%10s", "-")
			case c.name == clients[0].name:
				fmt.Fprintf(&out, "%10s", fmt.Sprintf("%.3g %s", of(took), unit))
			default:
				fmt.Fprintf(&out, "%10s", fmt.Sprintf("%.2f x", of(took)/of(least)))
			}
		}
	}
	return out.String() + "\n"
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

func bareLimit(b *testing.B, target *config.Target, _ string) (spent, error) {
	n := len(target.Stations)
	clients := make([]*bare, n)
	side(n, func(s int) { clients[s-1] = newBare(b, target, s) })
	side(n, func(s int) { clients[s-1].transfer() })
	took := measured(b, n*each, func() {
		side(n, func(s int) {
			for range each {
				clients[s-1].transfer()
			}
		})
	})
	side(n, func(s int) { clients[s-1].close() })
	return took, nil
}

// measured is what some transfers take in this process.
func measured(b *testing.B, transfers int, do func()) spent {
	b.Helper()
	before, began := processor(b, syscall.RUSAGE_SELF), time.Now()
	do()
	return spent{(processor(b, syscall.RUSAGE_SELF) - before) / float64(transfers), float64(transfers) / time.Since(began).Seconds()}
}

func ours(listen []string) func(*testing.B, *config.Target, string) (spent, error) {
	return func(b *testing.B, target *config.Target, _ string) (spent, error) {
		under, err := load.Open(target, load.Options{Listen: listen})
		if err != nil {
			return spent{}, err
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
		return measured(b, under.Stations*each, func() { side(under.Stations, func(s int) { perform(s, each) }) }), nil
	}
}

// cometd is a process of Node for each station, which says what its transfers took.
func cometd(b *testing.B, target *config.Target, _ string) (spent, error) {
	if err := install(); err != nil {
		return spent{}, err
	}
	n := len(target.Stations)
	if n > mostNodes {
		return spent{}, fmt.Errorf("more than %d processes of Node", mostNodes)
	}
	var mu sync.Mutex
	var all spent
	var failed error
	side(n, func(s int) {
		out, err := exec.CommandContext(b.Context(), "node", "load.mjs", "--url", target.URL, "--station", strconv.Itoa(s),
			"--transfers", strconv.Itoa(each)).CombinedOutput()
		var took spent
		_, bad := fmt.Sscan(string(out), &took.ms, &took.rate)
		mu.Lock()
		defer mu.Unlock()
		all.ms += took.ms / float64(n)
		all.rate += took.rate
		if err := errors.Join(err, bad); err != nil {
			failed = fmt.Errorf("load.mjs: %w\n%s", err, out)
		}
	})
	return all, failed
}

// mostNodes is how many processes of Node are started side by side.
const mostNodes = 8

// underK6 is k6 with its extension, less what its start and logging on cost.
func underK6(b *testing.B, target *config.Target, file string) (spent, error) {
	if os.Getenv("VOICESPEC_K6") == "" {
		return spent{}, errors.New("VOICESPEC_K6=1 compiles k6, which takes minutes")
	}
	binary, err := k6()
	if err != nil {
		return spent{}, err
	}
	script := filepath.Join(b.TempDir(), "script.js")
	err = os.WriteFile(script, []byte(`
import { target, play } from 'k6/x/voicespec';
const t = target(open('`+file+`'));
export const options = { scenarios: { all: { executor: 'per-vu-iterations', vus: t.stations, iterations: Number(__ENV.TIMES), maxDuration: '1h' } } };
export default function () { play('transfer.sample-2'); }
`), 0o600)
	if err != nil {
		return spent{}, err
	}
	run := func(times int) (ms, seconds float64, err error) {
		before, began := processor(b, syscall.RUSAGE_CHILDREN), time.Now()
		out, err := exec.CommandContext(b.Context(), binary, "run", "--quiet", "--summary-mode=disabled", "--no-usage-report", "--address", "",
			"-e", "TIMES="+strconv.Itoa(times), script).CombinedOutput()
		if err != nil {
			return 0, 0, fmt.Errorf("k6: %w\n%s", err, out)
		}
		return processor(b, syscall.RUSAGE_CHILDREN) - before, time.Since(began).Seconds(), nil
	}
	startMs, start, err := run(1)
	if err != nil {
		return spent{}, err
	}
	ms, seconds, err := run(each + 1)
	transfers := float64(len(target.Stations) * each)
	return spent{(ms - startMs) / transfers, transfers / (seconds - start)}, err
}
