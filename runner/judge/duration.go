package judge

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// slack is by how many seconds a duration may differ from the recording's clock: whole seconds are counted, from a moment
// that nobody sees. What this server's notifications were seen to take comes on top.
const slack = 2

// judgeClock: duration counts the seconds since the call began to ring or to dial. So it is held against the clock of the
// recording for calls that began in it. What the clock shows is no exact measure: an operation or a notification may have
// been on its way for as long as this server takes.
func judgeClock(c *Case, messages []*recording.Entry) []Finding {
	lag := c.lag()
	var out []Finding
	for _, l := range c.histories(messages) {
		first := l.messages[0]
		if _, told := seconds(first); !told || first.Type() != voice.StatusChange || first.State() != voice.Ringing && first.State() != voice.Dialing {
			continue
		}
		since := c.madeBefore(first)
		for i, e := range l.messages {
			n, ok := seconds(e)
			if !ok {
				continue
			}
			most, least := e.At-since+slack+lag, e.At-first.At-slack-2*lag
			if up := l.answered(); up != nil && up.At < e.At && n < math.Floor(e.At-up.At) {
				// Nothing is known of a begin before it, and what an operation caused was told after that was sent.
				if at, known := c.causedAt(l.messages[i-1], e); known {
					least = max(least, math.Floor(at-up.At))
				}
			}
			switch {
			case n > most:
				out = append(out, clockFinding(e, fmt.Sprintf("at most %.0f, by the clock of the recording", most)))
			case n < least:
				out = append(out, clockFinding(e, fmt.Sprintf("at least %.0f, by the clock of the recording", least)))
			default:
				continue
			}
			break // the later ones say the same
		}
	}
	return out
}

// underway is for how long an operation may be on its way, in seconds, while the notification of another comes.
const underway = 1

// causedAt is when the operation was sent that a notification tells of, if it was behind the one before, and no other may be what it
// tells of.
func (c *Case) causedAt(before, e *recording.Entry) (at float64, known bool) {
	for _, r := range c.Requests() {
		if r.At <= before.At-underway || r.At >= e.At || r.Browser != "" || !r.Accepted() || r.Operation() == "" ||
			voice.CallIDOf(r.Path) != e.CallID() || !voice.Find(r.Operation()).Tells(e) {
			continue
		}
		if known || r.At <= before.At || r.Actor != e.Actor {
			return 0, false
		}
		at, known = r.At, true
	}
	return at, known
}

// answered is the first notification of the call as Established; nil if none came.
func (h *history) answered() *recording.Entry {
	i := slices.IndexFunc(h.messages, voice.InState(voice.Established))
	if i < 0 {
		return nil
	}
	return h.messages[i]
}

func clockFinding(e *recording.Entry, expected string) Finding {
	text, _ := voice.CallOf(e).Duration()
	return Finding{Requirement: "MSG-15", Entry: e, Path: "data.call.duration", Expected: expected, Observed: text}
}

func seconds(e *recording.Entry) (float64, bool) {
	text, ok := voice.CallOf(e).Duration()
	n, err := strconv.ParseUint(text, 10, 63)
	return float64(n), ok && err == nil
}

// lag is the longest that a notification came after the operation that was sent last before it.
func (c *Case) lag() float64 {
	var sent []float64
	for _, times := range c.posted {
		sent = append(sent, times...)
	}
	slices.Sort(sent)
	longest := 0.0
	for _, m := range c.messages {
		i, _ := slices.BinarySearch(sent, m.At)
		if i > 0 {
			longest = max(longest, m.At-sent[i-1])
		}
	}
	return longest
}

// making are the operations by which a call comes to be, at whatever end.
var making = []string{"Dial", "InitiateTransfer", "InitiateConference", "SingleStepTransfer", "SingleStepConference"}

// madeBefore is the earliest that a call can have begun: when the first operation that makes calls was sent, or, where none
// is known, the first notification came.
func (c *Case) madeBefore(first *recording.Entry) float64 {
	earliest := first.At
	for _, op := range making {
		if times := c.posted[op]; len(times) > 0 {
			earliest = min(earliest, times[0])
		}
	}
	return earliest
}
