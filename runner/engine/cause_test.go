package engine_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/result"
)

// body is that of a request, which stays readable; "" where it cannot be read.
func body(r *http.Request) string {
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	if err != nil {
		return ""
	}
	return string(body)
}

// asked reports whether the body of a request holds a text.
func asked(r *http.Request, part string) bool { return strings.Contains(body(r), part) }

// bayeuxID finds the id of a Bayeux message.
var bayeuxID = regexp.MustCompile(`"id":"[^"]*"`)

// answersTo answers requests whose body holds a text.
func answersTo(part string, do misdeed) func(*rogue, http.ResponseWriter, *http.Request) bool {
	return func(g *rogue, w http.ResponseWriter, r *http.Request) bool {
		if !asked(r, part) {
			return false
		}
		do(g, w, r)
		return true
	}
}

func answering(status int, contentType, body string, headers ...string) misdeed {
	return func(_ *rogue, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Add(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // a client that went away misses it
	}
}

const (
	startSession = "StartContactCenterSession"
	asJSON       = "application/json"
)

// causes keep everything from being tested, from the first request on. Each has one cause and a remedy that fits it.
var causes = []struct {
	name          string
	spoil         func(*rogue, http.ResponseWriter, *http.Request) bool
	cause, remedy string
}{
	{"csrf lost", func(g *rogue, w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost || isPoll(r) {
			return false
		}
		answering(http.StatusForbidden, "text/plain", "Missing or invalid Csrf token")(g, w, r)
		return true
	}, "HTTP 403 Missing or invalid Csrf token", "X-CSRF-TOKEN"},
	{
		"telephone not registered", answersTo(startSession, answering(500, asJSON, `{"statusCode":4,"statusMessage":"Device '5005' is not registered."}`)),
		"Device '5005' is not registered", "register the telephone of 5005",
	},
	{
		"voice failed", answersTo(startSession, answering(200, asJSON,
			`{"statusCode":7,"failed":[{"statusCode":4,"statusMessage":"Device '5005' is not registered.","channel":"voice"}],"succeeded":[{"statusCode":0,"channel":"chat"}]}`)),
		"Device '5005' is not registered", "register the telephone of 5005",
	},
	{"bearer only", onAll(answering(401, asJSON, `{"statusCode":20,"statusMessage":"x"}`, "WWW-Authenticate", `Bearer realm="gws"`)), "it asks for Bearer", "name how a token is had"},
	{
		"wrong password", onAll(answering(401, asJSON, `{"statusCode":20,"statusMessage":"x"}`, "WWW-Authenticate", "Bearer", "WWW-Authenticate", "Basic")),
		"refused the credentials", "check user and password",
	},
	{"sign-in page", onAll(answering(200, "text/html", "<title>Sign in</title>")), "a sign-in page came", "let it pass"},
	{"another page", onAll(answering(200, "text/html", "<title>Welcome</title>")), "there is no Voice API", "path prefix"},
	{
		"handshake busy", answersTo("/meta/handshake", answering(200, asJSON, `[{"channel":"/meta/handshake","id":"1","successful":false,`+
			`"error":"403::Handshake denied","ext":{"failureReason":"503::Server is too busy"},"advice":{"reconnect":"none"}}]`)),
		"503::Server is too busy", "the reason that it gives",
	},
	{"no sticky sessions", alternately(), "known to some requests and not to others", "sent to the same node"},
	{"502 of a gateway", onAll(answering(502, "text/html", "<h1>Bad gateway</h1>")), "is not available", "does not reach it"},
	{"429 without end", onAll(answering(429, "text/html", "<h1>429</h1>", "Retry-After", "1")), "the target takes no more requests", "pace:"},
}

// Doctor and run tell the same cause with the same remedy, and neither judges the server.
func TestCauses(t *testing.T) {
	t.Parallel()
	for _, tt := range causes {
		t.Run(strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			server, target := newRogue(t, tt.spoil)
			server.spoilt.Store(true)
			target.Budgets.Request = 5 * time.Second // none of them is about time, and a busy machine has little of it
			found, err := engine.Doctor(t.Context(), engine.Options{Target: target})
			if err != nil {
				t.Fatal(err)
			}
			var bad []engine.Finding
			for _, f := range found {
				if !f.OK {
					bad = append(bad, f)
				}
			}
			if len(bad) != 1 || !strings.Contains(bad[0].Detail, tt.cause) || !strings.Contains(bad[0].Remedy, tt.remedy) {
				t.Errorf("doctor found %+v, want %q with remedy %q alone", bad, tt.cause, tt.remedy)
			}
			_, err = run(t, target, "session.me")
			cannot, ok := errors.AsType[*engine.TargetError](err)
			if !ok || !strings.Contains(cannot.Cause, tt.cause) || !strings.Contains(cannot.Remedy, tt.remedy) {
				t.Errorf("run ended with %v, want the cause %q with remedy %q", err, tt.cause, tt.remedy)
			}
		})
	}
}

// The limit that is met in the midst of a run is its cause, and no failure of the server.
func TestLimitWithoutEnd(t *testing.T) {
	t.Parallel()
	_, target := newRogue(t, onAll(answering(429, "text/html", "<h1>429</h1>", "Retry-After", "1")))
	out, err := run(t, target, "transfer.sample-2")
	cannot, ok := errors.AsType[*engine.TargetError](err)
	if !ok || !strings.Contains(cannot.Cause, "the target takes no more requests") || out.Report.Counts[result.Failed] > 0 {
		t.Errorf("the run ended with %v, %+v", err, out.Report.Counts)
	}
}

// A server without contact centre sessions, and one whose other channels fail, can be tested.
func TestNoCause(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]misdeed{
		"unknown-operation": answering(500, asJSON, `{"statusCode":3,"statusMessage":"Operation StartContactCenterSession is not registered"}`),
		"unsupported":       answering(200, asJSON, `{"statusCode":10,"statusMessage":"Not supported"}`),
		"voice-succeeded": answering(200, asJSON,
			`{"statusCode":7,"failed":[{"statusCode":4,"statusMessage":"Chat is not registered.","channel":"chat"}],"succeeded":[{"statusCode":0,"channel":"voice"}]}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, target := newRogue(t, answersTo(startSession, answer))
			server.spoilt.Store(true)
			found, err := engine.Doctor(t.Context(), engine.Options{Target: target})
			if err != nil || slices.ContainsFunc(found, func(f engine.Finding) bool { return !f.OK }) {
				t.Errorf("doctor found %+v, %v", found, err)
			}
		})
	}
}
