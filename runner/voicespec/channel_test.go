package main_test

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
)

// orders are what consoles and GitHub obey: other lines, clipboard, title, colours, C1, direction.
const (
	orders = "x\n::error::pwned\r\n  ::stop-commands::t\n##[error]pwned \x1b]52;c;cHduZWQ=\x07\x1b]0;pwned\x1b\\" +
		"\x1b[2J\x1b[31m\x9b31m\u009b31m\u202epwned\u2066\u2028::error::pwned"
	ordersInJSON = `x\n::error::pwned\r\n  ::stop-commands::t\n##[error]pwned \u001b]52;c;cHduZWQ=\u0007\u001b]0;pwned\u001b\\` +
		`\u001b[2J\u001b[31m\u009b31m\u202epwned\u2066\u2028::error::pwned`
)

// What a server sends is shown on a console, and nothing on it is obeyed: not by a terminal, and not by GitHub.
func TestNoOutputIsAChannel(t *testing.T) {
	t.Parallel()
	server, err := reference.New(reference.Options{Agents: reference.DefaultAgents(1)})
	if err != nil {
		t.Fatal(err)
	}
	next := server.Handler()
	listen := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		got := httptest.NewRecorder()
		next.ServeHTTP(got, r)
		out := got.Body.Bytes()
		for _, text := range []string{`"state":"Held`, `"notificationType":"Status`, `"statusMessage":"`, `"messageType":"`, `"error":"`, `"callType":"`} {
			out = bytes.ReplaceAll(out, []byte(text), []byte(text+ordersInJSON))
		}
		maps.Copy(w.Header(), got.Header())
		switch {
		case bytes.Contains(body, []byte(`"Hangup"`)):
		case bytes.Contains(body, []byte(`"Hold"`)):
			w.Header().Set("Content-Type", "text/html")
			out = []byte(orders)
		case bytes.Contains(body, []byte(`"Retrieve"`)):
			w.WriteHeader(http.StatusInternalServerError)
			out = []byte(orders)
		}
		w.Header().Del("Content-Length")
		_, _ = w.Write(out)
	}))
	t.Cleanup(func() {
		listen.CloseClientConnections()
		listen.Close()
		_ = server.Close()
	})
	for _, github := range []string{"true", ""} {
		c := newCommand(t, "run", "--debug", "--run", "transfer.sample-2", "--run", "calls.hold.*", "--run", "invariants")
		c.Env = append(c.Env, "GITHUB_ACTIONS="+github)
		c.write(t, targetFile(listen.URL, "{connect: 1s, request: 1s, event: 500ms, quiet: 50ms}", reference.DefaultAgents(1)))
		if code := c.call(t); code != result.ExitDoesNotConform {
			t.Fatalf("exit code %d\n%s", code, c.err.String())
		}
		shown, annotated := c.out.String(), ""
		if github != "" {
			shown, annotated = quoted(t, shown)
		}
		if !strings.Contains(shown, "pwned") || !strings.Contains(c.err.String(), "pwned") {
			t.Error("the server's texts are not shown at all")
		}
		for name, text := range map[string]string{"stdout": shown, "stderr": c.err.String(), "annotations": annotated} {
			harmless(t, name, text, name == "annotations", github != "")
		}
	}
}

// quoted parts what stands between stop-commands and its token from the commands behind it.
func quoted(t *testing.T, stdout string) (shown, annotated string) {
	t.Helper()
	first, rest, _ := strings.Cut(stdout, "\n")
	token, ok := strings.CutPrefix(first, "::stop-commands::")
	if !ok || len(token) < 20 {
		t.Fatalf("stdout begins with %q", first)
	}
	shown, annotated, ok = strings.Cut(rest, "\n::"+token+"::\n")
	if !ok || !strings.Contains(annotated, "::error title=") {
		t.Fatalf("commands are not heeded again, or there are none: %q", annotated)
	}
	return shown, annotated
}

func harmless(t *testing.T, name, text string, commands, github bool) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		for _, r := range line {
			if unicode.IsControl(r) && r != '\t' || unicode.Is(unicode.Cf, r) || r == 0x2028 {
				t.Errorf("%s: %q in %q", name, r, line)
				break
			}
		}
		if github && !commands && (strings.HasPrefix(strings.TrimLeft(line, " \t"), "::") || strings.Contains(line, "##[")) {
			t.Errorf("%s: a command: %q", name, line)
		}
	}
}

// stepOfAPipe keeps a run from its end until its output is closed.
const stepOfAPipe = 5 * time.Millisecond

// Who closes the pipe of an output has read enough: the run ends in order.
func TestAnOutputIsReadNoMore(t *testing.T) {
	t.Parallel()
	server, url := serve(t, reference.Options{Agents: reference.DefaultAgents(1), StepDelay: stepOfAPipe})
	c := newCommand(t, "run")
	c.write(t, targetFile(url, patient, reference.DefaultAgents(1)))
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	c.Stderr = write
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	_ = write.Close()
	if _, err := read.Read(make([]byte, 1)); err != nil { // the first scenario is through
		t.Fatal(err)
	}
	_ = read.Close()
	if code := c.code(t); code != result.ExitInterrupted {
		t.Errorf("exit code %d", code)
	}
	if r := c.results(t); len(r.LeftBehind) > 0 || server.LiveCalls() > 0 || server.ContactCenterSessions() > 0 || server.Sessions() > 0 {
		t.Errorf("left behind: %v; %d calls, %d logins, %d sessions", r.LeftBehind, server.LiveCalls(), server.ContactCenterSessions(), server.Sessions())
	}
}
