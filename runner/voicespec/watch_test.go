//go:build unix

package main_test

import (
	"crypto/x509"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
)

// A watch, with TLS on either side, stands before a server that tells of Dialing before Held: it says so while traffic goes on, reports when it is
// asked to, and ends as the traffic was.
func TestWatch(t *testing.T) {
	t.Parallel()
	for _, transport := range []string{"long-polling", "websocket"} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			pem := certificate(t)
			agents := reference.DefaultAgents(1)
			_, url := serve(t, reference.Options{Agents: agents, Fault: "held-after-dialing"})
			secured := startWatch(t, "--target", url, "--cert", pem, "--key", pem)
			w := startWatch(t, "--target", secured.url, "--ca", pem, "--cert", pem, "--key", pem, "--admin", "127.0.0.1:0", "--save", "saved", "--keep", "1h",
				"--report-dir", "out", "--require", "InitiateTransfer,CompleteTransfer")

			found := w.out.wait("\nTRANSFER-3 (required) at ")
			run := newCommand(t, "run", "--run", "transfer.sample-2", "--transport", transport, "--report-dir", "")
			run.write(t, "tls: {ca: "+pem+"}\n"+targetFile(w.url, patient, agents))
			if code := run.call(t); code != result.ExitDoesNotConform || !strings.Contains(run.out.String(), "TRANSFER-3") {
				t.Fatalf("the run through the watch ends with %d: %s%s", code, run.out.String(), run.err.String())
			}
			await(t, found, w.command)
			w.reported(t)
			r := readResults(t, filepath.Join(w.Dir, "out", "results.json"))
			if r.Outcome != result.DoesNotConform || r.Operations["InitiateTransfer"] == 0 || len(r.Missing) > 0 {
				t.Errorf("reported: %s, operations %v, missing %v", r.Outcome, r.Operations, r.Missing)
			}
			for path, want := range map[string]string{
				"/metrics": `voicespec_operations_total{accepted="yes",operation="InitiateTransfer"} 1`, "/ladder": "POST /me/calls/", "/": "<title>voicespec watch</title>",
			} {
				if body := fetch(t, w.admin+path); !strings.Contains(body, want) {
					t.Errorf("%s lacks %q: %s", path, want, body)
				}
			}
			if metrics := fetch(t, w.admin+"/metrics"); !strings.Contains(metrics, `voicespec_findings_total{level="required",requirement="TRANSFER-3"}`) {
				t.Errorf("metrics lack the finding: %s", metrics)
			}
			if code := w.stop(t); code != result.ExitDoesNotConform || !strings.Contains(w.out.String(), "\nTRANSFER-3 (required) at ") {
				t.Errorf("exit code %d: %s%s", code, w.out.String(), w.err.String())
			}
			w.judgedAgain(t)
			if code := secured.stop(t); code != result.ExitDoesNotConform {
				t.Errorf("exit code %d: %s", code, secured.err.String())
			}
		})
	}
}

// What stands in a cookie or a token may be a word of the API, or the id of a call, too: it is judged as it came, and what is saved shows
// nothing else.
func TestWatchWhereCookiesAreWords(t *testing.T) {
	t.Parallel()
	for _, variation := range []string{"cookie-words", "cookie-last-call", "csrf-word"} {
		t.Run(variation, func(t *testing.T) {
			t.Parallel()
			agents := reference.DefaultAgents(1)
			_, url := serve(t, reference.Options{Agents: agents, Variation: variation})
			w := startWatch(t, "--target", url, "--save", "saved")
			run := newCommand(t, "run", "--run", "transfer.sample-2", "--run", "calls.*", "--report-dir", "")
			run.write(t, targetFile(w.url, patient, agents))
			if code := run.call(t); code != result.ExitConforms {
				t.Fatalf("the run through the watch ends with %d: %s%s", code, run.out.String(), run.err.String())
			}
			if code := w.stop(t); code != result.ExitConforms {
				t.Errorf("exit code %d: %s%s", code, w.out.String(), w.err.String())
			}
			files, err := filepath.Glob(filepath.Join(w.Dir, "saved", "watch-*.ndjson"))
			if err != nil || len(files) != 1 {
				t.Fatalf("saved: %v, %v", files, err)
			}
			verify := newCommand(t, "verify", files[0])
			if code := verify.call(t); code != result.ExitConforms {
				t.Errorf("verify of what was saved ends with %d: %s%s", code, verify.out.String(), verify.err.String())
			}
		})
	}
}

// watch is a running watch.
type watch struct {
	*command

	url, admin string
}

func startWatch(t *testing.T, args ...string) *watch {
	t.Helper()
	w := &watch{command: newCommand(t, append([]string{"watch", "--listen", "127.0.0.1:0"}, args...)...)}
	ready := w.out.wait("listening on ")
	if strings.Contains(strings.Join(args, " "), "--admin") {
		ready = w.out.wait("live page and metrics on ")
	}
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, ready, w.command)
	for line := range strings.Lines(w.out.String()) {
		if url, ok := strings.CutPrefix(line, "listening on "); ok {
			w.url = strings.TrimSpace(url)
		}
		if url, ok := strings.CutPrefix(line, "live page and metrics on "); ok {
			w.admin = strings.TrimSpace(url)
		}
	}
	return w
}

func await(t *testing.T, what <-chan struct{}, c *command) {
	t.Helper()
	select {
	case <-what:
	case <-time.After(budget):
		t.Fatalf("it never came: %s%s", c.out.String(), c.err.String())
	}
}

// reported asks for the reports, and waits until they are written.
func (w *watch) reported(t *testing.T) {
	t.Helper()
	written := w.out.wait("does not conform")
	if err := w.Process.Signal(syscall.SIGUSR1); err != nil {
		t.Fatal(err)
	}
	await(t, written, w.command)
}

func (w *watch) stop(t *testing.T) int {
	t.Helper()
	if err := w.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	return w.code(t)
}

// judgedAgain holds that what was saved shows the same.
func (w *watch) judgedAgain(t *testing.T) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(w.Dir, "saved", "watch-*.ndjson"))
	if err != nil || len(files) != 1 {
		t.Fatalf("saved: %v, %v", files, err)
	}
	c := newCommand(t, "verify", files[0])
	if code := c.call(t); code != result.ExitDoesNotConform || !strings.Contains(c.out.String(), "TRANSFER-3") {
		t.Errorf("verify of what was saved ends with %d: %s%s", code, c.out.String(), c.err.String())
	}
}

func fetch(t *testing.T, url string) string {
	t.Helper()
	answer, err := (&http.Client{}).Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// certificate is a file with a certificate for this machine, and its key.
func certificate(t *testing.T) string {
	t.Helper()
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	pair := server.TLS.Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]})
	path := filepath.Join(t.TempDir(), "pair.pem")
	if err := os.WriteFile(path, append(text, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})...), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
