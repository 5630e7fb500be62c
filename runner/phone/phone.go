// Package phone is a SIP telephone for the time of a run: it registers, rings, answers as a Genesys SIP Server asks a
// telephone to (NOTIFY with Event: talk), holds and takes back by re-INVITE, and unregisters. It judges nothing and knows no
// Voice API; whose a call is it asks. No sound comes or goes, but silence where that is asked for.
package phone

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// Transports by which a telephone may reach its registrar.
const (
	UDP = "udp"
	TCP = "tcp"
	TLS = "tls"
)

// How a telephone answers.
const (
	Talk  = "talk"  // when the server sends NOTIFY with Event: talk
	Auto  = "auto"  // by itself
	Never = "never" // it rings
	None  = "none"  // it takes no calls, and is not registered
)

// Options are those of a telephone.
type Options struct {
	User      string // whose telephone it is: the number at the registrar
	AuthUser  string // in digests; User if empty
	Password  string
	Registrar string // host or host:port, after sip: if at all
	Transport string // UDP if empty
	Answer    string // Talk if empty; with None it is not registered
	Silence   bool   // while a call is up silence is sent
	Agent     string // User-Agent
	TLS       *tls.Config

	// Ours says whether a call may be answered. It may wait until that is known, and for no longer than ctx. nil: any.
	Ours func(ctx context.Context, c Invitation) bool
	// Observe gets every message as it is sent or arrives, one at a time, without credentials.
	Observe func(Message)
}

// Invitation is a call that came in.
type Invitation struct {
	UUID string // X-Genesys-CallUUID
	From string // user part of From
	To   string // whose telephone rings
	Own  bool   // it asks for an offer, as the call does that a SIP Server makes to the telephone of who dials
}

// Message is a SIP message that a telephone sent or received.
type Message struct {
	At   time.Time
	Sent bool
	UUID string // X-Genesys-CallUUID of its call, "" if none is known
	Text string
}

// RegisterError says why a telephone could not be registered.
type RegisterError struct {
	Status int    // of the registrar; 0: it did not answer
	Text   string // reason phrase, or what else went wrong
}

func (e *RegisterError) Error() string {
	if e.Status == 0 {
		return e.Text
	}
	return fmt.Sprintf("%d %s", e.Status, e.Text)
}

// Phone is a registered telephone.
type Phone struct {
	o       Options
	ua      *sipgo.UserAgent
	client  *sipgo.Client
	wire    *wire
	network string // UDP, TCP, TLS
	domain  sip.Uri
	contact sip.ContactHeader

	observing sync.Mutex
	uuids     map[string]string // by Call-ID
	past      []string          // Call-IDs that are over, of which something may still come

	mu      sync.Mutex
	calls   map[string]*call // by Call-ID and our tag
	news    chan struct{}    // closed when a call has come, or was answered
	closed  bool             // takes no more calls
	gone    bool             // nothing more is begun
	binding registration
	renew   chan struct{} // the binding is to be renewed now

	keeper sync.WaitGroup  // of the registration
	life   context.Context //nolint:containedctx // a telephone is as long as its registration
	end    context.CancelFunc
	worker sync.WaitGroup

	arrived  atomic.Int64  // requests that the library has not handed on yet
	handedOn chan struct{} // one of them was
}

// quiet keeps the library from printing: what happens is observed.
var quiet = sync.OnceFunc(func() {
	sip.SetDefaultLogger(slog.New(slog.DiscardHandler))
	sip.UDPMTUSize = 1 << 16 // answers repeat every Via and Record-Route; a registrar that asks for UDP gets it
})

// Register opens a telephone and registers it. An error is a *RegisterError, or the context's.
func Register(ctx context.Context, o Options) (*Phone, error) {
	quiet()
	o.AuthUser, o.Transport, o.Answer, o.Agent = cmp.Or(o.AuthUser, o.User), cmp.Or(o.Transport, UDP), cmp.Or(o.Answer, Talk), cmp.Or(o.Agent, "voicespec")
	host, port := registrarOf(o.Registrar, o.Transport)
	p := &Phone{
		o: o, network: strings.ToUpper(o.Transport), domain: sip.Uri{Scheme: "sip", Host: host, Port: port},
		uuids: map[string]string{}, calls: map[string]*call{}, news: make(chan struct{}), handedOn: make(chan struct{}, 1), renew: make(chan struct{}, 1),
	}
	p.life, p.end = context.WithCancel(context.Background())
	p.identify()
	if err := p.reach(ctx, host, cmp.Or(port, defaultPort(o.Transport))); err != nil {
		p.shut()
		return nil, err
	}
	if o.Answer != None {
		if err := p.bind(ctx); err != nil {
			p.shut()
			return nil, err
		}
	}
	if p.wire.stream != nil {
		p.wire.stream.lasting.Store(true)
	}
	return p, nil
}

// reconnected has the registrar and the other ends of calls know where the telephone is now.
func (p *Phone) reconnected(moved bool) {
	var up []*call
	p.mu.Lock()
	if moved {
		p.contact.Address.Port = portOf(p.wire.stream.current().LocalAddr())
		for _, c := range p.calls {
			up = append(up, c)
		}
	}
	p.mu.Unlock()
	select {
	case p.renew <- struct{}{}:
	default:
	}
	for _, c := range up {
		if c.isUp() {
			c.refreshSession()
		}
	}
}

// registrarOf is host and port of a registrar; 0 where it names no port.
func registrarOf(text, transport string) (host string, port int) {
	text = strings.TrimPrefix(strings.TrimPrefix(text, "sips:"), "sip:")
	host, digits, err := net.SplitHostPort(text)
	if err != nil {
		return strings.Trim(text, "[]"), 0
	}
	port, err = strconv.Atoi(digits)
	if err != nil || port == defaultPort(transport) {
		return host, 0
	}
	return host, port
}

func defaultPort(transport string) int {
	if transport == TLS {
		return sip.DefaultTlsPort
	}
	return sip.DefaultUdpPort
}

// reach is open within its time.
func (p *Phone) reach(ctx context.Context, host string, port int) error {
	within, cancel := context.WithTimeout(ctx, registerLimit)
	defer cancel()
	err := p.open(within, host, port)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded):
		return ctx.Err()
	}
	return &RegisterError{Text: err.Error()}
}

// open makes the way to the registrar, and what answers what comes on it.
func (p *Phone) open(ctx context.Context, host string, port int) error {
	w, err := dial(ctx, p.life, p.o.Transport, net.JoinHostPort(host, strconv.Itoa(port)), host, p.o.TLS, func(raw []byte) { p.observe(true, string(raw)) }, p.reconnected)
	if err != nil {
		return err
	}
	p.wire = w
	ua, err := sipgo.NewUA(sipgo.WithUserAgent(p.o.Agent), sipgo.WithUserAgentTransactionLayerOptions(func(l *sip.TransactionLayer) {
		l.Transport().OnMessage(p.received) // before the transactions are told
	}, sip.WithTransactionLayerUnhandledResponseHandler(p.answeredAgain)))
	if err != nil {
		return err
	}
	p.ua = ua
	server, err := sipgo.NewServer(ua)
	if err != nil {
		return err
	}
	p.client, err = sipgo.NewClient(ua, sipgo.WithClientConnectionAddr(w.local.String()), sipgo.WithClientNAT())
	if err != nil {
		return err
	}
	p.serve(server)
	p.spawn(func() { w.serve(server) })
	select {
	case <-w.ready:
	case <-ctx.Done():
		return ctx.Err()
	}
	p.contact = sip.ContactHeader{Address: sip.Uri{Scheme: "sip", User: p.o.User, Host: w.host, Port: w.port}}
	if p.o.Transport != UDP {
		p.contact.Address.UriParams = sip.HeaderParams{{K: "transport", V: p.o.Transport}}
	}
	return nil
}

// received is told of every message, before anybody else.
func (p *Phone) received(m sip.Message) {
	p.observe(false, m.String())
	req, is := m.(*sip.Request)
	if is {
		p.arrived.Add(1)
	}
	if is {
		p.inOrder(req)
	}
	if is && req.IsInvite() && req.To() != nil && !req.To().Params.Has("tag") {
		if tag := ownTag(req); tag != "" { // all answers have this one, those of the library too
			req.To().Params.Add("tag", tag)
		}
	}
}

// observe tells of a message. Which call it is about is known where one of that Call-ID said so.
func (p *Phone) observe(sent bool, text string) {
	p.observing.Lock()
	defer p.observing.Unlock()
	id := HeaderOf(text, "Call-ID", "i")
	if uuid := HeaderOf(text, callUUID); uuid != "" {
		p.uuids[id] = uuid
	}
	if p.o.Observe != nil {
		p.o.Observe(Message{At: time.Now(), Sent: sent, UUID: p.uuids[id], Text: withoutCredentials(text)})
	}
}

// remembered is of how many calls that are over the telephone knows which they were.
const remembered = 1000

// over notes that nothing much will come of a call any more.
func (p *Phone) over(callID string) {
	p.observing.Lock()
	defer p.observing.Unlock()
	if p.past = append(p.past, callID); len(p.past) > remembered {
		delete(p.uuids, p.past[0])
		p.past = p.past[1:]
	}
}

// closeLimit bounds hanging up and unregistering: who asks a registrar that does not answer must come to an end.
const closeLimit = 2 * time.Second

// Close hangs up, unregisters and ends the telephone. It says what could not be undone.
func (p *Phone) Close(ctx context.Context) error {
	p.mu.Lock()
	again := p.closed
	p.closed = true
	p.mu.Unlock()
	if again {
		return nil
	}
	hanging, cancel := context.WithTimeout(ctx, closeLimit)
	p.hangUp(hanging, func(*call) bool { return true })
	cancel()
	ctx, cancel = context.WithTimeout(ctx, closeLimit) // of its own: who does not answer BYE must not keep the binding
	defer cancel()
	var err error
	if p.o.Answer == None {
		p.end()
	} else {
		err = p.unbind(ctx)
	}
	p.shut()
	return err
}

// HangUp ends the calls that came in; those that the telephone began go on.
func (p *Phone) HangUp(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, closeLimit)
	defer cancel()
	p.hangUp(ctx, func(c *call) bool { return c.begun == nil })
}

func (p *Phone) hangUp(ctx context.Context, which func(*call) bool) {
	var g sync.WaitGroup
	p.mu.Lock()
	for _, c := range p.calls {
		if which(c) {
			g.Go(func() { c.hangUp(ctx) })
		}
	}
	p.mu.Unlock()
	g.Wait()
}

// shut ends everything that the telephone has begun.
func (p *Phone) shut() {
	p.end()
	p.mu.Lock()
	p.gone = true
	for _, c := range p.calls {
		c.ended()
	}
	p.mu.Unlock()
	if p.wire != nil {
		p.wire.close() // before the library closes: what came then would be answered by a socket of its own
	}
	p.worker.Wait()
	if p.ua != nil {
		p.settle()
		_ = p.ua.Close() // its connections are ours
	}
}

// settleLimit is how long it may take until the library has handed on what has come. Some it keeps: repeats, and what it answers itself.
const settleLimit = 100 * time.Millisecond

// settle waits until the library has looked at what came last: behind its end it would open a socket for an answer, which nobody closes.
func (p *Phone) settle() {
	limit := time.NewTimer(settleLimit)
	defer limit.Stop()
	for p.arrived.Load() > 0 {
		select {
		case <-p.handedOn:
		case <-limit.C:
			return
		}
	}
}

// tell wakes who waits for news. The caller holds mu.
func (p *Phone) tell() {
	close(p.news)
	p.news = make(chan struct{})
}

// spawn runs f in a goroutine that the end of the telephone waits for; not when that has come.
func (p *Phone) spawn(f func()) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.gone {
		p.worker.Go(f)
	}
	return !p.gone
}

// Address is where the telephone is registered, for people.
func (p *Phone) Address() string {
	at := p.contactHeader().Address
	return at.String()
}

// contactHeader is a copy of the telephone's Contact.
func (p *Phone) contactHeader() *sip.ContactHeader {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.contact.Address
	return &sip.ContactHeader{Address: *at.Clone()}
}
