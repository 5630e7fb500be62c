package engine

import (
	"math"
	"sort"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/voice"
)

// latencies measures, per operation that was accepted, the time from sending a request to its answer and to the
// first notification of each kind that followed it at the same actor.
func latencies(cases map[string]*judge.Case) []result.Latency {
	type key struct{ op, to string }
	times := map[key][]float64{}
	for _, k := range cases {
		for i, e := range k.Entries {
			if e.Kind != recording.KindRest || e.Operation() == "" || e.Problem != "" || e.AnsweredAt == 0 || !e.Accepted() {
				continue
			}
			op := e.Operation()
			times[key{op, "answer"}] = append(times[key{op, "answer"}], 1000*(e.AnsweredAt-e.At))
			for to, at := range notified(k.Entries, i) {
				times[key{op, to}] = append(times[key{op, to}], 1000*(at-e.At))
			}
		}
	}
	var out []result.Latency
	for k, list := range times {
		sort.Float64s(list)
		out = append(out, result.Latency{
			Operation: k.op, To: k.to, Count: len(list), P50: percentile(list, 0.5), P95: percentile(list, 0.95),
			Max: round(list[len(list)-1]),
		})
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Operation != out[j].Operation {
			return out[i].Operation < out[j].Operation
		}
		return out[i].To < out[j].To
	})
	return out
}

// notified are the first notifications of each kind after request i and before the actor's next request.
func notified(entries []*recording.Entry, i int) map[string]float64 {
	request := entries[i]
	end := math.Inf(1)
	for _, e := range entries {
		if e.Kind == recording.KindRest && e.Actor == request.Actor && e.At > request.At {
			end = min(end, e.At)
		}
	}
	out := map[string]float64{}
	for _, e := range entries {
		if !voice.IsOwn(e, request.Actor) || e.At < request.At || e.At >= end {
			continue
		}
		to := e.State()
		if e.Type() != voice.StatusChange {
			to = e.Type()
		}
		if e.Call() == nil {
			to = "device"
		}
		if _, seen := out[to]; !seen {
			out[to] = e.At
		}
	}
	return out
}

func percentile(sorted []float64, p float64) float64 {
	i := int(math.Ceil(p*float64(len(sorted)))) - 1
	return round(sorted[max(0, i)])
}

func round(ms float64) float64 { return math.Round(ms*1000) / 1000 }
