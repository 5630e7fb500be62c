package voice

import (
	"fmt"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
)

// roots are where the paths of this API begin, below /api/v2.
var roots = []string{"me", "devices", "users", "notifications"}

// told are members of notifications of this API.
var told = []string{"messageType", "notificationType", "call", "device", "devices", "user"}

// Belongs reports whether a request or a notification is one of this API, as far as its path, or its channel and what it tells, say.
func Belongs(e *recording.Entry) bool {
	if e.Kind == recording.KindRest {
		path, _, _ := strings.Cut(e.Path, "?")
		first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		return first != "api" && (slices.Contains(roots, first) || e.Operation() != "")
	}
	if e.Kind != recording.KindMessage {
		return false
	}
	data := e.Data()
	return strings.HasPrefix(e.Channel, "/v2/") || strings.HasPrefix(e.Channel, "/meta/") || slices.ContainsFunc(told, func(name string) bool { return data[name] != nil })
}

// AnotherAPI says of so many requests and notifications that none belongs.
func AnotherAPI(requests, notifications int) string {
	what := fmt.Sprintf("none of the %d requests is of the Voice API, and no notification is", requests)
	if requests == 0 {
		what = fmt.Sprintf("none of the %d notifications is of the Voice API", notifications)
	}
	return what + ": another API was recorded"
}
