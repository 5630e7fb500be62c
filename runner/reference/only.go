package reference

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// when says which times a deviation shows of those that it could.
type when func(n int) bool

// The n-th time alone, from the n-th time on, or by chance with a seed, so that it can be repeated.
func nth(n int) func() when     { return func() when { return func(i int) bool { return i == n } } }
func fromNth(n int) func() when { return func() when { return func(i int) bool { return i >= n } } }

func chance(percent int) func() when {
	return func() when {
		r := rand.New(rand.NewPCG(uint64(percent), 1)) //nolint:gosec // a chance that can be repeated
		return func(int) bool { return r.IntN(100) < percent }
	}
}

// sometimes reads when a fault shows off its name: hold-does-nothing@2 the second time it could, @2+ from then on, @30% by
// chance.
func sometimes(name string) (plain string, times func() when, ok bool) {
	plain, at, given := strings.Cut(name, "@")
	if !given {
		return name, nil, true
	}
	number := strings.TrimRight(at, "+%")
	n, err := strconv.Atoi(number)
	switch suffix := at[len(number):]; {
	case err != nil || n < 1:
		return "", nil, false
	case suffix == "":
		return plain, nth(n), true
	case suffix == "+":
		return plain, fromNth(n), true
	case suffix == "%":
		return plain, chance(n), true
	}
	return "", nil, false
}

// only turns a fault into one that shows some times only. What it would do is tried on a copy, and counted where it is
// anything; so a fault of all calls can become one of the second Hold. Faults that set plain values cannot be turned.
func only(times func() when, set func(*hooks)) func(*hooks) {
	return func(h *hooks) {
		var alone hooks
		set(&alone)
		c := &counted{times: times()}
		for _, f := range alone.notes {
			h.notes = append(h.notes, c.notes(f))
		}
		for _, f := range alone.arrive {
			h.arrive = append(h.arrive, c.arrive(f))
		}
		for _, f := range alone.refused {
			if len(alone.arrive) == 0 { // else it follows from what arrived
				f = c.refused(f)
			}
			h.refused = append(h.refused, f)
		}
		for _, f := range alone.call {
			h.call = append(h.call, c.call(f))
		}
		for _, f := range alone.device {
			h.device = append(h.device, c.device(f))
		}
		for _, f := range alone.answer {
			if len(alone.arrive) == 0 {
				f = c.answer(f)
			}
			h.answer = append(h.answer, f)
		}
		for _, f := range alone.list {
			h.list = append(h.list, c.list(f))
		}
	}
}

// counted counts how often a deviation could have shown. The server's lock guards it.
type counted struct {
	n     int
	times when
}

func (c *counted) now() bool {
	c.n++
	return c.times(c.n)
}

func (c *counted) notes(f func(*exchange, []*note) []*note) func(*exchange, []*note) []*note {
	return func(x *exchange, notes []*note) []*note {
		copied := make([]*note, len(notes))
		for i, n := range notes {
			c := *n
			c.data = deep(n.data)
			copied[i] = &c
		}
		bent := f(x, copied)
		if same(notes, bent) || !c.now() {
			return notes
		}
		return bent
	}
}

// deep copies a resource with all that is in it.
func deep(o object) object {
	out, _ := copied(o).(object)
	return out
}

func copied(v any) any {
	switch v := v.(type) {
	case object:
		out := make(object, len(v))
		for k, x := range v {
			out[k] = copied(x)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = copied(x)
		}
		return out
	case []string:
		return slices.Clone(v)
	}
	return v
}

func same(a, b []*note) bool {
	return slices.EqualFunc(a, b, func(m, n *note) bool {
		return m.to == n.to && m.channel == n.channel && bytes.Equal(m.raw, n.raw) && reflect.DeepEqual(m.data, n.data)
	})
}

// arrive tries on a copy of the request; one that changes it and goes on is counted too.
func (c *counted) arrive(f func(*exchange) *apiError) func(*exchange) *apiError {
	return func(x *exchange) *apiError {
		y := *x
		y.body = deep(x.body)
		err := f(&y)
		if err == nil && y.force == x.force && y.agent == x.agent && reflect.DeepEqual(x.body, y.body) || !c.now() {
			return nil
		}
		*x = y
		return err
	}
}

func (c *counted) refused(f func(*exchange, *apiError) *apiError) func(*exchange, *apiError) *apiError {
	return func(x *exchange, err *apiError) *apiError {
		y := *x
		if got := f(&y, err); got != err && c.now() {
			*x = y
			return got
		}
		return err
	}
}

func (c *counted) call(f func(*Server, *leg, object)) func(*Server, *leg, object) {
	return func(s *Server, l *leg, shown object) {
		bent := deep(shown)
		f(s, l, bent)
		c.take(shown, bent)
	}
}

func (c *counted) device(f func(*Server, *agent, object)) func(*Server, *agent, object) {
	return func(s *Server, a *agent, shown object) {
		bent := deep(shown)
		f(s, a, bent)
		c.take(shown, bent)
	}
}

// take puts what was bent in the place of what was shown, if it differs and the time has come.
func (c *counted) take(shown, bent object) {
	if !reflect.DeepEqual(shown, bent) && c.now() {
		clear(shown)
		maps.Copy(shown, bent)
	}
}

func (c *counted) answer(f func(*exchange)) func(*exchange) {
	return func(x *exchange) {
		y := *x
		y.answer.body, y.answer.header = deep(x.answer.body), maps.Clone(x.answer.header)
		f(&y)
		if !reflect.DeepEqual(x.answer, y.answer) && c.now() {
			*x = y
		}
	}
}

func (c *counted) list(f func(*exchange, []object) []object) func(*exchange, []object) []object {
	return func(x *exchange, list []object) []object {
		copied := make([]object, len(list))
		for i, o := range list {
			copied[i] = deep(o)
		}
		if bent := f(x, copied); !reflect.DeepEqual(bent, list) && c.now() {
			return bent
		}
		return list
	}
}
