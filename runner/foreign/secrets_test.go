package foreign

import (
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

// A value of a cookie that reads as a word, or that the API shows as the id of something, is cut nowhere; that of a session is.
func TestCookies(t *testing.T) {
	t.Parallel()
	const call, session = "01ODRT0S2R4FDOUR7PVLO8UMM3000001", "0f3a9c2b7d5e4a61"
	s := &Secrets{}
	cookies := "state=Established; last=" + call + "; JSESSIONID=" + session + "; same=" + session
	s.Header("Cookie", cookies)
	if text := s.Cut(call + " " + session + " Established"); text != "*** *** Established" {
		t.Errorf("before anything is shown: %q", text)
	}
	for _, id := range []string{call, session} {
		s.Show(&recording.Entry{Kind: recording.KindMessage, Channel: "/v2/me/calls", Message: []byte(`{"channel":"/v2/me/calls","data":{"call":{"id":"` + id + `"}}}`)})
	}
	s.Header("Cookie", cookies)
	if text := s.Cut(call + " " + session + " Established"); text != call+" *** Established" {
		t.Errorf("after both were shown: %q", text)
	}
	s.Header("Set-Cookie", "SESSION="+call+"; Path=/")
	if text := s.Cut(call); text != "***" {
		t.Errorf("the cookie of a session: %q", text)
	}
}

// The longer of two secrets that begin alike is cut whole; beyond what is kept the oldest are forgotten.
func TestSecretValues(t *testing.T) {
	t.Parallel()
	s := &Secrets{Most: 3}
	for _, v := range []string{"first-secret-1", "sesame-1", "sesame-1-and-more", "sesame-1", "other-secret-2"} {
		s.Header("X-Token", v)
	}
	for text, want := range map[string]string{
		"":                                  "",
		"sesam":                             "sesam",
		"sesame-1":                          "***",
		"a sesame-1-and-more, sesame-1-and": "a ***, ***-and",
		"first-secret-1 is forgotten, other-secret-2": "first-secret-1 is forgotten, ***",
		"other-secret-2other-secret-2":                "******",
		`{"passWord": "x", "k": "v"}`:                 `{"passWord": "***", "k": "v"}`,
		"/me?access_token=abc&x=1":                    "/me?access_token=***&x=1",
	} {
		if got := s.Cut(text); got != want {
			t.Errorf("%q becomes %q, not %q", text, got, want)
		}
	}
}
