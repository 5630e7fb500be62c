package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/result"
)

// picture is what a server shows of its people at one time.
type picture struct {
	members map[shownAt]string // each value that is no object and no list
	listed  int                // elements of all lists
	calls   int                // that /me/calls lists
	bytes   int
}

type shownAt struct{ who, path string }

// mostChanged is how many differences between two pictures are listed.
const mostChanged = 50

// takePicture reads what the server shows of everybody.
func takePicture(ctx context.Context, s *session) *picture {
	p := &picture{members: map[shownAt]string{}}
	for i, st := range s.stations {
		for role, answers := range st.Picture(ctx) {
			who := role
			if len(s.stations) > 1 {
				who = fmt.Sprintf("%s of station %d", role, i+1)
			}
			for n, e := range answers {
				p.bytes += len(e.Response)
				p.add(shownAt{who, play.Pictured[n]}, e.Answer())
				if calls, ok := e.AnswerObject()["calls"].([]any); ok && n == 0 {
					p.calls += len(calls)
				}
			}
		}
	}
	for at, value := range p.members {
		p.members[at] = s.run.Redact(value)
	}
	return p
}

func (p *picture) add(at shownAt, v any) {
	switch x := v.(type) {
	case map[string]any:
		for name, member := range x {
			p.add(shownAt{at.who, at.path + " " + name}, member)
		}
	case []any:
		p.listed += len(x)
		for i, element := range x {
			p.add(shownAt{at.who, fmt.Sprintf("%s %d", at.path, i)}, element)
		}
	default:
		p.members[at] = judge.Short(v)
	}
}

// changed lists what differs between two pictures; more are those beyond what is listed.
func changed(first, last *picture) (list []result.Changed, more int) {
	all := maps.Clone(first.members)
	maps.Copy(all, last.members)
	list = []result.Changed{}
	for _, at := range slices.SortedFunc(maps.Keys(all), func(a, b shownAt) int {
		return strings.Compare(a.who+" "+a.path, b.who+" "+b.path)
	}) {
		was, is := first.members[at], last.members[at]
		switch {
		case was == is:
		case len(list) == mostChanged:
			more++
		default:
			list = append(list, result.Changed{Who: at.who, Path: at.path, First: was, Last: is})
		}
	}
	return list, more
}
