package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/requirement"
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
	ctx     context.Context //nolint:containedctx // the life of the host's run
	cancel  context.CancelFunc

	mu     sync.Mutex
	begun  bool
	run    *live
	failed string // why nothing can be played
	file   *os.File
	whole  *spec.Whole
	end    func()
}

// Host registers specs in the Ginkgo suite of a host. The target is asked for when the first scenario is to be played;
// what it returns beside it is called at the end.
func Host(register func(), o Options, target func(stations int) (*config.Target, func(), error)) (*Hosted, error) {
	registry, err := requirement.Load()
	if err != nil {
		return nil, err
	}
	h := &Hosted{suite: &Suite{register: register, registry: registry}, options: o, open: target, end: func() {}}
	h.ctx, h.cancel = context.WithCancel(context.Background())
	h.suite.Catalogue, err = spec.Attach(register, spec.Options{
		Source: h, Gate: o.Gate,
		Text: func(c spec.CheckInfo, findings []result.Finding, k *judge.Case) string {
			return h.suite.text(h.options, c, findings, k)
		},
		Redact: h.redact,
	})
	if err != nil {
		return nil, err
	}
	ginkgo.ReportAfterSuite("voicespec logs off", func(ginkgo.Report) {
		err := h.Close()
		config, _ := ginkgo.GinkgoConfiguration()
		for process := 2; process <= config.ParallelTotal; process++ {
			if gone := os.Remove(recordingOf(config, process)); !errors.Is(gone, fs.ErrNotExist) {
				err = errors.Join(err, gone)
			}
		}
		if err != nil {
			ginkgo.Fail(err.Error())
		}
	})
	return h, nil
}

// redact cuts secrets out of what specs say; before anything was played there are none.
func (h *Hosted) redact(text string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.run == nil {
		return text
	}
	return h.run.player.session.run.Redact(text)
}

// connect opens the stations of this process, when the first recording is asked for.
func (h *Hosted) connect() {
	if h.begun {
		return
	}
	h.begun = true
	if err := h.tryToConnect(); err != nil {
		h.failed = "the target could not be tested: " + err.Error()
	}
}

func (h *Hosted) tryToConnect() error {
	config, _ := ginkgo.GinkgoConfiguration()
	target, end, err := h.open(config.ParallelTotal)
	if err != nil {
		return err
	}
	h.end = end
	h.options.Target = target
	if config.ParallelTotal > 1 {
		if err := oneStation(target, config.ParallelProcess, config.ParallelTotal); err != nil {
			return err
		}
	}
	if config.ParallelProcess > 1 { // the first process judges the whole run
		if h.file, err = createRecording(recordingOf(config, config.ParallelProcess)); err != nil {
			return err
		}
		h.options.Save = h.file
	}
	run, err := open(h.ctx, h.options)
	if err != nil {
		return err
	}
	h.run = newPlayer(run, h.ahead(config), 0, h.options.progress).start(h.ctx, h.ctx)
	return nil
}

// oneStation leaves a process its own station.
func oneStation(target *config.Target, process, of int) error {
	n := len(target.Stations)
	if of > n {
		return fmt.Errorf("the target file has %d stations, and ginkgo runs %d processes; give it a station for each, or run ginkgo --procs %d", n, of, n)
	}
	target.Stations = target.Stations[process-1 : process]
	return nil
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

// createRecording begins a file in a folder that others may write to: it follows no link that waits there.
func createRecording(path string) (*os.File, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("record for the first process: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("record for the first process: %w", err)
	}
	return f, nil
}

// Recording is that of a scenario; it is played now, if it was not before. When Ginkgo interrupts the wait, the run ends.
func (h *Hosted) Recording(ctx context.Context, d *spec.Definition) spec.Recording {
	defer context.AfterFunc(ctx, h.cancel)()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.connect()
	if why := h.stopped(); why != "" {
		return spec.Recording{Outcome: result.Blocked, Reason: why}
	}
	h.demand(d)
	r := h.run.Recording(ctx, d)
	if h.file != nil { // another process reads it
		if err := h.run.player.session.flush(); err != nil {
			return spec.Recording{Outcome: result.Blocked, Reason: err.Error()}
		}
	}
	return r
}

// demand plays a scenario that is not among those that are played ahead.
func (h *Hosted) demand(d *spec.Definition) {
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

// Whole is what this process and the others have recorded. Where nobody has been asked to play, everything is played.
func (h *Hosted) Whole(ctx context.Context) *spec.Whole {
	defer context.AfterFunc(ctx, h.cancel)()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.whole != nil {
		return h.whole
	}
	h.connect()
	if h.stopped() != "" {
		return &spec.Whole{}
	}
	others, err := h.others(ctx)
	if err != nil {
		h.failed = err.Error()
		return &spec.Whole{}
	}
	if len(others) == 0 && len(h.run.player.queue) == 0 {
		for _, d := range h.suite.toPlay(&selection{}) {
			h.demand(d)
		}
	}
	mine := h.run.Whole(ctx)
	h.whole = &spec.Whole{Played: mine.Played, Outside: mine.Outside}
	for _, other := range others {
		h.whole.Played, h.whole.Outside = append(h.whole.Played, other.Played...), append(h.whole.Outside, other.Outside...)
	}
	return h.whole
}

// others are what the other processes have recorded, those of them that had something to play.
func (h *Hosted) others(ctx context.Context) ([]*spec.Whole, error) {
	var out []*spec.Whole
	c, _ := ginkgo.GinkgoConfiguration()
	for process := 2; process <= c.ParallelTotal; process++ {
		f, err := os.Open(recordingOf(c, process))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read what process %d recorded: %w", process, err)
		}
		saved, err := h.suite.read(ctx, f)
		_ = f.Close() // only read
		if err != nil {
			return nil, fmt.Errorf("read what process %d recorded: %w", process, err)
		}
		out = append(out, saved.whole)
	}
	return out, nil
}

// Stopped says that the host was closed, or why nothing can be played.
func (h *Hosted) Stopped() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.stopped()
}

func (h *Hosted) stopped() string {
	if h.ctx.Err() != nil {
		return endedBefore
	}
	return h.failed
}

// Close hangs up and logs off, and says what could not be undone. With `ginkgo -p` each process must call it, in an
// AfterSuite; else the end of the suite does. It may be called twice. What is still being played is broken off.
func (h *Hosted) Close() error {
	if !h.mu.TryLock() {
		h.cancel()
		h.mu.Lock()
	}
	defer h.mu.Unlock()
	defer h.cancel()
	var err error
	if h.run != nil {
		select {
		case <-h.run.through: // a poll that is under way must end as it would in a run of its own: it is recorded
		default:
			h.cancel()
		}
		h.run.finish()
		err = h.run.player.session.flush()
		for _, left := range h.run.left() {
			err = errors.Join(err, errors.New("left behind: "+h.run.player.session.run.Redact(left)))
		}
		h.run = nil
	}
	if h.file != nil {
		err = errors.Join(err, h.file.Close())
		h.file = nil
	}
	h.end()
	h.end = func() {}
	return err
}
