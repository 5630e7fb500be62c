package bayeux

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// The independent servers: CometD's own Node server, and Faye. They are not part
// of the module: VOICESPEC_TARGET names a copy with its dependencies installed.
func startTarget(t *testing.T, args ...string) string {
	t.Helper()
	dir := os.Getenv("VOICESPEC_TARGET")
	if dir == "" {
		t.Skip("VOICESPEC_TARGET names no copy of the independent target")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node")
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); err != nil {
		dir = installTarget(t)
	}
	cmd := exec.Command(node, append([]string{"target.mjs", "--port", "0"}, args...)...)
	cmd.Dir = dir
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("the target's stderr: %s", stderr.String())
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the target did not start: %v", err)
	}
	return strings.TrimPrefix(strings.TrimSpace(line), "listening on ")
}

// installed is a copy of the target with its dependencies, made once; TestMain
// removes it.
var installed string

var installOnce = sync.OnceValue(func() (err error) {
	if installed, err = os.MkdirTemp("", "target"); err != nil {
		return err
	}
	if err = os.CopyFS(installed, os.DirFS(os.Getenv("VOICESPEC_TARGET"))); err != nil {
		return err
	}
	cmd := exec.Command("npm", "ci", "--no-audit", "--no-fund")
	cmd.Dir = installed
	return cmd.Run()
})

func installTarget(t *testing.T) string {
	t.Helper()
	if err := installOnce(); err != nil {
		t.Skipf("the target's dependencies cannot be installed: %v", err)
	}
	return installed
}

func asUser(name string) func(*http.Request) {
	return func(r *http.Request) { r.SetBasicAuth(name, name+"-secret") }
}

func post200(t *testing.T, user, url, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	asUser(user)(req)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if answer, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: HTTP %d %s", body, resp.StatusCode, answer)
	}
}

func TestIndependentServers(t *testing.T) {
	for _, c := range []struct {
		server string
		by     Transport
	}{{"cometd", LongPolling}, {"faye", LongPolling}, {"faye", WebSocket}} {
		t.Run(fmt.Sprintf("%s over %s", c.server, c.by), func(t *testing.T) {
			root := startTarget(t, "--bayeux", c.server, "--poll-timeout", "1500")
			log := newRecorder()
			o := Options{URL: root + "/api/v2/notifications", Transport: c.by, Prepare: asUser("agent"), Observe: log.add}
			o.Jar, _ = cookiejar.New(nil)
			o.RequestTimeout = 10 * time.Second
			s := dial(t, o)
			if err := s.Subscribe(t.Context(), "/v2/me/calls", "/v2/me/devices"); err != nil {
				t.Fatal(err)
			}
			post200(t, "caller", root+"/api/v2/me/calls", `{"operationName":"Dial","destination":{"phoneNumber":"5005"}}`)
			event := log.await(t, KindEvent, "/v2/me/calls")
			if !bytes.Contains(event.Raw, []byte(`"Ringing"`)) {
				t.Errorf("the first event is %s", event.Raw)
			}
			log.awaitCount(t, KindReply, "/meta/connect", 3) // two held polls
			if err := s.Close(context.Background()); err != nil {
				t.Error(err)
			}
			log.none(t, KindFault)
			log.none(t, KindGap)
		})
	}
}

func TestIndependentServerRefusesCredentials(t *testing.T) {
	root := startTarget(t, "--bayeux", "faye")
	for _, by := range []Transport{LongPolling, WebSocket} {
		_, err := Dial(t.Context(), Options{URL: root + "/api/v2/notifications", Transport: by, RequestTimeout: 10 * time.Second})
		wantError(t, err, Refused, "HTTP 403")
	}
}

func TestIndependentServerNegotiates(t *testing.T) {
	root := startTarget(t, "--variant", "websocket-only")
	_, supported, err := Negotiate(t.Context(), Options{URL: root + "/api/v2/notifications", Prepare: asUser("agent")})
	if err != nil || len(supported) != 1 || supported[0] != "websocket" {
		t.Errorf("supported %v, error %v", supported, err)
	}
}

func TestIndependentServerHasNoWebSocket(t *testing.T) {
	root := startTarget(t, "--bayeux", "cometd")
	_, err := Dial(t.Context(), Options{URL: root + "/api/v2/notifications", Transport: WebSocket, Prepare: asUser("agent")})
	wantError(t, err, NotOffered, "HTTP 400")
}
