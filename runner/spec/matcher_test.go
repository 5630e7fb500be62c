package spec

import (
	"testing"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
)

// A matcher of requests takes them in each form, and nothing else: a subject that it does not know is a mistake, and no pass.
func TestRequestsOf(t *testing.T) {
	t.Parallel()
	e := &recording.Entry{Kind: recording.KindRest}
	m := each(func(*recording.Entry) []judge.Finding { return nil })
	for _, subject := range []any{e, []*recording.Entry{e}, Answers{e}, []Mistake{{Entry: e}}} {
		if matched, err := m.Match(subject); !matched || err != nil {
			t.Errorf("%T: %v, %v", subject, matched, err)
		}
	}
	for _, subject := range []any{"a text", nil, []string{}} {
		if matched, err := m.Match(subject); matched || err == nil {
			t.Errorf("%T is taken", subject)
		}
	}
}

func TestNothing(t *testing.T) {
	t.Parallel()
	for _, subject := range []any{[]Mistake{}, (*recording.Entry)(nil), judge.Dialogue(nil), Answers{}} {
		if !nothing(subject) {
			t.Errorf("%T: there is nothing to judge", subject)
		}
	}
	for _, subject := range []any{[]Mistake{{}}, &recording.Entry{}, Notifications{}, ""} {
		if nothing(subject) {
			t.Errorf("%T: there is something to judge", subject)
		}
	}
}
