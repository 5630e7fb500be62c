//go:build unix

package cli

import (
	"os"
	"os/signal"
	"syscall"
)

// whenAsked tells each time that somebody asks for a report, by SIGUSR1.
func whenAsked() (asked <-chan os.Signal, release func()) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGUSR1)
	return c, func() { signal.Stop(c) }
}
