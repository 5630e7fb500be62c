package outcome

import (
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// read judges what is read of people and of their calls, whatever it was read for.
func (t *timeline) read() {
	for _, e := range t.reads {
		path, query, _ := strings.Cut(e.Path, "?")
		switch {
		case path == "/me":
			t.judged["SESSION-1"]++
			if voice.UserIn(e) == nil {
				t.find("SESSION-1", judge.Finding{Entry: e, Path: "user", Expected: "the user", Observed: judge.Short(e.AnswerObject()["user"])})
			}
		case path == "/me/calls" && (query == "" || query == "fields=*"):
			t.listed(e, query == "")
		}
	}
}

// listed judges that a list of calls names those that the person had been told of as live, and was not told of otherwise until
// long after.
func (t *timeline) listed(e *recording.Entry, uris bool) {
	p := t.people[e.Actor]
	var ids []string
	var ok bool
	if uris {
		var list []string
		list, ok = voice.URIsIn(e)
		for _, uri := range list {
			ids = append(ids, voice.CallIDOf(uri))
		}
	} else {
		var calls []voice.Call
		calls, ok = voice.CallsIn(e)
		for _, c := range calls {
			ids = append(ids, c.ID())
		}
	}
	member := "calls"
	if uris {
		member = "uris"
	}
	if !ok {
		t.judged["READ-2"]++
		t.find("READ-2", judge.Finding{Entry: e, Path: member, Expected: "an array", Observed: judge.Short(e.AnswerObject()[member])})
		return
	}
	for _, n := range p.ends {
		over := n.over()
		if !n.acted || !n.liveAt(e.At-meanwhile/10) || over != nil && over.At < e.At+aftermath && t.endedBy(n, e.AnsweredAt) || within(p.holes, n.told[0].At, e.At) {
			continue
		}
		t.judged["READ-2"]++
		if !slices.Contains(ids, n.id) && !slices.ContainsFunc(n.told, func(m *recording.Entry) bool { return slices.Contains(ids, m.CallID()) }) {
			t.find("READ-2", judge.Finding{Entry: e, Path: member, Expected: "call " + n.id + ", which is live", Observed: "not among them"})
		}
	}
}

// endedBy reports whether a call may have ended by a time, although that was told later only: somebody had asked for what ends one.
func (t *timeline) endedBy(n *end, at float64) bool {
	over := n.over()
	return over.At <= at || !slices.ContainsFunc(t.ops, func(o *operation) bool { return o.At > at && o.At < over.At && ends(o.name) })
}
