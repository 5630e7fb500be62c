package engine_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// odd are answers that are nearly what they should be, from the first request on.
var odd = map[string]func(body []byte) string{
	"byte order mark":  func(body []byte) string { return "\ufeff" + string(body) },
	"text behind":      func(body []byte) string { return string(body) + "\n// done" },
	"twice":            func(body []byte) string { return string(body) + string(body) },
	"form feed":        func(body []byte) string { return string(body) + "\f" },
	"repeated members": func(body []byte) string { return strings.Replace(string(body), "{", `{"statusCode":4,`, 1) },
	"lone surrogate":   func(body []byte) string { return strings.Replace(string(body), "{", `{"note":"\ud83d",`, 1) },
}

// Such answers are findings: where an answer was there, nobody is told that there is no API.
func TestOddAnswers(t *testing.T) {
	t.Parallel()
	for name, bent := range odd {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			server, target := newRogue(t, behind(func(r *http.Request) func(*httptest.ResponseRecorder) {
				if isPoll(r) {
					return nil
				}
				return func(rec *httptest.ResponseRecorder) { rec.Body = bytes.NewBufferString(bent(rec.Body.Bytes())) }
			}))
			server.spoilt.Store(true)
			out, err := run(t, target, "session.me", "calls.hold.*", "invariants")
			if err != nil {
				t.Fatalf("not tested: %v", err)
			}
			told(t, out, nil)
		})
	}
}
