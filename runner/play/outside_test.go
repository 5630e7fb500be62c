//go:build unix

package play

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestScriptHangsUp is a script that calls by another program, which does not outlive it.
func TestScriptHangsUp(t *testing.T) {
	for name, script := range map[string]string{
		"which waits for it": `sleep 600 >"$0"; true`,
		"which does not":     `sleep 600 >"$0" &`,
		"which will not end": `trap "" TERM; sleep 600 >"$0"`,
	} {
		fifo := filepath.Join(t.TempDir(), "held")
		if err := syscall.Mkfifo(fifo, 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := startCommand([]string{"sh", "-c", script, fifo}, "5005", func() {})
		if err != nil {
			t.Fatal(err)
		}
		held, err := os.Open(fifo) // when the program behind the script has it open
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		c.HangUp(ctx)
		cancel()
		_ = held.SetReadDeadline(time.Now().Add(10 * time.Second))
		if _, err := held.Read(make([]byte, 1)); os.IsTimeout(err) {
			t.Errorf("a script %s: its program goes on", name)
		}
		_ = held.Close()
	}
}
