package engine

import (
	"fmt"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// setBack is by how many seconds lines of one person may lie before one another that are in the order in which they were written.
const setBack = 5

// doubts looks at a recording that nobody played for what makes it another than it seems to be.
type doubts struct {
	last     map[actor]float64
	users    map[actor]string
	now      float64 // of the clock, as it goes on
	offset   float64 // that is added since the clock was set back
	backward float64 // by how much, the first time
	line     int
	requests int // answered or not
	messages int
	ours     bool
}

type actor struct {
	station int
	name    string
}

func newDoubts() *doubts { return &doubts{last: map[actor]float64{}, users: map[actor]string{}} }

// see takes the next line, and returns the lines that take its place. Where the clock was set back, it goes on from where it was, behind
// a gap.
func (d *doubts) see(e *recording.Entry) ([]*recording.Entry, error) {
	out := []*recording.Entry{e}
	switch e.Kind {
	case recording.KindRest:
		d.requests++
		d.ours = d.ours || voice.Belongs(e)
	case recording.KindMessage:
		d.messages++
		d.ours = d.ours || voice.Belongs(e)
	case recording.KindBayeux:
		d.ours = true
	default:
		e.At += d.offset
		return out, nil
	}
	who := actor{e.Station, e.Actor}
	if err := d.sameUser(who, e); err != nil {
		return nil, err
	}
	at := max(e.At, e.AnsweredAt)
	if last, seen := d.last[who]; seen && at+d.offset < last-setBack {
		if d.line == 0 {
			d.line, d.backward = e.Seq, last-at-d.offset
		}
		d.offset = d.now - at
		out = []*recording.Entry{{Kind: recording.KindGap, Seq: e.Seq, At: d.now, Text: "the clock of the recording was set back"}, e}
	}
	d.last[who] = at + d.offset
	d.now = max(d.now, at+d.offset)
	e.At += d.offset
	if e.AnsweredAt > 0 {
		e.AnsweredAt += d.offset
	}
	return out, nil
}

// sameUser holds that the lines of one person are those of one user.
func (d *doubts) sameUser(who actor, e *recording.Entry) error {
	path, _, _ := strings.Cut(e.Path, "?")
	if e.Kind != recording.KindRest || e.Method != "GET" || path != "/me" || !e.Accepted() || e.Credentials != "" {
		return nil
	}
	name := voice.UserIn(e).Name()
	was := d.users[who]
	if name == "" || was == "" || strings.EqualFold(name, was) {
		d.users[who] = name
		return nil
	}
	return &UsageError{Text: fmt.Sprintf("recording line %d: the lines of %q are of two people, the users %s and %s; give each an actor or a station of their own",
		e.Seq, e.Actor, was, name)}
}

// conclude says at the end what the recording is not.
func (d *doubts) conclude() error {
	if d.requests+d.messages > 0 && !d.ours {
		return &UsageError{Text: voice.AnotherAPI(d.requests, d.messages)}
	}
	return nil
}

// notes are what whoever reads the report must know.
func (d *doubts) notes() []string {
	if d.line == 0 {
		return nil
	}
	return []string{fmt.Sprintf("the clock of the recording runs back by %.0f s at line %d: from there on times are those of a clock that goes on, and what may be "+
		"missing between is unknown", d.backward, d.line)}
}
