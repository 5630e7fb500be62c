package outcome

import (
	"cmp"
	"math"
	"slices"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
)

// deafness is when notifications may have been lost to a person: moments, and spans in which nothing was heard at all.
type deafness struct {
	spans  []span
	open   bool    // the last goes on
	lasts  bool    // it does until the next session, or until it is said to end
	meta   bool    // what was said on Bayeux is recorded
	polled float64 // when the last poll was sent
}

type span struct{ from, to float64 }

// hear takes the next entry of a person.
func (d *deafness) hear(e *recording.Entry) {
	switch e.Kind {
	case recording.KindFault:
		d.moment(e.At)
	case recording.KindGap:
		d.gap(e)
	case recording.KindMessage:
		d.heard(e.At)
	case recording.KindBayeux:
		d.meta = true
		d.said(e)
	default:
	}
}

// gap takes one. Unless it says how long it lasts, it does until something is heard; where nobody recorded whether anything
// was, it is a moment.
func (d *deafness) gap(e *recording.Entry) {
	switch {
	case e.Event == recording.GapEnds:
		if d.open {
			d.shut(e.At)
		}
		d.moment(e.At)
	case d.open:
		d.lasts = d.lasts || e.Event == recording.GapBegins
	case e.Event == recording.GapBegins || d.meta:
		d.spans = append(d.spans, span{e.At, math.Inf(1)})
		d.open, d.lasts = true, e.Event == recording.GapBegins
	default:
		d.moment(e.At)
	}
}

// said takes what was said on a meta channel: who answers a poll could have told what happened since it was sent.
func (d *deafness) said(e *recording.Entry) {
	switch {
	case e.Channel == "/meta/connect" && e.Direction == "sent":
		d.polled = e.At
	case !d.open || e.Direction == "sent" || judge.MessageOf(e)["successful"] != true:
	case e.Channel == "/meta/handshake":
		d.lasts = false
	case e.Channel == "/meta/connect":
		d.heard(e.At)
	}
}

// heard ends a span at a time, or when the poll was sent that shows it.
func (d *deafness) heard(at float64) {
	if !d.open || d.lasts {
		return
	}
	from := d.spans[len(d.spans)-1].from
	if at < from { // it stands in a part of the recording that was judged before
		return
	}
	if d.polled > from {
		at = min(at, d.polled)
	}
	d.shut(at)
}

func (d *deafness) shut(at float64) {
	last := &d.spans[len(d.spans)-1]
	last.to, d.open, d.lasts = max(last.from, at), false, false
}

// still is what goes on where the recording, or a part of it, ends.
func (d *deafness) still() deafness {
	if !d.open {
		return deafness{}
	}
	return deafness{spans: slices.Clone(d.spans[len(d.spans)-1:]), open: true, lasts: d.lasts, meta: d.meta}
}

// moment adds one; while nothing is heard it adds nothing.
func (d *deafness) moment(at float64) {
	if !d.open {
		d.spans = append(d.spans, span{at, at})
	}
}

// inOrder ends it: with moments that concern everybody the spans are put in order, each one behind the end of the one before.
func (d *deafness) inOrder(everybody []float64) {
	for _, at := range everybody {
		d.spans = append(d.spans, span{at, at})
	}
	slices.SortFunc(d.spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	var joined []span
	for _, s := range d.spans {
		if n := len(joined) - 1; n >= 0 && s.from <= joined[n].to {
			joined[n].to = max(joined[n].to, s.to)
			continue
		}
		joined = append(joined, s)
	}
	d.spans = joined
}

// within reports whether anything may have been lost between two times.
func (d *deafness) within(from, to float64) bool {
	i, _ := slices.BinarySearchFunc(d.spans, from, func(s span, at float64) int { return cmp.Compare(s.to, at) })
	return i < len(d.spans) && d.spans[i].from <= to
}
