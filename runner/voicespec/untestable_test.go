package main_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
)

// A target that cannot be tested is one cause with its remedy, exit code 3 and reports that say so;
// it never shows as failed checks.
func TestUntestableTargets(t *testing.T) {
	t.Parallel()
	agents := reference.DefaultAgents(1)
	for _, tt := range []struct {
		name, cause, remedy string
		target              func(t *testing.T) string // the target file
	}{
		{"refused connection", "refuses connections", "check host and port", func(t *testing.T) string {
			return targetFile("http://"+closedPort(t), patient, agents)
		}},
		{"DNS failure", "has no address", "check the host name", func(*testing.T) string {
			return targetFile("http://gws.invalid:8080", patient, agents)
		}},
		{"TLS failure", "no TLS connection", "certificate", func(t *testing.T) string {
			s := httptest.NewTLSServer(http.NotFoundHandler())
			t.Cleanup(s.Close)
			s.Config.ErrorLog = nil
			return targetFile(s.URL, patient, agents)
		}},
		{"https where http is spoken", "speaks http, not https", "check the scheme", func(t *testing.T) string {
			_, url := serve(t, reference.Options{})
			return targetFile(strings.Replace(url, "http:", "https:", 1), patient, agents)
		}},
		{"http where https is spoken", "there is no Voice API", "check the path prefix", func(t *testing.T) string {
			s := httptest.NewTLSServer(http.NotFoundHandler())
			t.Cleanup(s.Close)
			return targetFile(strings.Replace(s.URL, "https:", "http:", 1), patient, agents)
		}},
		{"wrong prefix", "there is no Voice API", "check the path prefix", func(t *testing.T) string {
			_, url := serve(t, reference.Options{})
			return targetFile(url+"/wrong", patient, agents)
		}},
		{"HTML instead of an API", "there is no Voice API", "check the path prefix", func(t *testing.T) string {
			return targetFile(page(t, "text/html", "<html><body>It works!</body></html>"), patient, agents)
		}},
		{"JSON of another kind", "no device with number", "check number", func(t *testing.T) string {
			return targetFile(page(t, "application/json", `{"hello":"world"}`), patient, agents)
		}},
		{"wrong password", "refused the credentials of agent", "check user and password", func(t *testing.T) string {
			_, url := serve(t, reference.Options{})
			return strings.Replace(targetFile(url, patient, agents), agents[0].Password, "not the password", 1)
		}},
		{"wrong password of the caller", "refused the credentials of caller", "check user and password", func(t *testing.T) string {
			_, url := serve(t, reference.Options{})
			return strings.Replace(targetFile(url, patient, agents), agents[1].Password, "not the password", 1)
		}},
		{"busy agent", "is busy: call", "end the call", func(t *testing.T) string {
			_, url := serve(t, reference.Options{Agents: reference.DefaultAgents(2)})
			other := reference.DefaultAgents(2)[3]
			dial(t, url, other, agents[0].Number)
			return targetFile(url, patient, agents)
		}},
		{"silent server", "cannot be reached: no whole answer", "--slow", func(t *testing.T) string {
			var config net.ListenConfig
			l, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0") // takes connections, says nothing
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = l.Close() })
			return targetFile("http://"+l.Addr().String(), "{connect: 1s, request: 1s, event: 1s, quiet: 1s}", agents)
		}},
	} {
		t.Run(strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			c := newCommand(t, "run", "--save", "run.ndjson")
			c.write(t, tt.target(t))
			if code := c.call(t); code != result.ExitNotTested {
				t.Fatalf("exit code %d\n%s%s", code, c.out.String(), c.err.String())
			}
			said := c.err.String()
			if strings.Count(said, "\n") != 1 || !strings.Contains(said, tt.cause) || !strings.Contains(said, tt.remedy) {
				t.Errorf("stderr is no one sentence with %q and %q:\n%s", tt.cause, tt.remedy, said)
			}
			if n := strings.Count(c.out.String(), tt.cause); n != 1 {
				t.Errorf("the console names the cause %d times:\n%s", n, c.out.String())
			}
			r := c.results(t)
			if r.Outcome != result.NotTested || !strings.Contains(r.Reason, tt.cause) || r.Counts[result.Failed] != 0 || r.Counts[result.Passed] != 0 {
				t.Errorf("outcome %s, reason %q, counts %v", r.Outcome, r.Reason, r.Counts)
			}
			for _, name := range []string{"report.html", "junit.xml", "summary.md"} {
				text, err := os.ReadFile(filepath.Join(c.Dir, "voicespec-report", name))
				if err != nil || !strings.Contains(string(text), tt.cause) {
					t.Errorf("%s does not name the cause (%v)", name, err)
				}
			}
		})
	}
}

func closedPort(t *testing.T) string {
	t.Helper()
	var config net.ListenConfig
	l, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func page(t *testing.T, contentType, body string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// dial is somebody else who makes a call at the server.
func dial(t testing.TB, url string, from reference.Agent, to string) {
	t.Helper()
	post(t, url+"/api/v2/me", from, `{"operationName":"StartContactCenterSession","channels":["voice"]}`)
	post(t, url+"/api/v2/me/devices/"+from.DeviceID+"/calls", from, `{"operationName":"Dial","destination":{"phoneNumber":"`+to+`"}}`)
}

func post(t testing.TB, url string, as reference.Agent, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(as.User, as.Password)
	req.Header.Set("Content-Type", "application/json")
	resp, err := new(http.Client).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || !strings.Contains(string(answer), `"statusCode":0`) {
		t.Fatalf("POST %s %s: HTTP %d %s (%v)", url, body, resp.StatusCode, answer, err)
	}
}
