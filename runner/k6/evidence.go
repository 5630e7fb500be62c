package k6

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/voicespec/voicespec/runner/load"
)

// evidence keeps recordings of performances, so many at most: of failures, and of one in some of the others.
type evidence struct {
	dir          string
	most, sample int

	mu      sync.Mutex
	kept    int // of failures
	sampled int
	seen    int
	dropped int
	broken  bool // the folder cannot be written to; that was told
}

// defaultKept is how many recordings of failures are kept where nothing is said.
const defaultKept = 20

func newEvidence(given map[string]any) (*evidence, error) {
	e := &evidence{most: defaultKept}
	dir, isText := given["evidence"].(string)
	if given["evidence"] != nil && !isText {
		return nil, fmt.Errorf("evidence: %v is no name of a folder", given["evidence"])
	}
	e.dir = dir
	for name, to := range map[string]*int{"keep": &e.most, "sample": &e.sample} {
		if given[name] == nil {
			continue
		}
		n, ok := given[name].(int64)
		if !ok || n < 0 {
			return nil, fmt.Errorf("%s: %v is no whole number from 0 on", name, given[name])
		}
		*to = int(n)
	}
	return e, nil
}

// keep writes the recording of a performance where there is a place for it.
func (e *evidence) keep(p *load.Performance, failed bool) error {
	if e.dir == "" {
		return nil
	}
	name, wanted := e.name(p, failed)
	if !wanted {
		return nil
	}
	if err := e.write(p, name); err != nil {
		e.mu.Lock()
		defer e.mu.Unlock()
		if e.broken {
			return nil
		}
		e.broken = true
		return fmt.Errorf("keep the recording: %w; evidence: names a folder that can be written to", err)
	}
	return nil
}

// name is the file of a recording; false if it is not kept.
func (e *evidence) name(p *load.Performance, failed bool) (string, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.seen++
	switch {
	case failed && e.kept < e.most:
		e.kept++
		return fmt.Sprintf("failed-%s-station-%d-%d.ndjson", p.Scenario, p.Station, e.kept), true
	case failed:
		e.dropped++
	case e.sample > 0 && e.seen%e.sample == 0 && e.sampled < e.most:
		e.sampled++
		return fmt.Sprintf("sample-%s-station-%d-%d.ndjson", p.Scenario, p.Station, e.sampled), true
	}
	return "", false
}

func (e *evidence) write(p *load.Performance, name string) (err error) {
	if err := os.MkdirAll(e.dir, 0o755); err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(e.dir, name))
	if err != nil {
		return err
	}
	defer func() {
		if closed := f.Close(); err == nil {
			err = closed
		}
	}()
	return p.Save(f)
}

// notes say at the end what was kept.
func (e *evidence) notes() (list []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.kept > 0 {
		list = append(list, fmt.Sprintf("%d recordings of failed performances are in %s; voicespec verify judges them", e.kept, e.dir))
	}
	if e.dropped > 0 {
		list = append(list, fmt.Sprintf("%d more performances failed, of which no recording was kept (keep: %d)", e.dropped, e.most))
	}
	return list
}
