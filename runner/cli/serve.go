package cli

import (
	"errors"
	"fmt"
	"log"
	"net"
	"net/netip"
	"os"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/embedded"
	"github.com/voicespec/voicespec/runner/reference"
)

const maxStations = 10_000

type serveCmd struct {
	Addr        string        `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to listen; port 0 takes a free one. Default: ${default}."`
	Fault       string        `placeholder:"NAME" help:"Break the server in one point (see voicespec faults)."`
	Variation   string        `placeholder:"NAME" help:"Use what the documents leave open (see voicespec variations); NAME+NAME is several at once."`
	Stations    int           `default:"1" placeholder:"N" help:"Number of stations: agent, caller and destination each. Default: ${default}."`
	StepDelay   time.Duration `default:"0s" placeholder:"D" help:"What every answer and every notification takes, such as 20ms. Default: ${default}."`
	AllowHost   []string      `placeholder:"HOST" help:"Further host names to answer for when --addr is a loopback address (see above). Repeatable."`
	PollTimeout time.Duration `default:"30s" placeholder:"D" help:"How long a poll for notifications is held. Default: ${default}."`
	SIP         string        `name:"sip" placeholder:"HOST:PORT" help:"Call telephones by SIP over UDP from here, as a Genesys SIP Server does; those that register here, too. Without it calls have no telephones."`
	SIPProxy    string        `name:"sip-proxy" placeholder:"HOST:PORT" help:"Where telephones have registered, and are called through."`
	SIPOutside  []string      `name:"sip-outside" placeholder:"NUMBER" help:"Number of a telephone of nobody's, which may register and call agents: the caller of a station. Repeatable."`
	SIPDigest   bool          `name:"sip-digest" help:"Telephones that register here need the password of their agent."`
}

// Help is what `voicespec serve --help` adds.
func (serveCmd) Help() string {
	return `The first line on stdout is "listening on http://HOST:PORT"; the users, as a target file, follow on stderr. ` +
		`SIGINT and SIGTERM end the server with exit code 0.

On a loopback address the server answers only requests for localhost, 127.0.0.0/8, [::1] and the name in --addr, ` +
		`so that no page in a browser can reach it by a name of its own; others get HTTP 421. --allow-host adds names, for a proxy in front of it.

Connections, Bayeux sessions, what waits for clients that do not read it, and the time that a request may take are limited. ` +
		`When a limit is hit, a sentence on stderr says so.`
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
	for flag, addr := range map[string]string{"--sip": c.SIP, "--sip-proxy": c.SIPProxy} {
		if _, _, err := net.SplitHostPort(addr); addr != "" && err != nil {
			return fmt.Errorf("%s: %q is no HOST:PORT, such as 127.0.0.1:5060", flag, addr)
		}
	}
	if c.SIP == "" && (c.SIPProxy != "" || c.SIPDigest || len(c.SIPOutside) > 0) {
		return errors.New("--sip-proxy, --sip-digest and --sip-outside are about telephones: name an address with --sip, too")
	}
	for _, host := range c.AllowHost {
		if _, err := netip.ParseAddr(host); err != nil && (host == "" || strings.ContainsAny(host, "/:*[]@ ")) {
			return fmt.Errorf("--allow-host: %q is no host name; write it as it stands in the URL, without scheme and port", host)
		}
	}
	return nil
}

// Run serves until a signal comes.
func (c *serveCmd) Run(p *Program) error {
	if err := knownFault(c.Fault); err != nil {
		return err
	}
	if c.SIP == "" && ofTelephones(c.Fault) {
		return usagef("the fault %s shows where calls go through telephones; name an address for them with --sip HOST:PORT", c.Fault)
	}
	if err := knownVariation(c.Variation); err != nil {
		return err
	}
	stderr := log.New(p.Stderr, "", 0) // a line at a time, and each a comment: what is on stderr can be saved as a target file
	logTo(p.Stderr)
	ctx, stop := p.interruptible("")
	defer stop()
	server, target, err := embedded.Listen(c.Addr, reference.Options{
		Fault: c.Fault, Variation: c.Variation, StepDelay: c.StepDelay, PollTimeout: c.PollTimeout,
		SIP:        reference.SIPOptions{Addr: c.SIP, Proxy: c.SIPProxy, Digest: c.SIPDigest, Outside: c.SIPOutside},
		AllowHosts: c.AllowHost, Warn: func(sentence string) { stderr.Print("# " + sentence) },
	}, c.Stations)
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Net == "udp" {
		return usagef("--sip: cannot listen at %s (%s); choose another, such as 127.0.0.1:0 for a free port", c.SIP, listenReason(err))
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return usagef("--addr: cannot listen at %s (%s); choose another, such as 127.0.0.1:0 for a free port", c.Addr, listenReason(err))
	}
	if err != nil {
		return err
	}
	if target.TLS.Given != nil {
		dir, err := os.MkdirTemp("", "voicespec-certificates-")
		if err != nil {
			_ = server.Close()
			return fmt.Errorf("write certificates: %w; name another folder for temporary files by TMPDIR", err)
		}
		defer func() { _ = os.RemoveAll(dir) }() // they are good for nothing behind this server
		if target.TLS, err = writeCertificates(dir, target.TLS.Given); err != nil {
			_ = server.Close()
			return fmt.Errorf("write certificates: %w; name another folder for temporary files by TMPDIR", err)
		}
		stderr.Printf("# The certificates that this server asks for are in %s for as long as it runs.", dir)
	}
	fmt.Fprintf(p.Stdout, "listening on %s\n", target.URL)
	stderr.Printf("# The target file for this server: save it as voicespec.yaml, then: voicespec run\n%s", targetFile(target))
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
func targetFile(t *config.Target) string {
	var b strings.Builder
	fmt.Fprintf(&b, "target: %s\n", t.URL)
	switch t.Auth.Kind {
	case config.Bearer:
		b.WriteString("auth: {kind: bearer}\n")
	case config.Cookie:
		fmt.Fprintf(&b, "auth: {kind: cookie, cookie: %s}\n", t.Auth.Cookie)
	}
	if t.TLS.Cert != "" {
		fmt.Fprintf(&b, "tls: {ca: %q, cert: %q, key: %q}\n", t.TLS.CA, t.TLS.Cert, t.TLS.Key)
	}
	b.WriteString("stations:\n")
	for _, s := range t.Stations {
		for i, role := range []string{"  - agent:      ", "    caller:     ", "    destination:"} {
			p := s.Party(config.Roles[i])
			fmt.Fprintf(&b, "%s {%s", role, who(p))
			for _, more := range []struct{ key, value string }{{"shown", p.Shown}, {"dials", p.Dials}} {
				if more.value != "" {
					fmt.Fprintf(&b, ", %s: %q", more.key, more.value)
				}
			}
			b.WriteString(telephone(p) + "}\n")
		}
	}
	return b.String()
}

func who(p config.Party) string {
	if p.User == "" {
		return fmt.Sprintf("number: %q", p.Number)
	}
	return fmt.Sprintf("user: %s, password: %s, number: %q", p.User, p.Password, p.Number)
}

func telephone(p config.Party) string {
	if !p.HasPhone() {
		return ""
	}
	key := "phone"
	if p.FromOutside() {
		key = "sip"
	}
	text := fmt.Sprintf(", %s: {registrar: %q", key, p.Telephone().Registrar)
	if password := p.Telephone().Password; password != "" {
		text += ", password: " + password
	}
	return text + "}"
}
