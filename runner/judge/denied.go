package judge

import (
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
)

// DataSetBy is the notification of the user data that a request wanted to set, to whomever; nil if none came.
func (c *Case) DataSetBy(request *recording.Entry) *recording.Entry {
	pairs, _ := request.Body()["userData"].(map[string]any)
	if len(pairs) == 0 {
		return nil
	}
	for _, e := range c.Messages("") {
		data, _ := e.Call()["userData"].(map[string]any)
		if Since(request, e) && HasPairs(data, pairs) {
			return e
		}
	}
	return nil
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
