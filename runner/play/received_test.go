package play

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

// What reads as a word of the API is cut where it is told to be a cookie's or a token's, and nowhere else.
func TestWordsInCookies(t *testing.T) {
	t.Parallel()
	s := newSecrets()
	for name, value := range map[string]string{"state": "Ready", "call": "Established", "JSESSIONID": "0f3a9c2b7d", "n": "5005", "lang": "en-US"} {
		s.learn(&http.Cookie{Name: name, Value: value})
	}
	s.token("X-CSRF-TOKEN", "SingleStepConference")
	for in, want := range map[string]string{
		`{"state":"Established","userState":"Ready","x":"5005"}`: `{"state":"Established","userState":"Ready","x":"5005"}`,
		`Cookie: call=Established; state=Ready, lang=en-US`:      `Cookie: [secret]; [secret], [secret]`,
		`X-CSRF-TOKEN: SingleStepConference`:                     `[secret]`,
		`SingleStepConference in the state`:                      `SingleStepConference in the state`,
		`{"x":"0f3a9c2b7d"}`:                                     `{"x":"[secret]"}`,
	} {
		if got := s.cutValues(string(s.cut([]byte(in)))); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestUnguessable(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]bool{
		"Ready": false, "CallStateChangeMessage": false, "api-supervisor-monitoring": false, "true": false, "en-US": false, "2026-11-25": false,
		"+14155550123": false, "node7": false, "ParticipantsUpdated": false,
		"0f3a9c2b7d": true, "631608b3-ceb1-472b-ba05-2ae39555b0d1": true, "YWdlbnQ6YWdlbnQ=": true, "12345678901234567890": true,
		"kjhdfgkjhsdfgkjhsdfkj": true, "aGxkSjWqPzLkMnBvCx": true, "Böse": false,
	} {
		if got := recording.Unguessable(value); got != want {
			t.Errorf("%s: %v", value, got)
		}
	}
}

// An id that the API shows is none's secret, unless it is a session's.
func TestIdsInCookies(t *testing.T) {
	t.Parallel()
	const device, session = "631608b3-ceb1-472b-ba05-2ae39555b0d1", "a31608b3ceb1472bba052ae39555b0d1"
	s := newSecrets()
	s.learn(&http.Cookie{Name: "device", Value: device})
	s.learn(&http.Cookie{Name: "JSESSIONID", Value: session})
	raw, err := json.Marshal(map[string]any{"data": map[string]any{"call": map[string]any{"id": session}, "devices": []any{map[string]any{"id": device}}}})
	if err != nil {
		t.Fatal(err)
	}
	e := &recording.Entry{Kind: recording.KindMessage, Message: raw}
	if got, want := string(s.shown(e).Message), `{"data":{"call":{"id":"[secret]"},"devices":[{"id":"`+device+`"}]}}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if e.CallID() != session {
		t.Error("the judge sees another id than what came")
	}
}

// A text that was shortened within a secret shows no part of it.
func TestShortenedSecrets(t *testing.T) {
	t.Parallel()
	s := newSecrets()
	s.sent("agent", "agent-secret-of-many-letters")
	s.learn(&http.Cookie{Name: "state", Value: "Ready"})
	for in, want := range map[string]string{
		`"x agent-secret..." expected "Ready"`: `"x [secret]..." expected "Ready"`,
		"of the agent-sec… (9 more)":           "of the [secret]… (9 more)",
		"nothing of this call at the agent":    "nothing of this call at the agent",
		"in another state...":                  "in another state...",
	} {
		if got := s.cutValues(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}
