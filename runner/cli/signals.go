package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/voicespec/voicespec/runner/result"
)

// interruptible returns a context that the first SIGINT, SIGTERM or SIGHUP cancels, and an output that nobody reads any
// more, after which the engine hangs up and logs off; a second signal ends the process at once. message is what the
// first one prints. The caller must call stop.
func (p *Program) interruptible(message string) (context.Context, func()) {
	ctx, cancel := context.WithCancel(context.Background())
	signals, release := p.Signals, func() {}
	if signals == nil {
		signals, release = ownSignals()
	}
	unread := p.unread()
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		interrupted := false
		for {
			select {
			case <-unread:
				unread = nil
			case <-signals:
				if interrupted {
					p.Exit(result.ExitInterrupted)
					return
				}
				interrupted = true
			case <-done:
				return
			}
			if message != "" && ctx.Err() == nil {
				p.sayf("%s", message)
			}
			cancel()
		}
	}()
	return ctx, func() {
		release()
		close(done)
		<-ended
		cancel()
	}
}

// ownSignals are those of the process. SIGPIPE is left to the writes that fail: a closed connection is none of our
// outputs.
func ownSignals() (signals <-chan os.Signal, release func()) {
	own := make(chan os.Signal, 2)
	signal.Notify(own, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // nohup
		signal.Notify(own, syscall.SIGHUP)
	}
	signal.Ignore(syscall.SIGPIPE)
	return own, func() {
		signal.Stop(own)
		signal.Reset(syscall.SIGPIPE)
	}
}

// unread returns a channel on which is told, once, that an output is read no more.
func (p *Program) unread() <-chan struct{} {
	told := make(chan struct{}, 2)
	for _, w := range []any{p.Stdout, p.Stderr} {
		if s, ok := w.(*safeWriter); ok {
			s.whenBroken(func() { told <- struct{}{} })
		}
	}
	return told
}
