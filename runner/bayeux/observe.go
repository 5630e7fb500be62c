package bayeux

import (
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// observer hands observations on, one at a time, with times that never fall.
type observer struct {
	mu   sync.Mutex
	fn   func(Observation)
	by   Transport
	last time.Time
}

func newObserver(o Options) *observer { return &observer{fn: o.Observe, by: o.Transport} }

// emit keeps a batch together: no other observation comes between.
func (o *observer) emit(list ...Observation) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, x := range list {
		if x.At.IsZero() {
			x.At = time.Now()
		}
		if x.At.Before(o.last) {
			x.At = o.last
		}
		o.last = x.At
		x.Transport = o.by
		if o.fn != nil {
			o.fn(x)
		}
	}
}

// short makes one printable line of at most limit bytes.
func short(text string, limit int) string {
	cut := len(text) > limit
	if cut {
		text = text[:limit]
	}
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case r == utf8.RuneError || !unicode.IsPrint(r):
			return '·'
		}
		return r
	}, text)
	if cut {
		text += "…"
	}
	return text
}
