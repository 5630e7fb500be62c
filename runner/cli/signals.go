package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/voicespec/voicespec/runner/result"
)

// interruptible returns a context that the first SIGINT or SIGTERM cancels, after which the
// engine hangs up and logs off; the second ends the process at once. message is what the
// first one prints. The caller must call stop.
func (p *Program) interruptible(message string) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	signals, release := p.Signals, func() {}
	if signals == nil {
		own := make(chan os.Signal, 2)
		signal.Notify(own, os.Interrupt, syscall.SIGTERM)
		signals, release = own, func() { signal.Stop(own) }
	}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for count := 1; ; count++ {
			select {
			case <-signals:
			case <-done:
				return
			}
			if count > 1 {
				p.Exit(result.ExitInterrupted)
				return
			}
			if message != "" {
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
