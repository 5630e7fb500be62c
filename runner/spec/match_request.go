package spec

import (
	"fmt"

	"github.com/onsi/gomega/types"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
)

// BeAccepted judges that a request was answered with statusCode 0. The form and HTTP status of the answer have rules of
// their own, and so has a request that was not answered at all: then the spec is blocked.
func BeAccepted() types.GomegaMatcher {
	return &Matcher[*recording.Entry]{
		differences: func(e *recording.Entry) []judge.Finding {
			answered(e)
			return judge.Accepted("", e)
		},
		what: func(e *recording.Entry) string { return refusal(e) },
	}
}

// refusal says that an operation was refused.
func refusal(e *recording.Entry) string {
	name := e.Operation()
	if name == "" {
		name = e.Method + " " + e.Path
	}
	return fmt.Sprintf("%s was refused: %s", name, play.Outcome(e))
}
