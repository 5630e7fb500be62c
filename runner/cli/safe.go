package cli

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"

	"regexp"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/term"

	"github.com/voicespec/voicespec/runner/report/evidence"
)

// safeWriter is between us and a console: whatever stands in a text, the console shows it and does not obey it.
type safeWriter struct {
	w        io.Writer
	terminal bool   // our own colours and the status line pass
	github   bool   // lines are read for commands
	broken   func() // told once when nobody reads any more

	mu   sync.Mutex
	gone bool
}

// ours is what a console may be told by us.
var ours = regexp.MustCompile("\r?\x1b\\[K|\x1b\\[[0-9;]*m")

func newSafeWriter(w io.Writer, github bool) *safeWriter {
	f, ok := w.(interface{ Fd() uintptr })
	return &safeWriter{w: w, github: github, terminal: ok && term.IsTerminal(int(f.Fd()))}
}

// Fd is that of a file, for who looks whether it is a terminal.
func (s *safeWriter) Fd() uintptr {
	if f, ok := s.w.(interface{ Fd() uintptr }); ok {
		return f.Fd()
	}
	return ^uintptr(0)
}

// Write writes whole lines, or what is no part of a command.
func (s *safeWriter) Write(b []byte) (int, error) {
	var out bytes.Buffer
	for line := range strings.SplitAfterSeq(string(b), "\n") {
		out.WriteString(s.line(line))
	}
	_, err := s.w.Write(out.Bytes())
	if errors.Is(err, syscall.EPIPE) {
		s.closed()
		err = nil // who closed a pipe does not want to know the rest
	}
	return len(b), err
}

func (s *safeWriter) closed() {
	s.mu.Lock()
	first, told := !s.gone, s.broken
	s.gone = true
	s.mu.Unlock()
	if first && told != nil {
		told()
	}
}

// whenBroken sets what is done when nobody reads any more.
func (s *safeWriter) whenBroken(told func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = told
}

func (s *safeWriter) line(line string) string {
	text, end := strings.CutSuffix(line, "\n")
	if s.terminal {
		var b strings.Builder
		done := 0
		for _, at := range ours.FindAllStringIndex(text, -1) {
			b.WriteString(shown(text[done:at[0]]) + text[at[0]:at[1]])
			done = at[1]
		}
		text = b.String() + shown(text[done:])
	} else {
		text = shown(text)
	}
	if s.github {
		text = disarmed(text)
	}
	if end {
		text += "\n"
	}
	return text
}

// shown writes out what a console would obey. Tabs are ours, or do no harm.
func shown(text string) string {
	if !strings.Contains(text, "\t") {
		return evidence.Escape(text)
	}
	parts := strings.Split(text, "\t")
	for i := range parts {
		parts[i] = evidence.Escape(parts[i])
	}
	return strings.Join(parts, "\t")
}

// disarmed keeps a line from being taken for a workflow command of GitHub: "::" at its beginning, "##[" anywhere.
func disarmed(text string) string {
	if trimmed := strings.TrimLeft(text, " \t"); strings.HasPrefix(trimmed, "::") {
		text = text[:len(text)-len(trimmed)] + `\u003a` + trimmed[1:]
	}
	return strings.ReplaceAll(text, "##[", `#\u0023[`)
}

// strictly is a writer for what others wrote, of which nothing passes but text.
type strictly struct{ io.Writer }

// Write writes out control characters.
func (s strictly) Write(b []byte) (int, error) {
	var out bytes.Buffer
	for line := range strings.SplitAfterSeq(string(b), "\n") {
		text, end := strings.CutSuffix(line, "\n")
		out.WriteString(shown(text))
		if end {
			out.WriteByte('\n')
		}
	}
	_, err := s.Writer.Write(out.Bytes())
	return len(b), err
}

// console makes the outputs of a call safe, once.
func (p *Program) console() {
	github := p.Getenv("GITHUB_ACTIONS") == "true"
	for _, w := range []*io.Writer{&p.Stdout, &p.Stderr} {
		if _, done := (*w).(*safeWriter); !done {
			*w = newSafeWriter(*w, github)
		}
	}
}

// commands is where workflow commands of our own go.
func (p *Program) commands() io.Writer {
	if s, ok := p.Stdout.(*safeWriter); ok {
		return s.w
	}
	return p.Stdout
}

// quote begins a part of the output in which GitHub heeds no commands, should it run us; the returned function ends it. Who
// wants to end it earlier would have to guess the token.
func (p *Program) quote() (end func()) {
	if p.Getenv("GITHUB_ACTIONS") != "true" {
		return func() {}
	}
	token := rand.Text()
	fmt.Fprintf(p.commands(), "::stop-commands::%s\n", token)
	return func() { fmt.Fprintf(p.commands(), "::%s::\n", token) }
}
