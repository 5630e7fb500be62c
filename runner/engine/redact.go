package engine

import (
	"slices"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/result"
)

// redactReport cuts secrets out of what a target brought into a report. Checks have been made without.
func redactReport(r *result.Report, cut func(string) string) {
	texts(r.LeftBehind, cut)
	texts(r.Notes, cut)
	r.Features = slices.Clone(r.Features)
	texts(r.Features, cut)
	r.Reason, r.Transport = cut(r.Reason), cut(r.Transport)
	for i := range r.Latency {
		l := &r.Latency[i]
		l.Operation, l.To = cut(l.Operation), cut(l.To)
	}
	for path, n := range r.UnknownMembers {
		if after := cut(path); after != path {
			delete(r.UnknownMembers, path)
			r.UnknownMembers[after] += n
		}
	}
}

func texts(list []string, cut func(string) string) {
	for i := range list {
		list[i] = cut(list[i])
	}
}

// redactedHeader is a header without secrets that a target named among its features.
func redactedHeader(h *recording.Header, cut func(string) string) *recording.Header {
	c := *h
	c.Features = slices.Clone(h.Features)
	texts(c.Features, cut)
	return &c
}
