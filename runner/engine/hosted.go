package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/spec"
)

// Hosted plays for a Ginkgo suite that somebody else runs. In one process it plays ahead what the label filter selects, on
// all stations. With `ginkgo -p`, or where specs are selected by their place or text, it plays a scenario when its specs
// are about to be judged; each process has a station of its own then.
type Hosted struct {
	suite   *Suite
	options Options
	open    func(stations int) (*config.Target, func(), error)

	start  sync.Once
	run    *live
	failed string // why nothing can be played
	file   *os.File
	close  func()
	ctx    context.Context //nolint:containedctx // the life of the host's run
	cancel context.CancelFunc
	mu     sync.Mutex
}

// Host registers the suite's specs in the Ginkgo suite of a host. The target is asked for when the first scenario is
// to be played; what it returns beside it is called at the end.
func (s *Suite) Host(o Options, target func(stations int) (*config.Target, func(), error)) (*Hosted, error) {
	h := &Hosted{suite: s, options: o, open: target, close: func() {}}
	h.ctx, h.cancel = context.WithCancel(context.Background())
	err := spec.Attach(s.register, spec.Options{Source: h, Gate: o.Gate, Text: func(c spec.CheckInfo, findings []result.Finding, k *judge.Case) string {
		return s.text(h.options, c, findings, k)
	}})
	ginkgo.ReportAfterSuite("voicespec logs off", func(ginkgo.Report) { _ = h.Close() })
	return h, err
}

// connect opens the stations of this process. It happens once, when the first recording is asked for.
func (h *Hosted) connect() {
	config, _ := ginkgo.GinkgoConfiguration()
	target, end, err := h.open(config.ParallelTotal)
	if err != nil {
		h.failed = err.Error()
		return
	}
	h.close = end
	h.options.Target = target
	if config.ParallelTotal > 1 {
		if h.failed = h.oneStation(target, config.ParallelProcess, config.ParallelTotal); h.failed != "" {
			return
		}
	}
	if config.ParallelProcess > 1 { // the first process judges the whole run
		if h.file, err = os.Create(recordingOf(config, config.ParallelProcess)); err != nil {
			h.failed = err.Error()
			return
		}
		h.options.Save = h.file
	}
	run, err := open(h.ctx, h.options)
	if err != nil {
		h.failed = err.Error()
		return
	}
	h.run = newPlayer(run, h.ahead(config), 0, h.options.progress).start(h.ctx, h.ctx)
}

// oneStation leaves a process its own station.
func (h *Hosted) oneStation(target *config.Target, process, of int) string {
	n := len(target.Stations)
	if process > n {
		return fmt.Sprintf("the target file has %d stations, and ginkgo runs %d processes; give it a station for each, or run ginkgo --procs %d", n, of, n)
	}
	target.Stations = target.Stations[process-1 : process]
	return ""
}

// ahead are the scenarios that are bound to be judged by this process.
func (h *Hosted) ahead(c types.SuiteConfig) []*spec.Definition {
	if c.ParallelTotal > 1 || len(c.FocusStrings)+len(c.SkipStrings)+len(c.FocusFiles)+len(c.SkipFiles) > 0 {
		return nil
	}
	sel, err := h.suite.choose(Options{LabelFilter: c.LabelFilter})
	if err != nil {
		return nil // the host's own labels
	}
	return h.suite.toPlay(sel)
}

// recordingOf is the file by which the process that judges the whole run learns what another has recorded.
func recordingOf(c types.SuiteConfig, process int) string {
	return filepath.Join(os.TempDir(), fmt.Sprintf("voicespec-%d-%d-%d.ndjson", os.Getppid(), c.RandomSeed, process))
}

// Recording is that of a scenario; it is played now, if it was not before.
func (h *Hosted) Recording(ctx context.Context, d *spec.Definition) spec.Recording {
	h.start.Do(h.connect)
	if h.failed != "" {
		return spec.Recording{Outcome: result.Blocked, Reason: h.failed}
	}
	h.demand(d)
	r := h.run.Recording(ctx, d)
	if h.file != nil { // others read it
		if err := h.run.player.session.flush(); err != nil {
			return spec.Recording{Outcome: result.Blocked, Reason: err.Error()}
		}
	}
	return r
}

// demand plays a scenario that is not among those that are played ahead.
func (h *Hosted) demand(d *spec.Definition) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.run.byID[d.ID] != nil {
		return
	}
	<-h.run.through // the station is free
	perf := &performance{scenario: d, done: make(chan struct{})}
	p := h.run.player
	p.play(h.ctx, perf, p.session.stations[0])
	close(perf.done)
	p.queue, p.inOrder = append(p.queue, perf), append(p.inOrder, perf)
	h.run.byID[d.ID] = perf
}

// Whole is what this process and the others have recorded.
func (h *Hosted) Whole(ctx context.Context) *spec.Whole {
	h.start.Do(h.connect)
	if h.failed != "" {
		return &spec.Whole{}
	}
	w := *h.run.Whole(ctx)
	if c, _ := ginkgo.GinkgoConfiguration(); c.ParallelTotal > 1 {
		for process := 2; process <= c.ParallelTotal; process++ {
			other := h.suite.readFile(ctx, recordingOf(c, process))
			w.Played, w.Outside = append(w.Played, other.Played...), append(w.Outside, other.Outside...)
		}
	}
	return &w
}

// readFile is what another process has recorded; nothing, if it had nothing to do.
func (s *Suite) readFile(ctx context.Context, path string) *spec.Whole {
	f, err := os.Open(path)
	if err != nil {
		return &spec.Whole{}
	}
	defer func() { _, _ = f.Close(), os.Remove(path) }()
	file, err := s.read(ctx, f)
	if err != nil {
		return &spec.Whole{}
	}
	return file.whole
}

// Stopped says that the host was closed.
func (h *Hosted) Stopped() string {
	if h.ctx.Err() != nil {
		return endedBefore
	}
	return h.failed
}

// Close hangs up and logs off, and says what could not be undone. With `ginkgo -p` each process must call it, in an
// AfterSuite; else the end of the suite does. It may be called twice.
func (h *Hosted) Close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.cancel()
	var err error
	if h.run != nil {
		h.run.finish()
		err = h.run.player.session.flush()
		for _, left := range h.run.left() {
			err = errors.Join(err, errors.New(left))
		}
		h.run = nil
	}
	if h.file != nil {
		err = errors.Join(err, h.file.Close())
		h.file = nil
	}
	h.close()
	h.close = func() {}
	return err
}
