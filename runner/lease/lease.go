// Package lease keeps two runs from using the same people at once: each person has a file that a run holds locked. The
// lock goes with the process, however that ends. It works where runs see the same folder: on one machine, or where the target
// file names a folder that they share.
package lease

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// HeldError says that another run has one of the people.
type HeldError struct {
	Key string // of the person
	By  string // what the other run says of itself
}

func (h *HeldError) Error() string { return h.Key + " is held by " + h.By }

// Lease are the people that a run holds.
type Lease struct{ files []*os.File }

// folder is that of all runs on a machine where none is named.
func folder(named string) string {
	if named != "" {
		return named
	}
	return filepath.Join(os.TempDir(), "voicespec-lease")
}

// look is how often a lease that is held is asked for again.
const look = 200 * time.Millisecond

// Take takes all of the people, named by keys, or none of them. By is what others are told; wait is how long is waited for
// others. The error is *HeldError, the context's, or that of a folder that cannot be used.
func Take(ctx context.Context, dir string, keys []string, by string, wait time.Duration) (*Lease, error) {
	dir = folder(dir)
	if err := prepare(dir); err != nil {
		return nil, fmt.Errorf("use the folder of leases %s: %w", dir, err)
	}
	keys = slices.Sorted(slices.Values(keys)) // all runs in the same order, so that none waits for one that waits for it
	deadline := time.NewTimer(wait)
	defer deadline.Stop()
	again := time.NewTicker(look)
	defer again.Stop()
	for {
		l, err := take(dir, keys, by)
		if _, held := errors.AsType[*HeldError](err); !held {
			return l, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-deadline.C:
			return nil, err
		case <-again.C:
		}
	}
}

// prepare makes the folder one that everybody on the machine may use.
func prepare(dir string) error {
	err := os.Mkdir(dir, 0o700)
	if err == nil {
		return os.Chmod(dir, 0o777|os.ModeSticky) // as the folder of temporary files is
	}
	if info, missing := os.Stat(dir); missing != nil || !info.IsDir() {
		return err
	}
	return nil
}

func take(dir string, keys []string, by string) (*Lease, error) {
	l := &Lease{}
	for _, key := range keys {
		f, err := os.OpenFile(filepath.Join(dir, name(key)), os.O_CREATE|os.O_RDWR|noFollow, 0o666) //nolint:gosec // other users wait for it, too
		if err != nil {
			l.Release()
			return nil, fmt.Errorf("use the lease of %s: %w", key, err)
		}
		locked, err := lock(f)
		if err != nil {
			_ = f.Close() // nothing was written
			l.Release()
			return nil, fmt.Errorf("lock the lease of %s: %w", key, err)
		}
		if !locked {
			said := holder(f)
			_ = f.Close()
			l.Release()
			return nil, &HeldError{Key: key, By: said}
		}
		l.files = append(l.files, f)
		_ = f.Truncate(0)
		_, _ = f.WriteAt([]byte(by), 0) // for others to read; the lock alone counts
	}
	return l, nil
}

// holder is what the run says that holds a lease.
func holder(f *os.File) string {
	said := make([]byte, 200)
	n, _ := f.ReadAt(said, 0)
	if text := strings.Join(strings.Fields(strings.ToValidUTF8(string(said[:n]), "?")), " "); text != "" {
		return text
	}
	return "another run"
}

// name is the file of a person.
func name(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:12])
}

// Release gives all of them back. The files stay: to remove one that somebody else is just opening would let two runs in.
func (l *Lease) Release() {
	if l == nil {
		return
	}
	for _, f := range l.files {
		_ = f.Close() // and with it the lock
	}
	l.files = nil
}
