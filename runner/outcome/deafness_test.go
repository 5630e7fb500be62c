package outcome_test

import (
	"slices"
	"testing"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/outcome"
	"github.com/voicespec/voicespec/runner/recording"
)

// What nobody could hear of is unknown for as long as nothing was heard, and no longer.
func TestGaps(t *testing.T) {
	t.Parallel()
	gap := func(r *tape, event string) {
		r.add(recording.Entry{Kind: recording.KindGap, Actor: "agent", Event: event})
	}
	meta := func(r *tape, channel, direction, message string) {
		r.add(recording.Entry{Kind: recording.KindBayeux, Actor: "agent", Channel: channel, Direction: direction, Message: []byte(message)})
	}
	poll := func(r *tape) {
		meta(r, "/meta/connect", "sent", `{"channel":"/meta/connect"}`)
		meta(r, "/meta/connect", "received", `{"channel":"/meta/connect","successful":true}`)
	}
	shake := func(r *tape) {
		meta(r, "/meta/handshake", "received", `{"channel":"/meta/handshake","successful":true}`)
	}
	for name, tt := range map[string]struct {
		before func(*tape)
		want   bool
	}{
		"none":                         {func(*tape) {}, true},
		"just before":                  {func(r *tape) { r.at += 100; gap(r, "") }, false},
		"a moment, long ago":           {func(r *tape) { gap(r, ""); r.at += 100 }, true},
		"a poll that failed, the next": {func(r *tape) { poll(r); gap(r, ""); poll(r); r.at += 100 }, true},
		"the next is held":             {func(r *tape) { poll(r); gap(r, ""); r.at += 100; meta(r, "/meta/connect", "sent", `{}`); r.at += 5 }, true},
		"no poll is answered any more": {func(r *tape) { poll(r); gap(r, ""); r.at += 100 }, false},
		"a poll that is refused": {func(r *tape) {
			poll(r)
			gap(r, "")
			meta(r, "/meta/connect", "received", `{"successful":false}`)
			r.at += 100
		}, false},
		"the session is over":           {func(r *tape) { gap(r, recording.GapBegins); r.at += 100 }, false},
		"over, and an answer came late": {func(r *tape) { gap(r, recording.GapBegins); poll(r); r.at += 100 }, false},
		"over, and begun again":         {func(r *tape) { gap(r, recording.GapBegins); shake(r); poll(r); r.at += 100 }, true},
		"over, and subscribed again":    {func(r *tape) { gap(r, recording.GapBegins); gap(r, recording.GapEnds); r.at += 100 }, true},
		"subscribed again just now":     {func(r *tape) { gap(r, recording.GapBegins); r.at += 100; gap(r, recording.GapEnds) }, false},
		"another's session is over": {func(r *tape) {
			r.add(recording.Entry{Kind: recording.KindGap, Actor: "caller", Event: recording.GapBegins})
			r.at += 100
		}, true},
	} {
		got := judged(t, func(r *tape) {
			r.inbound("1")
			tt.before(r)
			r.operation("agent", "1", "Hold")
			r.missed("agent")
			r.at += 200
			r.inbound("2")
		})
		if slices.Contains(got, "HOLD-1") != tt.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// A session that is lost in one part of a recording is lost in the next.
func TestGapsOfParts(t *testing.T) {
	t.Parallel()
	for event, want := range map[string]bool{recording.GapBegins: false, "": true} {
		r := &tape{}
		r.inbound("1")
		r.add(recording.Entry{Kind: recording.KindGap, Actor: "agent", Event: event})
		first := len(r.entries)
		r.at += 100
		r.inbound("2")
		r.operation("agent", "2", "Hold")
		r.missed("agent")
		r.inbound("3")
		memory := outcome.NewMemory()
		outcome.Continue(memory, header, r.entries[:first], nil)
		v := outcome.Continue(memory, header, r.entries[first:], nil)
		found := slices.ContainsFunc(v.All(), func(f judge.Finding) bool { return f.Requirement == "HOLD-1" })
		if found != want {
			t.Errorf("a gap that %q: found %v", event, found)
		}
	}
}
