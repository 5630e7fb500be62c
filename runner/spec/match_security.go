package spec

import (
	"slices"

	"github.com/onsi/gomega/types"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
)

// BeDenied judges that requests were answered with one of some HTTP statuses, or sent on to a sign-in, and that the user data that one wanted to set
// was notified to nobody.
func BeDenied(statuses ...int) types.GomegaMatcher {
	return match(func(list []*recording.Entry) []judge.Finding {
		var out []judge.Finding
		for _, e := range list {
			if e.Problem == "" && !slices.Contains(statuses, e.Status) && !judge.SentToSignIn(e) {
				out = append(out, judge.Finding{Entry: e, Path: "HTTP status", Expected: either(statuses) + " (" + e.Step + ")", Observed: play.Outcome(e)})
			}
			out = append(out, dataSet(e)...)
		}
		return orSilent(out, list)
	})
}

// SetNoData judges that the user data that a request wanted to set was notified to nobody.
func SetNoData() types.GomegaMatcher { return match(dataSet) }

func dataSet(request *recording.Entry) []judge.Finding {
	e := Case().DataSetBy(request)
	if e == nil {
		return nil
	}
	return []judge.Finding{{
		Entry: e, Path: "data.call.userData", Expected: "no change by a request that is refused", Observed: "the user data of " + request.Step,
	}}
}

// BeAuthenticated judges that a request was not refused for want of credentials, whatever else it was refused for.
func BeAuthenticated() types.GomegaMatcher {
	return match(func(e *recording.Entry) []judge.Finding {
		answered(e)
		if !judge.Unauthenticated(e) {
			return nil
		}
		return []judge.Finding{{Entry: e, Expected: "it is judged as the agent's own request", Observed: play.Outcome(e)}}
	})
}

// BringACookie judges that an answer sets a session cookie.
func BringACookie() types.GomegaMatcher {
	return &Matcher[*recording.Entry]{
		differences: func(e *recording.Entry) []judge.Finding {
			if e.Headers["Set-Cookie"] != "" {
				return nil
			}
			return []judge.Finding{{Entry: e, Path: "Set-Cookie", Expected: "a session cookie", Observed: "none"}}
		},
		what: func(*recording.Entry) string { return "no cookie was set" },
	}
}

// BringsToken reports whether an answer brings a CSRF token.
func BringsToken(e *recording.Entry) bool { return TokenHeader(e) != "" }

// TokenHeader is the name of the header that the CSRF token of an answer is sent in; "" where it brings none.
func TokenHeader(e *recording.Entry) string { return e.Headers["X-Csrf-Header"] }
