package html

import (
	"fmt"
	"sort"

	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/result"
)

// plotWidth is the width of one latency plot, in SVG units.
const plotWidth = 240

// latencyRow is one kind of step with its plot: a bar from 0 to p50, a lighter one to p95,
// a line to the maximum. All plots have one scale.
type latencyRow struct {
	Operation, To  string
	Count          int
	P50, P95, Max  string
	X50, X95, XMax int
	Label          string
}

func latencies(list []result.Latency) []latencyRow {
	list = append([]result.Latency(nil), list...)
	sort.SliceStable(list, func(i, j int) bool {
		return list[i].Operation < list[j].Operation || list[i].Operation == list[j].Operation && list[i].To < list[j].To
	})
	most := 1.0
	for _, l := range list {
		most = max(most, l.Max)
	}
	x := func(ms float64) int { return max(1, int(ms/most*(plotWidth-4))) }
	var rows []latencyRow
	for _, l := range list {
		r := latencyRow{
			Operation: evidence.Clean(l.Operation), To: evidence.Clean(l.To), Count: l.Count,
			P50: evidence.Milliseconds(l.P50), P95: evidence.Milliseconds(l.P95), Max: evidence.Milliseconds(l.Max),
			X50: x(l.P50), X95: x(l.P95), XMax: x(l.Max),
		}
		r.Label = fmt.Sprintf("p50 %s, p95 %s, maximum %s", r.P50, r.P95, r.Max)
		rows = append(rows, r)
	}
	return rows
}
