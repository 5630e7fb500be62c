package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"time"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/watch"
	"github.com/voicespec/voicespec/suites"
)

type watchCmd struct {
	Listen       string        `default:"127.0.0.1:8090" placeholder:"HOST:PORT" help:"Where clients connect; port 0 takes a free one. Default: ${default}."`
	Target       string        `required:"true" placeholder:"URL" help:"Address of the server that everything is passed on to."`
	Admin        string        `placeholder:"HOST:PORT" help:"Where the live page and /metrics for Prometheus are served. Default: nowhere."`
	Cert         string        `placeholder:"FILE" help:"Certificate (PEM), to speak TLS with clients. With --key."`
	Key          string        `placeholder:"FILE" help:"Key of the certificate (PEM)."`
	CA           string        `name:"ca" placeholder:"FILE" help:"Certificate authorities (PEM) of the target. Default: those of the system."`
	Insecure     bool          `help:"Do not check the target's certificate."`
	Save         string        `placeholder:"DIR" help:"Folder for recordings of what is seen, without secrets. Default: none is kept."`
	Keep         time.Duration `placeholder:"D" help:"How long recordings are kept, such as 24h. Default: for ever."`
	HashUserData bool          `help:"Put hashes in the place of the values of user data."`
	Require      string        `placeholder:"NAMES" help:"Operations, separated by commas, that the traffic must hold: exit code 1 where one of them was never accepted."`
	reportFlags
	ReportDir string `placeholder:"DIR" help:"Folder for report.html, results.json, junit.xml and summary.md, written at the end and on SIGUSR1. Default: none is written."`
}

// Help is what `voicespec watch --help` adds.
func (watchCmd) Help() string {
	return `Every byte is passed on as it came, in both directions; the Host header, too. What is seen is recorded and judged beside that, and holds nothing up. ` +
		`The first line on stdout is "listening on URL", with --admin the second "live page and metrics on URL"; findings follow, a line each, when their calls are over. ` +
		`SIGUSR1 writes the reports; SIGINT and SIGTERM do so and end the command, with exit code 1 where something is not as documented.`
}

// Validate is called by kong.
func (c *watchCmd) Validate() error {
	u, err := url.Parse(c.Target)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("--target: %q is no http or https URL", c.Target)
	case (c.Cert == "") != (c.Key == ""):
		return errors.New("--cert and --key belong together")
	case c.Keep < 0:
		return fmt.Errorf("--keep: %s is negative", c.Keep)
	}
	return nil
}

// Run passes on until a signal comes.
func (c *watchCmd) Run(p *Program) error {
	required, err := operations(c.Require)
	if err != nil {
		return err
	}
	out, err := newOutputs(p, c.reportFlags, c.ReportDir)
	if err != nil {
		return err
	}
	listener, err := c.listen()
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }()
	target, err := url.Parse(c.Target)
	if err != nil {
		return err
	}
	towards, err := config.TLS{Insecure: c.Insecure, CA: c.CA}.Config()
	if err != nil {
		return usagef("%s", oneLine(err.Error()))
	}
	suite, err := suites.Load()
	if err != nil {
		return err
	}
	header := &recording.Header{Version: recording.FormatVersion, Suite: Version(), Target: c.Target, Started: time.Now().UTC()}
	options := engine.Options{
		Target: &config.Target{URL: c.Target}, Recording: "-", Gate: requirement.Level(c.Gate), Complete: c.Complete, Version: Version(), Required: required,
		Globs: []string{"invariants"},
	}
	passive, err := suite.Passive(header, options)
	if err != nil {
		return err
	}
	passive.Soon(soon)
	debug.SetMemoryLimit(memory)
	return c.watch(p, &watching{out, passive, listener, &watch.Relay{Target: target, TLS: towards}, header, options})
}

// memory is the bound near which garbage is collected more often: what is held on to is bounded by less.
const memory = 224 << 20

// soon is how long after the end of a call it is judged.
const soon = 5 * time.Second

// watching is what a watch is made of.
type watching struct {
	out      *outputs
	passive  *engine.Passive
	listener net.Listener
	relay    *watch.Relay
	header   *recording.Header
	options  engine.Options
}

func (c *watchCmd) watch(p *Program, w *watching) error {
	var journal *watch.Journal
	if c.Save != "" {
		journal = &watch.Journal{Dir: c.Save, Keep: c.Keep, Header: w.header}
	}
	ctx, stop := p.interruptible("")
	defer stop()
	done := false // the last report is the command's own
	watcher := watch.New(watch.Options{
		HashUserData: c.HashUserData, Save: journal, Judge: w.passive, Metrics: watch.NewMetrics(), Header: w.header,
		Say: func(text string) { p.sayf("%s", oneLine(text)) },
		Found: func(list []watch.Finding) {
			for _, f := range list {
				fmt.Fprintln(p.Stdout, oneLine(f.String()))
			}
		},
		Reported: func() {
			if out := w.passive.Outcome(); out != nil && !done {
				_, err := w.out.write(out, true)
				if err != nil {
					p.sayf("%s", oneLine(err.Error()))
				}
			}
		},
	})
	w.relay.Watcher = watcher
	scheme := "http"
	if c.Cert != "" {
		scheme = "https"
	}
	fmt.Fprintf(p.Stdout, "listening on %s://%s\n", scheme, w.listener.Addr())
	admin, err := c.serveAdmin(p, watcher)
	if err != nil {
		return err
	}
	defer admin()
	asked, release := whenAsked()
	defer release()
	go func() {
		for {
			select {
			case <-asked:
				watcher.Report(ctx)
			case <-ctx.Done():
				return
			}
		}
	}()
	err = w.relay.Serve(ctx, w.listener)
	done = true
	watcher.Close()
	if err != nil {
		return usagef("--listen: %s", oneLine(err.Error()))
	}
	return w.out.conclude(w.passive.Outcome(), nil, blank(w.options, w.header.Started))
}

func (c *watchCmd) listen() (net.Listener, error) {
	var config *tls.Config
	if c.Cert != "" {
		pair, err := tls.LoadX509KeyPair(c.Cert, c.Key)
		if err != nil {
			return nil, usagef("--cert %s and --key %s cannot be used (%s)", c.Cert, c.Key, oneLine(err.Error()))
		}
		config = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}
	}
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", c.Listen)
	if err != nil {
		return nil, usagef("--listen: cannot listen at %s (%s); choose another, such as 127.0.0.1:0 for a free port", c.Listen, listenReason(err))
	}
	if config != nil {
		l = tls.NewListener(l, config)
	}
	return l, nil
}

// serveAdmin serves the live page and the metrics.
func (c *watchCmd) serveAdmin(p *Program, w *watch.Watcher) (stop func(), err error) {
	if c.Admin == "" {
		return func() {}, nil
	}
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", c.Admin)
	if err != nil {
		return nil, usagef("--admin: cannot listen at %s (%s); choose another", c.Admin, listenReason(err))
	}
	server := &http.Server{Handler: w.Handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(l) }() // ends with Close
	fmt.Fprintf(p.Stdout, "live page and metrics on http://%s\n", l.Addr())
	return func() { _ = server.Close() }, nil
}
