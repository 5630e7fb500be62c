package spec

import (
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/result"
)

// RequestBy is the request of a person with a label; without credentials in the target file there is none.
func RequestBy(who, label string) *recording.Entry {
	seen(who)
	return Request(label)
}

// RequestsLabelled are the requests with labels, those of them that were sent; a spec about none ends.
func RequestsLabelled(labels ...string) []*recording.Entry {
	var out []*recording.Entry
	for _, label := range labels {
		if e := Case().Step(label); e != nil {
			out = append(out, e)
		}
	}
	if len(out) == 0 {
		NotPlayed("a request " + strings.Join(labels, ", "))
	}
	return out
}

// AcceptedOf are the requests with labels, those of them that were accepted; a spec about none is blocked.
func AcceptedOf(labels ...string) []*recording.Entry {
	var out []*recording.Entry
	for _, label := range labels {
		if e := Case().Step(label); e != nil && e.Accepted() {
			out = append(out, e)
		}
	}
	if len(out) == 0 {
		names := strings.Join(labels, ", ")
		NotPlayedOrBlocked("a request "+names, "none of the requests "+names+" was accepted")
	}
	return out
}

// NamesALocation reports whether a request names a location of the target file's, and not the one that is sent where that
// names none: a switch that looks it up does not find it.
func NamesALocation(e *recording.Entry) bool {
	location, _ := e.Body()["location"].(string)
	return location != play.AnyLocation
}

// WithStatus are those of some requests that were answered with one of some HTTP statuses; a spec about none is blocked.
func WithStatus(list []*recording.Entry, statuses ...int) []*recording.Entry {
	all := list
	list = slices.DeleteFunc(slices.Clone(list), func(e *recording.Entry) bool { return !slices.Contains(statuses, e.Status) })
	if len(list) == 0 && slices.ContainsFunc(all, judge.SentToSignIn) {
		NotApplicable("credentials are asked for by a redirect to a sign-in")
	}
	if len(list) == 0 {
		Blocked("no request was answered with HTTP %s", either(statuses))
	}
	return list
}

// AllSent ends a spec that found nothing wrong so far where the scenario was blocked before it had sent a whole list.
func AllSent(list ...Mistake) {
	for _, s := range list {
		if Case().Step(s.Label) != nil {
			continue
		}
		if r := Case().NotPlayed("the request " + s.Label); r.Outcome == result.Blocked {
			conclude(r.Outcome, r.Reason)
		}
	}
}

// eachAnswered judges those of many requests that were answered.
func eachAnswered(list []*recording.Entry, judged func(*recording.Entry) []judge.Finding) []judge.Finding {
	var out []judge.Finding
	for _, e := range list {
		if e.Problem == "" {
			out = append(out, judged(e)...)
		}
	}
	return orSilent(out, list)
}

// orSilent blocks a spec that found nothing wrong where a request was not answered: that is the matter of HTTP-5.
func orSilent(found []judge.Finding, list []*recording.Entry) []judge.Finding {
	if len(found) == 0 {
		for _, e := range list {
			answered(e)
		}
	}
	return found
}
