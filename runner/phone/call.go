package phone

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"
)

// call is one call at the telephone: a dialog.
type call struct {
	phone         *Phone
	key           string
	local, remote sip.FromHeader // as ours and the other's requests have them as From
	callID        sip.CallIDHeader
	route         []string
	invited       Invitation
	begun         *Outgoing     // nil for one that came in
	talk          chan struct{} // the server asked for an answer
	over          chan struct{} // closed when the call is
	once          sync.Once
	heard         atomic.Uint32 // highest CSeq of the other end

	mu       sync.Mutex
	target   sip.Uri
	cseq     uint32
	up       bool               // answered
	version  int                // of the session description
	holding  bool               // we hold
	wanted   *bool              // what is to be asked for when that is possible: to hold, or not
	offering bool               // a re-INVITE of ours is on its way
	theirs   map[uint32]*unmade // their INVITEs that wait for ACK, by CSeq
	settled  chan struct{}      // closed when none of theirs waits any more
	session  session
	listener listener         // of ours
	talking  bool             // silence is sent where somebody listens
	ack      *sip.Request     // our last one
	least    time.Duration    // shortest session that the other end takes
	forks    map[string]*call // of others who have answered our INVITE, by tag
}

// unmade is an answered INVITE that was not acknowledged yet.
type unmade struct {
	acked chan struct{}
	once  sync.Once
}

const (
	allowed   = "INVITE, ACK, CANCEL, BYE, OPTIONS, NOTIFY, INFO, UPDATE"
	ackLimit  = 64 * 500 * time.Millisecond // 64*T1 of RFC 3261
	firstWait = 500 * time.Millisecond      // T1
	mostWait  = 4 * time.Second             // T2
)

func keyOf(callID, tag string) string { return callID + " " + tag }

// callOf is the call that a request is within; nil if there is none.
func (p *Phone) callOf(req *sip.Request) *call {
	id, to := req.CallID(), req.To()
	if id == nil || to == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[keyOf(id.Value(), tagOf(to.Params))]
}

// late marks a request that came behind one that was sent later. What the library hands on may be in another order.
const late = "X-Voicespec-Late"

// inOrder looks whether a request within a call came in order (RFC 3261, 12.2.2).
func (p *Phone) inOrder(req *sip.Request) {
	for req.RemoveHeader(late) {
	}
	cseq := req.CSeq()
	if cseq == nil || req.IsAck() || req.IsCancel() {
		return
	}
	c := p.callOf(req)
	if c == nil {
		return
	}
	for known := c.heard.Load(); ; known = c.heard.Load() {
		if cseq.SeqNo < known {
			req.AppendHeader(sip.NewHeader(late, "true"))
			return
		}
		if c.heard.CompareAndSwap(known, cseq.SeqNo) {
			return
		}
	}
}

// remoteTag is that of the other end, "" before it is known.
func (c *call) remoteTag() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return tagOf(c.remote.Params)
}

// incoming makes the call of an INVITE; nil when the telephone is being closed.
func (p *Phone) incoming(req *sip.Request) *call {
	from, to := req.From(), req.To()
	c := &call{
		phone: p, callID: *req.CallID(),
		local:   sip.FromHeader{DisplayName: to.DisplayName, Address: *to.Address.Clone(), Params: slices.Clone(to.Params)},
		remote:  sip.FromHeader{DisplayName: from.DisplayName, Address: *from.Address.Clone(), Params: slices.Clone(from.Params)},
		invited: Invitation{UUID: valueOf(req, callUUID), From: from.Address.User, To: p.o.User, Own: len(req.Body()) == 0},
		talk:    make(chan struct{}, 1), over: make(chan struct{}), theirs: map[uint32]*unmade{},
	}
	c.heard.Store(req.CSeq().SeqNo)
	for _, h := range req.GetHeaders("Record-Route") {
		c.route = append(c.route, h.Value())
	}
	c.learnTarget(req)
	c.key = keyOf(c.callID.Value(), tagOf(to.Params))
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil
	}
	p.calls[c.key] = c
	p.tell()
	return c
}

func (c *call) learnTarget(req *sip.Request) {
	if contact := req.Contact(); contact != nil {
		c.mu.Lock()
		c.target = *contact.Address.Clone()
		c.mu.Unlock()
	}
}

func (c *call) learnTargetOf(res *sip.Response) {
	if contact := res.Contact(); contact != nil {
		c.mu.Lock()
		c.target = *contact.Address.Clone()
		c.mu.Unlock()
	}
}

// ended ends what goes on for the call. The caller holds the telephone's lock.
func (c *call) ended() {
	c.once.Do(func() {
		close(c.over)
		delete(c.phone.calls, c.key)
		c.phone.over(c.callID.Value())
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.session.timer != nil {
			c.session.timer.Stop()
		}
	})
}

func (c *call) end() {
	c.phone.mu.Lock()
	defer c.phone.mu.Unlock()
	c.ended()
}

// reply makes an answer within the call.
func (c *call) reply(req *sip.Request, status int, reason string, body []byte) *sip.Response {
	res := sip.NewResponseFromRequest(req, status, reason, body)
	if body != nil {
		res.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	}
	return c.phone.finish(res)
}

// finish adds what every answer of the telephone says.
func (p *Phone) finish(res *sip.Response) *sip.Response {
	res.AppendHeader(p.contactHeader())
	res.AppendHeader(sip.NewHeader("User-Agent", p.o.Agent))
	res.AppendHeader(sip.NewHeader("Allow", allowed))
	res.AppendHeader(sip.NewHeader("Allow-Events", "talk, hold"))
	return res
}

// ring lets the telephone ring, until the call is answered or over.
func (c *call) ring(req *sip.Request, tx sip.ServerTransaction) {
	ctx, cancel := context.WithCancel(c.phone.life)
	defer cancel()
	if !tx.OnCancel(func(*sip.Request) { cancel() }) {
		c.end()
		return
	}
	stop := context.AfterFunc(ctx, c.end)
	defer stop()
	if tx.Respond(c.reply(req, sip.StatusRinging, "Ringing", nil)) != nil {
		c.end()
		return
	}
	if !c.toBeAnswered(ctx) {
		if ctx.Err() == nil { // hung up here
			_ = tx.Respond(c.reply(req, sip.StatusTemporarilyUnavailable, "Temporarily Unavailable", nil))
		}
		c.end()
		return
	}
	stop()
	c.answered()
	c.accept(req, tx)
}

// toBeAnswered waits until the call is to be answered; false if that never comes.
func (c *call) toBeAnswered(ctx context.Context) bool {
	var talk <-chan struct{}
	switch c.phone.o.Answer {
	case Auto:
		now := make(chan struct{}, 1)
		now <- struct{}{}
		talk = now
	case Talk:
		talk = c.talk
	}
	select {
	case <-talk:
	case <-c.over:
		return false
	case <-ctx.Done():
		return false
	}
	if c.phone.o.Ours == nil || c.phone.o.Ours(ctx, c.invited) {
		return ctx.Err() == nil
	}
	select { // somebody else's: it rings on
	case <-c.over:
	case <-ctx.Done():
	}
	return false
}

func (c *call) answered() {
	c.phone.mu.Lock()
	defer c.phone.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.up = true
	c.phone.tell()
}

func (c *call) isUp() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.up
}

// accept answers an INVITE of the call, its first or a later one, with 200 until that is acknowledged.
func (c *call) accept(req *sip.Request, tx sip.ServerTransaction) {
	number := req.CSeq().SeqNo
	waiting := &unmade{acked: make(chan struct{})}
	c.mu.Lock()
	c.theirs[number] = waiting
	if c.settled == nil {
		c.settled = make(chan struct{})
	}
	c.version++
	holding := c.holding
	var body []byte
	if offered, has := readSDP(req.Body()); has {
		body = c.phone.answer(c.version, offered, holding)
	} else {
		body = c.phone.offer(c.version, holding)
	}
	c.mu.Unlock()
	defer c.acknowledged(number)
	c.hears(req.Body())
	res := c.reply(req, sip.StatusOK, "OK", body)
	c.agreeTo(req, res)
	if tx.Respond(res) != nil {
		c.end()
		return
	}
	pause, last := time.NewTimer(firstWait), time.NewTimer(ackLimit)
	defer pause.Stop()
	defer last.Stop()
	for wait := firstWait; ; {
		select {
		case <-waiting.acked:
			return
		case <-c.over:
			return
		case <-pause.C:
			wait = min(2*wait, mostWait)
			pause.Reset(wait)
			_ = tx.Respond(res) // the next may go through
		case <-last.C:
			c.hangUp(c.phone.life)
			return
		}
	}
}

// acknowledged notes that an INVITE of theirs waits no more.
func (c *call) acknowledged(number uint32) {
	c.mu.Lock()
	w := c.theirs[number]
	delete(c.theirs, number)
	if w != nil {
		w.once.Do(func() { close(w.acked) })
	}
	if len(c.theirs) == 0 && c.settled != nil {
		close(c.settled)
		c.settled = nil
	}
	c.mu.Unlock()
}

// request makes a request within the call.
func (c *call) request(method sip.RequestMethod) *sip.Request {
	contact := c.phone.contactHeader() // before the lock: who ends calls has the telephone's first
	c.mu.Lock()
	defer c.mu.Unlock()
	req := sip.NewRequest(method, *c.target.Clone())
	for _, r := range c.route {
		req.AppendHeader(sip.NewHeader("Route", r))
	}
	if method != sip.ACK {
		c.cseq++
	}
	from, to, id := c.local, c.remote.AsTo(), c.callID
	req.AppendHeader(&from)
	req.AppendHeader(&to)
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: c.cseq, MethodName: method})
	req.AppendHeader(contact)
	c.phone.dress(req)
	if method == sip.INVITE && c.session.interval > 0 {
		c.timedAs(req, max(c.session.interval, c.least), c.session.ours)
	}
	if c.phone.o.Transport != UDP {
		req.SetDestination(c.phone.wire.remote)
	}
	return req
}

// hangUp ends the call from this end. One that we began may have to be given up first.
func (c *call) hangUp(ctx context.Context) {
	if c.begun != nil {
		c.begun.giveUp(ctx)
	}
	c.bye(ctx)
}

// bye ends a call that is up; one that is not is forgotten.
func (c *call) bye(ctx context.Context) {
	select {
	case <-c.over:
		return
	default:
	}
	defer c.end()
	if c.isUp() {
		_, _ = c.phone.do(ctx, c.request(sip.BYE)) // over it is in any case
	}
}
