package watch_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/voicespec/voicespec/runner/embedded"
	"github.com/voicespec/voicespec/runner/load"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/reference"
)

// process is a command of voicespec that runs by itself, so that what it takes of the processor can be told.
type process struct {
	url  string
	stop func() *os.ProcessState
}

// run starts a command on one processor, and waits until it listens.
func run(b *testing.B, binary string, args ...string) process {
	b.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	c := exec.CommandContext(ctx, binary, args...)
	c.Env = append(os.Environ(), "GOMAXPROCS=1")
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }

	out, err := c.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	lines := bufio.NewReader(out)
	line, err := lines.ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	stop := sync.OnceValue(func() *os.ProcessState {
		cancel()
		_, _ = io.Copy(io.Discard, lines) // what it found is in its results
		_ = c.Wait()                      // it was stopped
		return c.ProcessState
	})
	b.Cleanup(func() { stop() })
	return process{url: strings.TrimSpace(strings.TrimPrefix(line, "listening on ")), stop: stop}
}

// BenchmarkTraffic is what eight stations with their transfers cost a watch in front of the reference server. A request is one that
// was passed on, polls among them; requests/cpu-s is how many of them one processor can watch in a second.
func BenchmarkTraffic(b *testing.B) {
	const stations = 8
	binary, saved := filepath.Join(b.TempDir(), "voicespec"), b.TempDir()
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", binary, "../voicespec").CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	server := run(b, binary, "serve", "--addr", "127.0.0.1:0", "--stations", fmt.Sprint(stations))
	watcher := run(b, binary, "watch", "--listen", "127.0.0.1:0", "--target", server.url, "--save", saved)
	perform(b, watcher.url, stations)
	took := b.Elapsed().Seconds()
	state := watcher.stop()
	if state.ExitCode() != 0 {
		b.Errorf("watch: %s", state)
	}
	n, lost := passed(b, saved)
	if lost > 0 {
		b.Errorf("%d gaps", lost)
	}
	if used, ok := state.SysUsage().(*syscall.Rusage); ok {
		b.ReportMetric(float64(used.Maxrss)/1024, "MB") // kB on Linux
	}
	cpu := (state.UserTime() + state.SystemTime()).Seconds()
	b.ReportMetric(float64(n)/took, "requests/s")
	b.ReportMetric(float64(n)/cpu, "requests/cpu-s")
	b.ReportMetric(0, "ns/op")
}

// perform plays b.N transfers.
func perform(b *testing.B, url string, stations int) {
	b.Helper()
	under, err := load.Open(embedded.Target(url, reference.DefaultAgents(stations)), load.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer under.Close(context.Background())
	turns := make(chan struct{}, b.N)
	for range b.N {
		turns <- struct{}{}
	}
	close(turns)
	var all sync.WaitGroup
	b.ResetTimer()
	for n := 1; n <= stations; n++ {
		all.Go(func() {
			s, err := under.Station(b.Context(), n)
			for err == nil {
				if _, more := <-turns; !more {
					return
				}
				_, err = s.Perform(b.Context(), "transfer.sample-2")
			}
			b.Error(err)
		})
	}
	all.Wait()
	b.StopTimer()
}

// passed are the requests in recordings, and the gaps.
func passed(b *testing.B, dir string) (requests, gaps int) {
	b.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		b.Fatalf("%d recordings: %v", len(files), err)
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			b.Fatal(err)
		}
		for e, err := range recording.Read(f) {
			if err != nil {
				b.Fatal(err)
			}
			switch {
			case e.Kind == recording.KindGap && strings.Contains(e.Text, "more came"): // than it could keep up with
				gaps++
			case e.Kind == recording.KindRest, e.Kind == recording.KindBayeux && e.Direction == "sent":
				requests++
			}
		}
		_ = f.Close()
	}
	return requests, gaps
}
