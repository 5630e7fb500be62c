package engine_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/suites"
)

// said is what doctor says, a line a finding.
func said(t *testing.T, o engine.Options) string {
	t.Helper()
	found, err := engine.Doctor(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, f := range found {
		lines = append(lines, f.Name+" "+map[bool]string{true: "ok", false: "bad"}[f.OK]+": "+f.Detail+"; "+f.Remedy)
	}
	return strings.Join(lines, "\n")
}

// Doctor reads what the devices are set to, and calls where it is asked to; it leaves no call behind.
func TestDoctorLooks(t *testing.T) {
	t.Parallel()
	var dials atomic.Int32
	server, target := start(t, reference.Options{Variation: "wrap-up-reject", Log: func(line string) {
		if strings.HasPrefix(line, "POST ") && strings.HasSuffix(line, "/calls") {
			dials.Add(1)
		}
	}}, 1)
	text := said(t, engine.Options{Target: target})
	if !strings.Contains(text, "switch ok: 5005: reject-call-notready") || dials.Load() > 0 {
		t.Errorf("%d calls\n%s", dials.Load(), text)
	}
	text = said(t, engine.Options{Target: target, Call: true})
	if !strings.Contains(text, "call ok: agent at 5005 called 5000, and hung up") || dials.Load() == 0 || server.LiveCalls() > 0 {
		t.Errorf("%d calls, %d of them left\n%s", dials.Load(), server.LiveCalls(), text)
	}
	server, target = start(t, reference.Options{Variation: "routed"}, 1) // here the way to call is by a route point
	text = said(t, engine.Options{Target: target, Call: true})
	if !strings.Contains(text, "call ok: caller at 5000 called 85005, and hung up") || server.LiveCalls() > 0 {
		t.Errorf("%d calls are left\n%s", server.LiveCalls(), text)
	}
	target.Stations[0].Caller.Dials, target.Budgets.Event = "8999", 2*time.Second
	if text = said(t, engine.Options{Target: target, Call: true}); !strings.Contains(text, "8999 was dialled, and the agent was told of no call") || server.LiveCalls() > 0 {
		t.Errorf("%d calls are left\n%s", server.LiveCalls(), text)
	}
	server, target = start(t, withTelephones(reference.SIPOptions{Outside: []string{"5900"}}), 1)
	if text = said(t, engine.Options{Target: target, Call: true}); !strings.Contains(text, "call ok: 5900 called 5005, and hung up") || server.LiveCalls() > 0 {
		t.Errorf("%d calls are left\n%s", server.LiveCalls(), text)
	}
	_, target = start(t, reference.Options{Variation: "shown-otherwise"}, 1)
	for _, p := range []*config.Party{&target.Stations[0].Agent, &target.Stations[0].Caller, &target.Stations[0].Destination} {
		p.Shown = ""
	}
	if text := said(t, engine.Options{Target: target}); !strings.Contains(text, `write shown: "+16505555005"`) {
		t.Error(text)
	}
}

// What the target file says of a site is gone by: a reason for NotReady, telephones that answer by themselves.
func TestSaidOfASite(t *testing.T) {
	t.Parallel()
	for variation, x := range map[string]struct {
		say        func(*config.Party)
		untestable string // "" for nothing
	}{
		"reason-mandatory":    {func(p *config.Party) { p.Reason = "17" }, ""},
		"auto-answer-at-once": {func(p *config.Party) { p.Answer = config.Auto }, "answers by itself"},
	} {
		t.Run(variation, func(t *testing.T) {
			t.Parallel()
			_, target := start(t, reference.Options{Variation: variation}, 1)
			target.Budgets.Quiet = 100 * time.Millisecond
			for _, p := range []*config.Party{&target.Stations[0].Agent, &target.Stations[0].Caller, &target.Stations[0].Destination} {
				x.say(p)
			}
			out, err := run(t, target, "calls.*", "agent-state.*", "states.ringing", "session.*")
			if err != nil {
				t.Fatal(err)
			}
			untestable := false
			for _, c := range out.Report.Checks {
				switch {
				case c.Outcome == result.Failed || c.Outcome == result.Blocked || c.Outcome == result.Untestable && x.untestable == "":
					t.Errorf("%s %s: %s", c.ID, c.Outcome, c.Message)
				case c.Outcome == result.Untestable:
					untestable = untestable || strings.Contains(c.Message, x.untestable)
				}
			}
			if untestable != (x.untestable != "") {
				t.Errorf("untestable: %t", untestable)
			}
		})
	}
}

// Who waits begins when the target answers, and when its people are free.
func TestWait(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		before, after, waiting string
	}{
		"people": {`{"operationName":"StartContactCenterSession","channels":["voice"]}`, `{"operationName":"EndContactCenterSession"}`, "is logged in already"},
		"target": {"", "", "is not available"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var down atomic.Bool
			_, target := fronted(t, 1, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
				if down.Load() {
					http.Error(w, "<h1>Bad gateway</h1>", http.StatusBadGateway)
					return
				}
				next.ServeHTTP(w, r)
			})
			down.Store(x.before == "")
			if x.before != "" {
				post(t, target, target.Stations[0].Agent, "/me", x.before)
			}
			waited := make(chan string, 10)
			out, err := suites.Run(t.Context(), engine.Options{Target: target, Globs: []string{"session.me"}, Wait: time.Minute, Progress: func(e engine.Event) {
				if e.Kind != "waiting" {
					return
				}
				waited <- e.Text
				if down.Store(false); x.after != "" {
					post(t, target, target.Stations[0].Agent, "/me", x.after)
				}
			}})
			if err != nil || out.Report.ExitCode() != result.ExitConforms {
				t.Fatalf("%v %v", err, out)
			}
			if text := <-waited; !strings.Contains(text, x.waiting) {
				t.Errorf("waited for %q", text)
			}
		})
	}
}

// pems writes what a client needs of a server with certificates.
func pems(t *testing.T, client *tls.Config) config.TLS {
	t.Helper()
	pair := client.Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, kind string, raw []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: raw}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return config.TLS{
		Cert: write("client.pem", "CERTIFICATE", pair.Certificate[0]), Key: write("client.key", "PRIVATE KEY", key),
		CA: write("ca.pem", "CERTIFICATE", pair.Certificate[1]),
	}
}

// A server that asks for a client's certificate is tested with that of the target file, REST and both transports alike.
func TestClientCertificate(t *testing.T) {
	t.Parallel()
	for _, transport := range []string{config.LongPolling, config.WebSocket} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			server, target := start(t, reference.Options{Variation: "mutual-tls"}, 1)
			target.TLS, target.Transport = pems(t, server.ClientTLS()), transport
			out, err := run(t, target, "calls.hold", "session.me", "notifications.protocol")
			if err != nil {
				t.Fatal(err)
			}
			if slices.ContainsFunc(out.Report.Checks, func(c result.Check) bool { return c.Outcome == result.Failed || c.Outcome == result.Blocked }) {
				t.Errorf("%+v", out.Report.Counts)
			}
			target.TLS.Cert, target.TLS.Key = "", ""
			if text := said(t, engine.Options{Target: target}); !strings.Contains(text, "target bad") || !strings.Contains(text, "tls: {cert: client.pem, key: client.key}") {
				t.Error(text)
			}
		})
	}
}

// What two sides of TLS do not have in common is told as that.
func TestNothingInCommon(t *testing.T) {
	t.Parallel()
	for name, versions := range map[string]*tls.Config{
		"version": {MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11},
		"cipher":  {MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_RC4_128_SHA}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := httptest.NewUnstartedServer(http.NotFoundHandler())
			s.TLS = versions
			s.StartTLS()
			defer s.Close()
			_, target := start(t, reference.Options{}, 1)
			target.URL, target.TLS.Insecure = s.URL, true
			if text := said(t, engine.Options{Target: target}); !strings.Contains(text, "target bad") || !strings.Contains(text, "no TLS version or cipher in common") {
				t.Error(text)
			}
		})
	}
}
