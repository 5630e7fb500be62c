package outcome

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// clocksApart is how far the clocks of a server's machines may be apart, in seconds: one may answer what another has notified.
const clocksApart = 1

// secondsOf is the duration of a call; -1 where it says none in its form.
func secondsOf(call voice.Call) int {
	text, _ := call.Duration()
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return -1
	}
	return int(n)
}

// ahead is by how many seconds what is read may run before the recording's clock: whole seconds are counted.
const ahead = 2

// clock judges the seconds of a call that was read: not fewer than were notified before, and not more than have gone by since somebody
// asked for the call. Whether a server counts on between its notifications is left to it.
func (t *timeline) clock(requirement string, n *end, read *recording.Entry, call voice.Call, at string) {
	has := secondsOf(call)
	if has < 0 {
		return
	}
	if had := secondsOf(voice.CallOf(n.before(read.At))); has < had-clocksApart {
		t.find(requirement, judge.Finding{
			Entry: read, Path: at + "duration", Expected: fmt.Sprintf("at least %d: %d was notified", had-clocksApart, had), Observed: fmt.Sprint(has),
		})
	}
	begun, known := t.askedFor(n)
	if !known {
		return
	}
	t.judged["MSG-15"]++
	if most := math.Ceil(read.AnsweredAt-begun) + ahead; float64(has) > most {
		t.find("MSG-15", judge.Finding{
			Entry: read, Path: at + "duration", Expected: fmt.Sprintf("at most %.0f, by the clock of the recording", most), Observed: fmt.Sprint(has),
		})
	}
}

// askedFor is when the first operation of a scenario that makes calls was posted, where a call was told of in it from its beginning:
// none of our calls is older.
func (t *timeline) askedFor(n *end) (at float64, known bool) {
	first := n.told[0]
	if first.Type() != voice.StatusChange || first.State() != voice.Ringing && first.State() != voice.Dialing || !t.ours(n) {
		return 0, false
	}
	i := slices.IndexFunc(t.in[first.Scenario], func(o *operation) bool { return o.At <= first.At && (dials(o.name) || voice.Find(o.name).Merges) })
	if first.Scenario == "" || i < 0 {
		return 0, false
	}
	return t.in[first.Scenario][i].At, true
}
