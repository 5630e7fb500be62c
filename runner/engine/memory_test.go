package engine_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	// The command is built and run, so a cached result of this test must not outlive a change in it.
	_ "github.com/voicespec/voicespec/runner/cli"
)

// memoryLimit is what a run may take of memory, whatever the target sends, in bytes.
const memoryLimit = 256 << 20

// The command stays below the limit with each of the servers that send without measure. It is a process
// of its own, whose peak the system knows.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	binary := filepath.Join(t.TempDir(), "voicespec")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "../voicespec").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	for _, tt := range hostile {
		if !strings.Contains(tt.name, "100") && !strings.Contains(tt.name, "endless") {
			continue
		}
		t.Run(strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			_, target := newRogue(t, tt.spoil)
			peak(t, binary, target.URL, "long-polling", 1, 3)
		})
	}
	for _, tt := range floods {
		t.Run(strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			_, target := newRogue(t, tt.spoil)
			peak(t, binary, target.URL, "long-polling", 1, 3)
		})
	}
	for _, tt := range burdens {
		t.Run(strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			_, target := newRogue(t, tt.spoil)
			peak(t, binary, target.URL, "long-polling", 0, 1, 3) // 1 and 3: impatient on a busy machine
		})
	}
	for _, tt := range append(sockets[:2:2], frameFloods...) {
		t.Run(strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			rogue, target := newRogue(t, nil)
			rogue.frame = tt.spoil
			peak(t, binary, target.URL, "websocket", 1, 3)
		})
	}
}

// peak runs the command and holds its peak against the limit.
func peak(t *testing.T, binary, url, transport string, codes ...int) {
	t.Helper()
	dir := t.TempDir()
	file := fmt.Sprintf(`target: %s
transport: %s
budgets: {connect: 1s, request: 1s, event: 500ms, quiet: 50ms}
stations:
  - agent: {user: agent, password: agent-secret, number: "5005"}
    caller: {user: caller, password: caller-secret, number: "5000"}
    destination: {user: destination, password: destination-secret, number: "5001"}
`, url, transport)
	if err := os.WriteFile(filepath.Join(dir, "voicespec.yaml"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), binary, "run", "--save", "run.ndjson", "--run", "transfer.sample-2", "--run", "calls.hold.*", "--run", "invariants")
	c.Dir = dir
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	began := time.Now()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended, highest := make(chan struct{}), make(chan int, 1)
	go func() { highest <- watch(c.Process.Pid, ended) }()
	err := c.Wait()
	close(ended)
	kib := <-highest
	code := c.ProcessState.ExitCode()
	if !slices.Contains(codes, code) {
		t.Fatalf("%v\n%s", err, out.Bytes())
	}
	if kib == 0 {
		t.Skip("the system does not tell the peak")
	}
	t.Logf("peak %d MiB, exit code %d, %s, %s of CPU", kib>>10, code, time.Since(began).Round(time.Second), c.ProcessState.UserTime().Round(time.Second))
	if kib<<10 > memoryLimit {
		t.Errorf("peak %d MiB", kib>>10)
	}
}

// watch reads a process's peak, in KiB, until it has ended. What wait tells of a child would not do: Linux
// counts in what its parent had at the moment of the fork.
func watch(pid int, ended <-chan struct{}) (highest int) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if _, line, ok := strings.Cut(string(status), "VmHWM:"); ok && err == nil {
			if n, err := strconv.Atoi(strings.Fields(line)[0]); err == nil {
				highest = max(highest, n)
			}
		}
		select {
		case <-tick.C:
		case <-ended:
			return highest
		}
	}
}
