package spec

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
)

// HaveStatusCode judges that answers have a statusCode: of one request, or of many.
func HaveStatusCode(want int64) types.GomegaMatcher {
	judged := func(e *recording.Entry) []judge.Finding {
		switch code, ok := e.StatusCode(); {
		case !ok:
			return []judge.Finding{{Entry: e, Path: "statusCode", Expected: fmt.Sprintf("a JSON object with statusCode %d", want), Observed: play.Outcome(e)}}
		case code != want:
			return []judge.Finding{{Entry: e, Path: "statusCode", Expected: strconv.FormatInt(want, 10), Observed: play.Outcome(e)}}
		}
		return nil
	}
	return requests{match(func(list []*recording.Entry) []judge.Finding { return eachAnswered(list, judged) })}
}

// BeServed judges that an answer is a JSON object with statusCode 0, or one without a statusCode that HTTP says yes to.
func BeServed() types.GomegaMatcher {
	return &Matcher[*recording.Entry]{
		differences: func(e *recording.Entry) []judge.Finding {
			if e.Accepted() && e.AnswerObject() != nil {
				return nil
			}
			return []judge.Finding{{Entry: e, Expected: "it is served", Observed: play.Outcome(e)}}
		},
		contrary: func(e *recording.Entry) judge.Finding {
			return judge.Finding{Entry: e, Expected: "a refusal", Observed: "it is served: " + play.Outcome(e)}
		},
	}
}

// ShowTheServerAlive judges that a request was accepted after others that may have brought the server down: no answer is
// as bad as a refusal.
func ShowTheServerAlive() types.GomegaMatcher {
	return match(func(e *recording.Entry) []judge.Finding {
		if e.Accepted() {
			return nil
		}
		return []judge.Finding{{Entry: e, Expected: "the server goes on serving", Observed: play.Outcome(e)}}
	})
}

// BeSurvived judges that requests of which no page says whether they are taken were answered with a statusCode. A proxy
// may say for the server that one is too long.
func BeSurvived() types.GomegaMatcher {
	return each(func(e *recording.Entry) []judge.Finding {
		if _, ok := e.StatusCode(); ok || e.Status == http.StatusRequestEntityTooLarge || e.Status == http.StatusRequestURITooLong {
			return nil
		}
		return []judge.Finding{{Entry: e, Expected: "an answer with a statusCode (" + e.Step + ")", Observed: play.Outcome(e)}}
	})
}

func either(statuses []int) string {
	names := make([]string, len(statuses))
	for i, s := range statuses {
		names[i] = strconv.Itoa(s)
	}
	return strings.Join(names, " or ")
}

// BeAccepted judges that a request was answered with statusCode 0. The form and HTTP status of the answer have rules of
// their own, and so has a request that was not answered at all: then the spec is blocked.
func BeAccepted() types.GomegaMatcher {
	return &Matcher[*recording.Entry]{
		differences: func(e *recording.Entry) []judge.Finding {
			answered(e)
			return judge.Accepted("", e)
		},
		what: refusal,
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
