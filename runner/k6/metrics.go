package k6

import (
	"strings"
	"time"

	"go.k6.io/k6/js/modules"
	"go.k6.io/k6/metrics"

	"github.com/voicespec/voicespec/runner/load"
	"github.com/voicespec/voicespec/runner/result"
)

// measures are the metrics of the module, beside k6's own checks, data_sent and data_received.
type measures struct {
	performance, operation, notification, findings *metrics.Metric
}

func newMetrics(r *metrics.Registry) (*measures, error) {
	var m measures
	for _, x := range []struct {
		to    **metrics.Metric
		name  string
		kind  metrics.MetricType
		value metrics.ValueType
	}{
		{&m.performance, "voicespec_performance_duration", metrics.Trend, metrics.Time},
		{&m.operation, "voicespec_operation_duration", metrics.Trend, metrics.Time},
		{&m.notification, "voicespec_notification_delay", metrics.Trend, metrics.Time},
		{&m.findings, "voicespec_findings", metrics.Counter, metrics.Default},
	} {
		var err error
		if *x.to, err = r.NewMetric(x.name, x.kind, x.value); err != nil {
			return nil, err
		}
	}
	return &m, nil
}

// separator divides groups in k6, so no check may have it in its name.
const separator = "::"

// push sends the samples of a performance.
func (m *measures) push(vu modules.VU, p *load.Performance, failed []result.Check) {
	state := vu.State()
	now := time.Now()
	common := state.Tags.GetCurrentValues()
	var list metrics.Samples
	add := func(metric *metrics.Metric, value float64, tag, of string) {
		list = append(list, metrics.Sample{
			TimeSeries: metrics.TimeSeries{Metric: metric, Tags: common.Tags.With(tag, of)}, Time: now, Value: value, Metadata: common.Metadata,
		})
	}
	for _, c := range append(p.Checks[:len(p.Checks):len(p.Checks)], p.Late...) {
		name := strings.ReplaceAll(requirementOfCheck(c)+" "+c.Title, separator, ":")
		switch c.Outcome {
		case result.Passed:
			add(state.BuiltinMetrics.Checks, 1, "check", name)
		case result.Failed, result.Blocked:
			if counts(c, failed) {
				add(state.BuiltinMetrics.Checks, 0, "check", name)
			}
		default:
		}
		if c.Outcome == result.Failed {
			add(m.findings, 1, "requirement", requirementOf(c))
		}
	}
	add(m.performance, milliseconds(p.Took), "scenario_id", p.Scenario)
	for _, x := range p.Operations {
		add(m.operation, milliseconds(x.Took), "operation", x.Name)
	}
	for _, x := range p.Notifications {
		add(m.notification, milliseconds(x.Took), "state", x.Name)
	}
	for metric, n := range map[*metrics.Metric]int{state.BuiltinMetrics.DataSent: p.Sent, state.BuiltinMetrics.DataReceived: p.Received} {
		list = append(list, metrics.Sample{
			TimeSeries: metrics.TimeSeries{Metric: metric, Tags: common.Tags}, Time: now, Value: float64(n), Metadata: common.Metadata,
		})
	}
	metrics.PushIfNotDone(vu.Context(), state.Samples, list)
}

// requirementOfCheck is the one that a check judges, whatever it found: it is named by that.
func requirementOfCheck(c result.Check) string {
	if len(c.Requirements) == 0 {
		return ""
	}
	return c.Requirements[0]
}

// counts reports whether a check is among those that failed at the gate.
func counts(c result.Check, failed []result.Check) bool {
	for _, f := range failed {
		if f.ID == c.ID {
			return true
		}
	}
	return false
}
