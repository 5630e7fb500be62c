package watch

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/voicespec/voicespec/runner/recording"
)

// Metrics count what is seen, for Prometheus.
type Metrics struct {
	registry   *prometheus.Registry
	operations *prometheus.CounterVec
	answers    *prometheus.HistogramVec
	messages   *prometheus.CounterVec
	findings   *prometheus.CounterVec
	gaps       prometheus.Counter
	leftOut    prometheus.Counter
}

// NewMetrics begins to count.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		operations: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "voicespec_operations_total", Help: "Operations that were asked for, by whether they were accepted.",
		}, []string{"operation", "accepted"}),
		answers: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "voicespec_answer_seconds", Help: "Time from the request of an operation to its answer.", Buckets: prometheus.ExponentialBuckets(0.001, 2.5, 11),
		}, []string{"operation"}),
		messages: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "voicespec_notifications_total", Help: "Notifications, by notificationType or messageType.",
		}, []string{"type"}),
		findings: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "voicespec_findings_total", Help: "What is not as documented, by requirement.",
		}, []string{"requirement", "level"}),
		gaps: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "voicespec_gaps_total", Help: "Times at which notifications may have been lost from view.",
		}),
		leftOut: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "voicespec_left_out_total", Help: "Lines that were passed on, and neither saved nor judged, since too many were waiting.",
		}),
	}
	m.registry.MustRegister(m.operations, m.answers, m.messages, m.findings, m.gaps, m.leftOut)
	return m
}

// Handler serves them.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// kinds are what a target may make of the label type: it decides what it sends.
var kinds = map[string]bool{
	"StatusChange": true, "AttachedDataChanged": true, "ParticipantsUpdated": true, "DtmfSent": true, "CallRecordingStateChange": true,
	"MonitoredUserMutedStateChange": true, "Error": true, "DeviceStateChangeMessage": true, "ErrorMessage": true,
}

func (m *Metrics) saw(e *recording.Entry) {
	switch e.Kind {
	case recording.KindGap:
		m.gaps.Inc()
	case recording.KindMessage:
		kind := e.Type()
		if kind == "" {
			kind, _ = e.Data()["messageType"].(string)
		}
		if !kinds[kind] {
			kind = "other"
		}
		m.messages.WithLabelValues(kind).Inc()
	case recording.KindRest:
		name := operation(e)
		if name == "" {
			return
		}
		accepted := "no"
		if e.Accepted() {
			accepted = "yes"
		}
		m.operations.WithLabelValues(name, accepted).Inc()
		if e.AnsweredAt > 0 {
			m.answers.WithLabelValues(name).Observe(e.AnsweredAt - e.At)
		}
	default:
	}
}

func (m *Metrics) found(list []Finding) {
	for _, f := range list {
		m.findings.WithLabelValues(f.Requirement, string(f.Level)).Inc()
	}
}

func (m *Metrics) lost() { m.leftOut.Inc() }
