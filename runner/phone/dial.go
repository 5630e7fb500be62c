package phone

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// Outgoing is a call that the telephone has begun.
type Outgoing struct {
	call    *call
	hung    context.Context //nolint:containedctx // done when it is hung up here
	hang    context.CancelFunc
	decided chan struct{} // closed when there is a final answer, or none comes any more

	mu  sync.Mutex
	why string // why it came to nothing
}

var errFinal = errors.New("the answer is final")

// cancelLimit is how long a call that was given up may take to be so.
const cancelLimit = 5 * time.Second

// Dial begins a call. It goes on until it is hung up, here or there; ended is called where it comes to nothing, or is hung up there.
func (p *Phone) Dial(number string, ended func()) (*Outgoing, error) {
	target := p.domain
	target.User = number
	c := &call{
		phone: p, callID: sip.CallIDHeader(sip.GenerateTagN(24)), remote: sip.FromHeader{Address: target}, target: target,
		local: sip.FromHeader{Address: *p.binding.from.Address.Clone(), Params: sip.HeaderParams{{K: "tag", V: sip.GenerateTagN(16)}}},
		talk:  make(chan struct{}, 1), over: make(chan struct{}), theirs: map[uint32]*unmade{}, version: 1,
	}
	c.key = keyOf(c.callID.Value(), tagOf(c.local.Params))
	req := c.request(sip.INVITE)
	req.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	req.SetBody(p.offer(1, false))
	req.SetDestination(p.wire.remote)
	tx, err := p.client.TransactionRequest(p.life, req)
	if err != nil {
		return nil, fmt.Errorf("send INVITE: %w", err)
	}
	o := &Outgoing{call: c, decided: make(chan struct{})}
	o.hung, o.hang = context.WithCancel(p.life)
	c.begun = o
	p.mu.Lock()
	p.calls[c.key] = c
	p.mu.Unlock()
	begun := p.spawn(func() {
		o.follow(tx, req)
		select {
		case <-c.over:
		case <-o.hung.Done():
			return
		}
		if o.hung.Err() == nil {
			ended()
		}
	})
	if !begun {
		close(o.decided)
		c.end()
	}
	return o, nil
}

// PickUp answers what rings, or is going to, and reports whether that came about before ctx was over.
func (p *Phone) PickUp(ctx context.Context) bool {
	before, answered := map[*call]bool{}, false
	for first := true; ; first = false {
		p.mu.Lock()
		for _, c := range p.calls {
			switch {
			case c.begun != nil:
			case !c.isUp():
				c.asked(Talk)
			case first:
				before[c] = true
			default:
				answered = answered || !before[c]
			}
		}
		news := p.news
		p.mu.Unlock()
		if answered {
			return true
		}
		select {
		case <-news:
		case <-ctx.Done():
			return false
		case <-p.life.Done():
			return false
		}
	}
}

// follow takes what the other end says, up to its final answer. Who gives up says so by CANCEL, but not before anybody has answered.
func (o *Outgoing) follow(tx sip.ClientTransaction, req *sip.Request) {
	defer close(o.decided)
	defer func() { tx.Terminate() }()
	tx.OnRetransmission(o.call.phone.answeredAgain)
	heard, tries, gaveUp := false, 0, o.hung.Done()
	var limit <-chan time.Time
	for {
		var res *sip.Response
		select {
		case res = <-tx.Responses():
		case <-gaveUp:
			gaveUp, limit = nil, time.After(cancelLimit)
			if heard {
				o.cancel(req)
			}
			continue
		case <-limit:
			o.nothing("")
			return
		case <-tx.Done():
			o.nothing("INVITE was not answered")
			return
		case <-o.call.phone.life.Done():
			o.nothing("the telephone was closed")
			return
		}
		switch {
		case res.IsProvisional():
			if !heard && gaveUp == nil {
				o.cancel(req)
			}
			heard = true
		case res.IsSuccess():
			o.up(req, res)
			return
		case gaveUp != nil && tries < mostChallenges:
			again, next, err := o.again(req, res)
			if err != nil {
				o.nothing(fmt.Sprintf("%d %s", res.StatusCode, res.Reason))
				return
			}
			tx.Terminate()
			tx, req, heard = again, next, false
			tries++
			tx.OnRetransmission(o.call.phone.answeredAgain)
		default:
			o.nothing(fmt.Sprintf("%d %s", res.StatusCode, res.Reason))
			return
		}
	}
}

// again sends an INVITE once more as its answer asks for: with credentials, or with a longer session.
func (o *Outgoing) again(req *sip.Request, res *sip.Response) (sip.ClientTransaction, *sip.Request, error) {
	p, next := o.call.phone, req.Clone()
	var tx sip.ClientTransaction
	var err error
	switch {
	case challenges(res) && p.o.Password == "":
		return nil, nil, errNoPassword
	case challenges(res) && mayHelp(req, res):
		tx, err = p.client.TransactionDigestAuth(p.life, next, res, sipgo.DigestAuth{Username: p.o.AuthUser, Password: p.o.Password})
	case res.StatusCode == intervalTooSmall && o.call.lengthen(res):
		o.call.timed(next)
		next.RemoveHeader("Via")
		next.CSeq().SeqNo++
		tx, err = p.client.TransactionRequest(p.life, next, sipgo.ClientRequestAddVia)
	default:
		return nil, nil, errFinal
	}
	o.call.counted(next)
	return tx, next, err
}

// up takes the dialog from a 200, and acknowledges it. What was given up meanwhile is hung up.
func (o *Outgoing) up(req *sip.Request, res *sip.Response) {
	c := o.call
	c.mu.Lock()
	c.up = true
	c.dialogOf(res)
	c.mu.Unlock()
	c.acknowledge(req.CSeq().SeqNo)
	c.agreed(res)
	c.hears(res.Body())
	if o.hung.Err() != nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(c.phone.life), closeLimit)
		defer cancel()
		c.bye(ctx)
	}
}

// dialogOf takes the dialog from an answer to our INVITE. The caller holds mu.
func (c *call) dialogOf(res *sip.Response) {
	if to := res.To(); to != nil {
		c.remote = sip.FromHeader{DisplayName: to.DisplayName, Address: *to.Address.Clone(), Params: slices.Clone(to.Params)}
	}
	if contact := res.Contact(); contact != nil {
		c.target = *contact.Address.Clone()
	}
	for _, h := range res.GetHeaders("Record-Route") {
		c.route = append(c.route, h.Value())
	}
	slices.Reverse(c.route)
}

// forked ends the call of another one who has answered the same INVITE: it went to several, and a proxy let two answers through. The
// first has the call.
func (o *Outgoing) forked(res *sip.Response) {
	c, tag := o.call, tagOf(res.To().Params)
	c.mu.Lock()
	other := c.forks[tag]
	first := other == nil
	if first {
		other = &call{phone: c.phone, callID: c.callID, local: c.local, target: c.target, cseq: res.CSeq().SeqNo}
		other.dialogOf(res)
		if c.forks == nil {
			c.forks = map[string]*call{}
		}
		c.forks[tag] = other
	}
	c.mu.Unlock()
	if !first {
		other.acknowledgeAgain(res.CSeq().SeqNo)
		return
	}
	other.acknowledge(res.CSeq().SeqNo)
	c.phone.spawn(func() {
		ctx, cancel := context.WithTimeout(c.phone.life, cancelLimit)
		defer cancel()
		_, _ = c.phone.do(ctx, other.request(sip.BYE)) // over it is in any case
	})
}

// nothing notes that the call came to nothing.
func (o *Outgoing) nothing(why string) {
	o.mu.Lock()
	if o.hung.Err() == nil {
		o.why = why
	}
	o.mu.Unlock()
	o.call.end()
}

// Failed says why the call came to nothing; "" for one that goes on, was answered, or was given up here.
func (o *Outgoing) Failed() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.why
}

// HangUp ends the call, and waits for that: by CANCEL while it rings, by BYE when it is up.
func (o *Outgoing) HangUp(ctx context.Context) { o.call.hangUp(ctx) }

// giveUp has the call cancelled where it is not decided yet, and waits until it is.
func (o *Outgoing) giveUp(ctx context.Context) {
	o.hang()
	select {
	case <-o.decided:
	case <-ctx.Done():
	}
}

// cancel sends the CANCEL of an INVITE: it is of the same branch, and goes the same way.
func (o *Outgoing) cancel(invite *sip.Request) {
	p := o.call.phone
	req := sip.NewRequest(sip.CANCEL, *invite.Recipient.Clone())
	for _, name := range []string{"Via", "Route", "From", "To", "Call-ID", "Max-Forwards"} {
		sip.CopyHeaders(name, invite, req)
	}
	req.AppendHeader(&sip.CSeqHeader{SeqNo: invite.CSeq().SeqNo, MethodName: sip.CANCEL})
	req.AppendHeader(sip.NewHeader("User-Agent", p.o.Agent))
	req.SetBody(nil)
	req.SetTransport(p.network)
	req.SetDestination(p.wire.remote)
	req.Laddr = invite.Laddr
	p.spawn(func() {
		ctx, cancel := context.WithTimeout(p.life, cancelLimit)
		defer cancel()
		_, _ = p.client.Do(ctx, req, asItIs) // what comes of it the INVITE is told
	})
}

// asItIs keeps the library from adding to a request.
func asItIs(*sipgo.Client, *sip.Request) error { return nil }
