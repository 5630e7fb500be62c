package judge

import (
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// DataSetBy is the notification of the user data that a request wanted to set, to whomever; nil if none came.
func (c *Case) DataSetBy(request *recording.Entry) *recording.Entry {
	pairs := voice.PairsIn(request)
	if len(pairs) == 0 {
		return nil
	}
	carries := voice.Carrying(pairs)
	for _, e := range c.Messages("") {
		if Since(request, e) && carries(e) {
			return e
		}
	}
	return nil
}

// SentToSignIn reports whether a request without good credentials was sent on to where one signs in: by a redirect, which is
// followed only within the server, and then shows a page for people.
func SentToSignIn(e *recording.Entry) bool {
	if e.Credentials == "" {
		return false
	}
	media, _, _ := strings.Cut(e.Headers["Content-Type"], ";")
	page := e.Problem == "" && e.Method == "GET" && e.Status == 200 && e.AnswerObject() == nil && strings.TrimSpace(media) == "text/html"
	return page || e.Status >= 300 && e.Status < 400 && e.Status != 304
}

// Unauthenticated reports whether a request was refused for want of credentials, whatever else there may be to refuse it for.
func Unauthenticated(e *recording.Entry) bool {
	const needsAuthentication = 20
	code, ok := e.StatusCode()
	switch {
	case e.Status == 401:
		return true
	case ok:
		return code == needsAuthentication
	}
	return e.Status == 403 && !strings.Contains(e.ResponseText, "Csrf")
}
