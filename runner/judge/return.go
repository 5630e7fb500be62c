package judge

import (
	"slices"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// bringing is an operation that was sent by which a call may come to somebody who had left it, under the name that it had.
type bringing struct {
	at float64
	by string
}

// What brings a call to somebody: it rings there, or who was called by a consult call is in it.
var (
	passing   = []string{"SingleStepTransfer", "SingleStepConference"}
	completes = []string{"CompleteTransfer", "CompleteConference"}
)

// sentBy notes a request that may bring a call to somebody, or mutes who sent it.
func (c *Case) sentBy(e *recording.Entry) {
	switch name := e.Operation(); {
	case slices.Contains(muting, name):
		if first, sent := c.muted[e.Actor]; !sent || e.At < first {
			c.muted[e.Actor] = e.At
		}
	case slices.Contains(passing, name):
		c.passed = append(c.passed, bringing{e.At, e.Actor})
	case voice.Find(name).Group == voice.GroupSupervision:
		c.watching = append(c.watching, bringing{e.At, e.Actor})
	case slices.Contains(completes, name):
		c.completed = append(c.completed, bringing{e.At, e.Actor})
	}
}

// comesBack reports whether a notification may begin a call anew for somebody for whom it was over: another has passed it on
// since it began, or has merged it with one to the same person after it was over; or it is a supervisor's own end, who has begun to
// monitor another of the call. Where calls are forwarded, an own one may
// come back, too; and of traffic of which not everybody was recorded nobody knows what others did.
func (c *Case) comesBack(l *history, e *recording.Entry) bool {
	if l.over == nil || e.Type() != voice.StatusChange {
		return false
	}
	since := func(list []bringing, from float64) bool {
		return slices.ContainsFunc(list, func(b bringing) bool {
			return b.at >= from && b.at <= e.At && (b.by != e.Actor || len(c.posted["ForwardCallsOn"]) > 0)
		})
	}
	if e.State() == voice.Established && c.monitorsAgain(l, e) {
		return true
	}
	rings := e.State() == voice.Ringing
	return rings && (since(c.passed, l.messages[0].At) || c.unattended()) ||
		(rings || e.State() == voice.Established) && since(c.completed, l.over.At)
}

// monitorsAgain reports whether somebody had begun to monitor another once more when a call of his own came back: since it began, or
// a second time, which may have been sent before he was told of the first.
func (c *Case) monitorsAgain(l *history, e *recording.Entry) bool {
	n := 0
	for _, b := range c.watching {
		if b.by == e.Actor && b.at <= e.At {
			n++
			if b.at >= l.messages[0].At {
				return true
			}
		}
	}
	return n > 1
}

// wasOver reports whether a call had been over for somebody before a notification: one that comes back is no consult call any more.
func (c *Case) wasOver(e *recording.Entry) bool {
	return slices.ContainsFunc(c.messages, func(m *recording.Entry) bool {
		return m.Actor == e.Actor && m.CallID() == e.CallID() && m.Seq < e.Seq && m.State() == voice.Released
	})
}

// outlives reports whether a consult call is up though its original was notified as Released before: whether it names that still no page shows.
func (c *Case) outlives(e *recording.Entry, parent string) bool {
	return e.State() != voice.Released && slices.ContainsFunc(c.messages, func(m *recording.Entry) bool {
		return m.Actor == e.Actor && m.CallID() == parent && m.Seq < e.Seq && m.State() == voice.Released
	})
}

// unattended reports whether nobody played what was recorded, and not everybody in it was.
func (c *Case) unattended() bool {
	return !slices.ContainsFunc(c.Entries, func(e *recording.Entry) bool { return e.Purpose != "" }) && !c.closed()
}
