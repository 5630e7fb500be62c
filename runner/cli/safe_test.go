package cli

import (
	"bytes"
	"strings"
	"syscall"
	"testing"
)

func TestAConsoleObeysNothing(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in, want, onTerminal, onGitHub string // "": as want
	}{
		{in: "a line\n\tand another\n", want: "a line\n\tand another\n"},
		{in: "\r\x1b[K\x1b[1;31mred\x1b[0m", want: `\u000d\u001b[K\u001b[1;31mred\u001b[0m`, onTerminal: "\r\x1b[K\x1b[1;31mred\x1b[0m"},
		{in: "\x1b]0;x\a\u202e\u009b31m\xff\n", want: `\u001b]0;x\u0007\u202e\u009b31m\xff` + "\n"},
		{in: "  ::error::x\n::y##[z]\n", want: "  ::error::x\n::y##[z]\n", onGitHub: `  \u003a:error::x` + "\n" + `\u003a:y#\u0023[z]` + "\n"},
	} {
		for _, w := range []*safeWriter{{}, {terminal: true}, {github: true}} {
			var out bytes.Buffer
			w.w = &out
			want := tt.want
			if w.terminal && tt.onTerminal != "" {
				want = tt.onTerminal
			}
			if w.github && tt.onGitHub != "" {
				want = tt.onGitHub
			}
			if n, err := w.Write([]byte(tt.in)); n != len(tt.in) || err != nil || out.String() != want {
				t.Errorf("%q on %v: %q, want %q (%d, %v)", tt.in, w.terminal, out.String(), want, n, err)
			}
		}
		var out bytes.Buffer
		if _, err := (strictly{&out}).Write([]byte(tt.in)); err != nil || strings.ContainsAny(out.String(), "\x1b\r\a") {
			t.Errorf("strictly: %q, %v", out.String(), err)
		}
	}
}

// A pipe that nobody reads is told of once, and is no error.
func TestABrokenPipe(t *testing.T) {
	t.Parallel()
	told := 0
	w := newSafeWriter(brokenPipe{}, false)
	w.whenBroken(func() { told++ })
	for range 3 {
		if n, err := w.Write([]byte("x")); n != 1 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	}
	if told != 1 {
		t.Errorf("told %d times", told)
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, syscall.EPIPE }
