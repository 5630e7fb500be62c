package reference

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/voicespec/voicespec/runner/reference/sip"
)

// Server is the reference server. Make one with New; Close it when done, even
// when only its Handler was used.
type Server struct {
	opts  Options
	hooks hooks

	limits   limits
	warnings warnings
	open     atomic.Int64 // connections
	arrived  atomic.Int64 // requests
	waiting  atomic.Int64 // bytes of events that wait for anybody

	// mu serialises operations: it guards the call model, and is never held
	// while anything waits.
	mu          sync.Mutex
	agents      []*agent
	ids         identity
	environment string // of the voice environment and the service
	aliases     map[string]string

	sip  *sip.Side     // nil without telephones
	ends map[*leg]*end // of calls, at their telephones

	http   *httpSessions
	bayeux *bayeux

	hosts hosts // of the address; set before it is served

	clientTLS *tls.Config // what clients need; nil where the server speaks http

	life    sync.Mutex // guards what follows
	origin  string
	server  *http.Server
	closed  bool
	closing chan struct{}
	work    sync.WaitGroup
}

// New makes a server. An unknown fault, variation or feature is an error.
func New(o Options) (*Server, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Server{opts: o, limits: defaultLimits(len(o.Agents)), warnings: warnings{tell: o.Warn, told: map[string]time.Time{}},
		ids: newIdentity(), environment: newUUID(), aliases: map[string]string{}, ends: map[*leg]*end{}, http: newHTTPSessions(), closing: make(chan struct{})}
	if err := s.arm(); err != nil {
		return nil, err
	}
	s.ids.cycle = s.hooks.cycle
	for _, a := range s.opts.Agents {
		agent := newAgent(a)
		if s.hooks.noSession {
			agent.session, agent.userState = true, "Ready"
		}
		s.agents = append(s.agents, agent)
	}
	s.bayeux = newBayeux(s)
	if err := s.openSIP(); err != nil {
		return nil, err
	}
	if s.hooks.chatter > 0 {
		s.spawn(s.chat)
	}
	if s.hooks.site.shared {
		s.spawn(s.strangers)
	}
	return s, nil
}

// chat tells of all devices again and again.
func (s *Server) chat() {
	now := make(chan struct{})
	close(now)
	tick := time.NewTicker(s.hooks.chatter)
	defer tick.Stop()
	for {
		select {
		case <-s.closing:
			return
		case <-tick.C:
		}
		s.mu.Lock()
		for _, a := range s.agents {
			s.post([]*note{s.deviceNote(a)}, now, nil)
		}
		s.mu.Unlock()
	}
}

// Combines reports why a fault and variations cannot be had at once.
func Combines(fault, variation string) error {
	return (&Server{opts: Options{Fault: fault, Variation: variation}}).arm()
}

// arm applies the chosen variations and the fault.
func (s *Server) arm() error {
	var before []string
	for _, name := range SplitVariation(s.opts.Variation) {
		v, found := findVariation(name)
		if !found {
			return fmt.Errorf("reference: unknown variation %q", name)
		}
		if err := s.join(&before, "variation "+name, v.set); err != nil {
			return err
		}
	}
	if name := s.opts.Fault; name != "" {
		f, found := findFault(name)
		if !found {
			return fmt.Errorf("reference: unknown fault %q", name)
		}
		return s.join(&before, "fault "+name, func(s *Server) { f.set(&s.hooks) })
	}
	return nil
}

// join sets what a variation or fault does beside what is set already. Where they set one value differently, one of them would be
// lost without a word.
func (s *Server) join(before *[]string, name string, set func(*Server)) error {
	alone := &Server{}
	set(alone)
	if both := clashes(reflect.ValueOf(s.hooks), reflect.ValueOf(alone.hooks)); len(both) > 0 {
		return fmt.Errorf("reference: %s and %s cannot be combined, since both set %s; leave one of them out",
			strings.Join(*before, ", "), name, strings.Join(both, " and "))
	}
	set(s)
	*before = append(*before, name)
	return nil
}

// clashes names the values that are set differently in two hooks. Lists of
// functions cannot clash: they hold what both have added.
func clashes(a, b reflect.Value) []string {
	var names []string
	for i := range a.NumField() {
		x, y, kind := a.Field(i), b.Field(i), a.Type().Field(i).Type
		switch {
		case kind.Kind() == reflect.Struct:
			names = append(names, clashes(x, y)...)
		case x.IsZero() || y.IsZero() || kind.Kind() == reflect.Slice && kind.Elem().Kind() == reflect.Func:
		case !x.Comparable() || !x.Equal(y): // functions and lists are not compared
			names = append(names, a.Type().Field(i).Name)
		}
	}
	return names
}

// Start listens at addr and serves. The result is what a target file names:
// scheme, host and, under the path-prefix variation, the prefix.
func (s *Server) Start(addr string) (string, error) {
	var config net.ListenConfig
	l, err := config.Listen(context.Background(), "tcp", addr)
	if err != nil {
		return "", fmt.Errorf("reference: listen: %w", err)
	}
	s.life.Lock()
	defer s.life.Unlock()
	if s.closed || s.server != nil {
		_ = l.Close()
		return "", errors.New("reference: start: already started or closed")
	}
	s.origin = "http://" + l.Addr().String()
	if s.hooks.site.mutualTLS {
		own, theirs, err := mutualTLS()
		if err != nil {
			_ = l.Close()
			return "", fmt.Errorf("reference: make certificates: %w", err)
		}
		s.origin, s.clientTLS = "https://"+l.Addr().String(), theirs
		l = tls.NewListener(l, own)
	}
	s.hosts = newHosts(addr, l.Addr(), s.opts.AllowHosts)
	// There is no ReadTimeout and no WriteTimeout: a poll is held for longer.
	s.server = &http.Server{Handler: s.Handler(), ReadHeaderTimeout: s.limits.header, IdleTimeout: s.limits.idle}
	server := s.server
	s.work.Go(func() {
		_ = server.Serve(&boundListener{Listener: l, server: s})
	})
	return s.origin + s.hooks.prefix, nil
}

// ClientTLS is what clients need of a server that asks for their certificates; nil for any other. It is made by Start.
func (s *Server) ClientTLS() *tls.Config { return s.clientTLS }

// Close ends the server, its held polls and its sockets, and waits for them.
func (s *Server) Close() error {
	s.life.Lock()
	var err error
	if !s.closed {
		s.closed = true
		close(s.closing)
		s.bayeux.close()
		if s.server != nil {
			err = s.server.Close()
		}
	}
	s.life.Unlock()
	if s.sip != nil {
		s.sip.Close()
	}
	s.work.Wait()
	return err
}

// spawn runs f in a goroutine that Close waits for; not when closing.
func (s *Server) spawn(f func()) bool {
	if !s.enter() {
		return false
	}
	go func() {
		defer s.work.Done()
		f()
	}()
	return true
}

// enter counts a piece of work that Close waits for.
func (s *Server) enter() bool {
	s.life.Lock()
	defer s.life.Unlock()
	if s.closed {
		return false
	}
	s.work.Add(1)
	return true
}

// base is the path that everything is below.
func (s *Server) base() string { return s.hooks.prefix + "/api/v2" }

// publicBase is how uris begin.
func (s *Server) publicBase() string {
	if s.hooks.publicBase != "" {
		return s.hooks.publicBase
	}
	s.life.Lock()
	defer s.life.Unlock()
	return s.origin + s.base()
}

// noteOrigin takes the address from a request where Start was not used.
func (s *Server) noteOrigin(r *http.Request) {
	s.life.Lock()
	defer s.life.Unlock()
	if s.origin == "" {
		s.origin = "http://" + r.Host
	}
}

// LiveCalls counts the calls that are not Released, of all agents.
func (s *Server) LiveCalls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := map[string]bool{}
	for _, a := range s.agents {
		for _, l := range a.legs {
			if !l.background {
				ids[l.id] = true
			}
		}
	}
	return len(ids)
}

// ContactCenterSessions counts the agents who are logged in.
func (s *Server) ContactCenterSessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, a := range s.agents {
		if a.session {
			n++
		}
	}
	return n
}

// Sessions counts the live Bayeux sessions.
func (s *Server) Sessions() int { return s.bayeux.count() }
