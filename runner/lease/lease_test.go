package lease_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/lease"
)

func TestOneAtATime(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "leases")
	first, err := lease.Take(t.Context(), dir, []string{"agent", "caller"}, "the first", 0)
	if err != nil {
		t.Fatal(err)
	}
	others, err := lease.Take(t.Context(), dir, []string{"agent2"}, "the third", 0)
	if err != nil {
		t.Errorf("other people: %v", err)
	}
	defer others.Release()
	_, err = lease.Take(t.Context(), dir, []string{"destination", "agent"}, "the second", 0)
	if held, is := errors.AsType[*lease.HeldError](err); !is || held.By != "the first" || held.Key != "agent" {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := lease.Take(ctx, dir, []string{"agent"}, "the second", time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	go first.Release()
	second, err := lease.Take(t.Context(), dir, []string{"destination", "agent"}, "the second", time.Minute)
	if err != nil {
		t.Errorf("after the first: %v", err)
	}
	second.Release()
	second.Release()
	if _, err := lease.Take(t.Context(), filepath.Join(dir, "none", "none"), []string{"agent"}, "x", 0); err == nil {
		t.Error("in no folder")
	}
}
