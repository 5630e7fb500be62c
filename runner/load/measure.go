package load

import (
	"slices"
	"time"

	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// header says against whom was played, and with whom on a station, which keeps its number.
func (t *Target) header(s *play.Station) *recording.Header {
	h := &recording.Header{
		Version: recording.FormatVersion, Suite: t.options.Version, Target: t.target.URL, Started: t.started.UTC().Truncate(time.Second),
		Transport: t.run.Transport(), Features: t.run.Features, AlsoOffered: t.target.Capabilities.Also,
		Stations: make([]recording.Station, s.Number),
	}
	h.Stations[s.Number-1] = s.Header()
	return h
}

// measure reads off the recording how long operations and notifications took.
func (p *Performance) measure() {
	last := map[string]*recording.Entry{} // actor: accepted operation
	var posted []*recording.Entry
	for _, e := range p.entries {
		p.weigh(e)
		if e.Kind == recording.KindRest && e.Operation() != "" && e.Problem == "" {
			p.Operations = append(p.Operations, Took{e.Operation(), seconds(e.AnsweredAt - e.At)})
			if e.Accepted() {
				posted = append(posted, e)
			}
		}
	}
	slices.SortStableFunc(posted, func(a, b *recording.Entry) int { return a.Seq - b.Seq })
	told := map[string]*recording.Entry{} // actor and state: since which operation it was told
	for _, e := range p.inTime(posted) {
		if e.Kind == recording.KindRest {
			last[e.Actor] = e
			continue
		}
		to := e.State()
		switch {
		case e.Call() == nil:
			to = "device"
		case e.Type() != voice.StatusChange:
			to = e.Type()
		}
		if cause := last[e.Actor]; cause != nil && to != "" && told[e.Actor+" "+to] != cause {
			told[e.Actor+" "+to] = cause
			p.Notifications = append(p.Notifications, Took{to, seconds(e.At - cause.At)})
		}
	}
}

// weigh counts what an entry was in bytes, but for headers and what surrounds messages.
func (p *Performance) weigh(e *recording.Entry) {
	switch {
	case e.Kind == recording.KindRest:
		p.Sent += len(e.Request) + len(e.RequestText)
		p.Received += len(e.Response) + len(e.ResponseText)
	case e.Direction == "sent":
		p.Sent += len(e.Message)
	default:
		p.Received += len(e.Message)
	}
}

// inTime are operations that were accepted and people's own notifications, in the order of time: an operation is sent before
// its answer stands in the recording.
func (p *Performance) inTime(posted []*recording.Entry) []*recording.Entry {
	list := slices.Clone(posted)
	for _, e := range p.entries {
		if voice.IsOwn(e, e.Actor) {
			list = append(list, e)
		}
	}
	slices.SortStableFunc(list, func(a, b *recording.Entry) int {
		switch {
		case a.At < b.At:
			return -1
		case a.At > b.At:
			return 1
		}
		return 0
	})
	return list
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
