package sample

import (
	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/result"
)

// Soaked is a clean run over two rounds, after which the server shows more than before; text is what it shows.
func Soaked(text string) evidence.Input {
	in := Clean(1, 1)
	point := func(at, p50 float64, calls int) result.SoakPoint {
		return result.SoakPoint{
			AtMs: at, Rounds: 1, Listed: 3 + calls, Bytes: 200, Calls: calls,
			Latency: []result.Latency{{Operation: "Hold", To: "answer", Count: 4, P50: p50, P95: p50, Max: p50}},
		}
	}
	in.Report.Soak = &result.Soak{
		ForMs: 61_000, Rounds: 2, Steps: 600, Points: []result.SoakPoint{point(0, 4, 0), point(30_000, 8, 2)},
		Changed: []result.Changed{{Who: "agent", Path: "/me/calls calls 0 id", Last: text}}, More: 3,
	}
	return in
}
