package cli

import (
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/reference"
)

const maxStations = 100

type serveCmd struct {
	Addr        string        `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to listen; port 0 takes a free one. Default: ${default}."`
	Fault       string        `placeholder:"NAME" help:"Break the server in one point (see voicespec faults)."`
	Variation   string        `placeholder:"NAME" help:"Use what the documents leave open (see voicespec variations)."`
	Stations    int           `default:"1" placeholder:"N" help:"Number of stations: agent, caller and destination each. Default: ${default}."`
	StepDelay   time.Duration `default:"0s" placeholder:"D" help:"What every answer and every notification takes, such as 20ms. Default: ${default}."`
	PollTimeout time.Duration `default:"30s" placeholder:"D" help:"How long a poll for notifications is held. Default: ${default}."`
}

// Help is what `voicespec serve --help` adds.
func (serveCmd) Help() string {
	return `The first line on stdout is "listening on http://HOST:PORT"; the users, as a target file, follow on stderr. SIGINT and SIGTERM end the server with exit code 0.`
}

// Validate is called by kong.
func (c *serveCmd) Validate() error {
	switch _, _, err := net.SplitHostPort(c.Addr); {
	case err != nil:
		return fmt.Errorf("--addr: %q is no HOST:PORT, such as 127.0.0.1:8080", c.Addr)
	case c.Stations < 1 || c.Stations > maxStations:
		return fmt.Errorf("--stations: %d is not between 1 and %d", c.Stations, maxStations)
	case c.StepDelay < 0:
		return fmt.Errorf("--step-delay: %s is negative", c.StepDelay)
	case c.PollTimeout <= 0:
		return fmt.Errorf("--poll-timeout: %s is not more than 0", c.PollTimeout)
	}
	return nil
}

// Run serves until a signal comes.
func (c *serveCmd) Run(p *Program) error {
	if err := knownFault(c.Fault); err != nil {
		return err
	}
	if err := knownVariation(c.Variation); err != nil {
		return err
	}
	agents := reference.DefaultAgents(c.Stations)
	server, err := reference.New(reference.Options{Agents: agents, Fault: c.Fault, Variation: c.Variation,
		StepDelay: c.StepDelay, PollTimeout: c.PollTimeout})
	if err != nil {
		return fmt.Errorf("start the reference server: %w", err)
	}
	logTo(p.Stderr)
	ctx, stop := p.interruptible("")
	defer stop()
	address, err := server.Start(c.Addr)
	if err != nil {
		_ = server.Close()
		return usagef("--addr: cannot listen at %s (%s); choose another, such as 127.0.0.1:0 for a free port", c.Addr, listenReason(err))
	}
	fmt.Fprintf(p.Stdout, "listening on %s\n", address)
	fmt.Fprintf(p.Stderr, "# The target file for this server: save it as voicespec.yaml, then: voicespec run\n%s", targetFile(address, agents))
	<-ctx.Done()
	if err := server.Close(); err != nil {
		return fmt.Errorf("stop the reference server: %w", err)
	}
	return nil
}

// listenReason is the last, system's part of a listen error.
func listenReason(err error) string {
	text := err.Error()
	return text[strings.LastIndex(text, ": ")+1:][1:]
}

// targetFile is the target file of a reference server. Its passwords are no secrets.
func targetFile(address string, agents []reference.Agent) string {
	var b strings.Builder
	fmt.Fprintf(&b, "target: %s\nstations:\n", address)
	for i, a := range agents {
		role := []string{"  - agent:      ", "    caller:     ", "    destination:"}[i%3]
		fmt.Fprintf(&b, "%s {user: %s, password: %s, number: %q}\n", role, a.User, a.Password, a.Number)
	}
	return b.String()
}
