package bayeux

import (
	"fmt"
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

	admit   func(Observation) bool
	dropped int // what was received and not admitted
}

func newObserver(o Options) *observer {
	return &observer{fn: o.Observe, by: o.Transport, admit: o.Admit}
}

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
		if o.drops(x) {
			o.dropped++
			continue
		}
		if o.fn != nil {
			o.fn(x)
		}
	}
}

// drops reports whether an observation is not handed on. The caller holds mu.
func (o *observer) drops(x Observation) bool {
	switch x.Kind {
	case KindReply, KindEvent, KindFault:
		return o.dropped > 0 || o.admit != nil && !o.admit(x)
	}
	return false
}

// flooded reports whether anything was dropped.
func (o *observer) flooded() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.dropped > 0
}

// flood is what is told of what was dropped, instead of it.
func (o *observer) flood(from origin) {
	o.mu.Lock()
	text := fmt.Sprintf("a flood: %d of the messages of one answer or more are not recorded, and no more are received", o.dropped)
	o.dropped, o.admit = 0, nil
	o.mu.Unlock()
	o.emit(from.observation(KindFault, "", text, nil), from.observation(KindGap, "", "events are lost: "+text, nil))
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
