package bayeux

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

const patience = 2 * time.Minute // far above what any step takes, also on a busy machine with the race detector

// recorder keeps observations and wakes those who wait for one.
type recorder struct {
	mu      sync.Mutex
	list    []Observation
	changed chan struct{}
}

func newRecorder() *recorder { return &recorder{changed: make(chan struct{})} }

func (r *recorder) add(x Observation) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = append(r.list, x)
	close(r.changed)
	r.changed = make(chan struct{})
}

func (r *recorder) all() []Observation {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Observation(nil), r.list...)
}

func (r *recorder) find(kind, words string) (found []Observation) {
	for _, x := range r.all() {
		if x.Kind == kind && (words == "" || x.Channel == words || strings.Contains(x.Text, words)) {
			found = append(found, x)
		}
	}
	return found
}

// await waits for an observation whose channel is words, or whose text has them.
func (r *recorder) await(t *testing.T, kind, words string) Observation {
	t.Helper()
	return r.awaitCount(t, kind, words, 1)[0]
}

func (r *recorder) awaitCount(t *testing.T, kind, words string, n int) []Observation {
	t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		r.mu.Lock()
		changed := r.changed
		r.mu.Unlock()
		if found := r.find(kind, words); len(found) >= n {
			return found
		}
		select {
		case <-changed:
		case <-late.C:
			t.Fatalf("no %d observations %s %q in:\n%s", n, kind, words, r)
		}
	}
}

func (r *recorder) none(t *testing.T, kind string) {
	t.Helper()
	if found := r.find(kind, ""); len(found) > 0 {
		t.Errorf("unwanted %s %q in:\n%s", kind, found[0].Text, r)
	}
}

func (r *recorder) String() string {
	var b strings.Builder
	for _, x := range r.all() {
		fmt.Fprintf(&b, "%d %-5s %-16s %s %s\n", x.Session, x.Kind, x.Channel, short(string(x.Raw), 200), x.Text)
	}
	return b.String()
}

// dial closes the session at the end of the test.
func dial(t *testing.T, o Options) *Session {
	t.Helper()
	s, err := Dial(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	return s
}

func wantError(t *testing.T, err error, kind ErrorKind, words string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Kind != kind || !strings.Contains(e.Text, words) {
		t.Errorf("error %#v; wanted kind %s with %q", err, kind, words)
	}
}
