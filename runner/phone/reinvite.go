package phone

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/emiago/sipgo/sip"
)

// What a call is about may be negotiated again while it goes on, by either end, but by one at a time.

// reinvited answers a later INVITE of the call.
func (c *call) reinvited(req *sip.Request, tx sip.ServerTransaction) {
	c.mu.Lock()
	collides, up := c.offering, c.up
	c.mu.Unlock()
	switch {
	case !up:
		res := c.reply(req, sip.StatusInternalServerError, "Server Internal Error", nil)
		res.AppendHeader(sip.NewHeader("Retry-After", "1"))
		_ = tx.Respond(res)
	case collides:
		_ = tx.Respond(c.reply(req, sip.StatusRequestPending, "Request Pending", nil))
	default:
		c.learnTarget(req)
		c.accept(req, tx)
	}
}

// asked does what a NOTIFY asks for: to answer, to hold, to take back.
func (c *call) asked(event string) {
	if !c.isUp() {
		if event == Talk {
			select {
			case c.talk <- struct{}{}:
			default: // asked already
			}
		}
		return
	}
	hold := event == "hold"
	c.mu.Lock()
	idle := c.wanted == nil && !c.offering
	c.wanted = &hold
	c.mu.Unlock()
	if idle {
		c.phone.spawn(c.change)
	}
}

// change sends a re-INVITE for what is wanted, when no INVITE of the other end is under way, and again when it collided.
func (c *call) change() {
	for {
		c.mu.Lock()
		if c.wanted == nil || c.offering {
			c.mu.Unlock()
			return
		}
		settled := c.settled
		if settled == nil {
			c.offering, c.holding, c.wanted = true, *c.wanted, nil
			c.version++
		}
		body := c.phone.offer(c.version, c.holding)
		c.mu.Unlock()
		if settled != nil {
			select {
			case <-settled:
				continue
			case <-c.over:
				return
			}
		}
		collided := c.reinvite(body)
		c.mu.Lock()
		c.offering = false
		if again := c.holding; collided && c.wanted == nil {
			c.wanted = &again
		}
		c.mu.Unlock()
		if !collided {
			continue
		}
		t := time.NewTimer(time.Duration(rand.Int64N(int64(collisionPause)))) // as RFC 3261, 14.1, has it for who did not begin the call
		select {
		case <-t.C:
		case <-c.over:
			t.Stop()
			return
		}
	}
}

const collisionPause = 2 * time.Second

// reinvite sends a re-INVITE, and reports whether it met one of the other end.
func (c *call) reinvite(body []byte) (collided bool) {
	ctx, cancel := context.WithCancel(c.phone.life)
	defer cancel()
	go func() { // a call that is over needs no answer
		select {
		case <-c.over:
			cancel()
		case <-ctx.Done():
		}
	}()
	var req *sip.Request
	var res *sip.Response
	var err error
	for again := true; again; again = err == nil && res.StatusCode == intervalTooSmall && c.lengthen(res) {
		req = c.request(sip.INVITE)
		req.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
		req.SetBody(body)
		res, err = c.phone.do(ctx, req)
		c.counted(req)
	}
	switch {
	case err != nil:
	case res.IsSuccess():
		c.learnTargetOf(res)
		c.acknowledge(req.CSeq().SeqNo)
		c.agreed(res)
		c.hears(res.Body())
	case res.StatusCode == sip.StatusRequestPending:
		return true
	case res.StatusCode == sip.StatusCallTransactionDoesNotExists:
		c.end()
	default:
		c.refreshLater()
	}
	return false
}

// counted notes with which CSeq a request was sent last: with credentials it is sent once more.
func (c *call) counted(req *sip.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cseq = max(c.cseq, req.CSeq().SeqNo)
}

// acknowledge sends the ACK of an INVITE that was answered with success.
func (c *call) acknowledge(number uint32) {
	ack := c.request(sip.ACK)
	ack.CSeq().SeqNo = number
	c.mu.Lock()
	defer c.mu.Unlock() // a copy of the answer waits until it is sent
	if c.phone.client.WriteRequest(ack) == nil {
		c.ack = ack
	}
}

// acknowledgeAgain sends an ACK again that was lost: then the answer comes again.
func (c *call) acknowledgeAgain(number uint32) {
	c.mu.Lock()
	ack := c.ack
	c.mu.Unlock()
	if ack != nil && ack.CSeq().SeqNo == number && c.phone.life.Err() == nil { // else the way is about to be closed, and the library would open one
		_ = c.phone.client.WriteRequest(ack.Clone(), asItIs)
	}
}
