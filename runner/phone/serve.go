package phone

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// serve answers what comes.
func (p *Phone) serve(s *sipgo.Server) {
	s.OnInvite(p.handled(p.onInvite))
	s.OnAck(p.handled(p.onAck))
	s.OnBye(p.handled(p.onBye))
	s.OnNotify(p.handled(p.onNotify))
	s.OnUpdate(p.handled(p.onUpdate))
	s.OnCancel(p.handled(p.unknown)) // one whose INVITE is known is answered by the library
	s.OnInfo(p.handled(p.within))
	s.OnOptions(p.handled(p.about))
	s.OnMessage(p.handled(p.about))
	s.OnNoRoute(p.handled(func(req *sip.Request, tx sip.ServerTransaction) {
		_ = tx.Respond(p.finish(sip.NewResponseFromRequest(req, sip.StatusMethodNotAllowed, "Method Not Allowed", nil)))
	}))
}

// handled is what answers a request while the telephone is there, which waits for that: an answer that comes behind its end would open
// a socket of its own, which nobody closes.
func (p *Phone) handled(answer sipgo.RequestHandler) sipgo.RequestHandler {
	return func(req *sip.Request, tx sip.ServerTransaction) {
		p.arrived.Add(-1)
		select {
		case p.handedOn <- struct{}{}:
		default:
		}
		p.mu.Lock()
		gone := p.gone
		if !gone {
			p.worker.Add(1)
		}
		p.mu.Unlock()
		if gone {
			return
		}
		defer p.worker.Done()
		if valueOf(req, late) != "" {
			_ = tx.Respond(p.finish(sip.NewResponseFromRequest(req, sip.StatusInternalServerError, "Server Internal Error", nil)))
			return
		}
		answer(req, tx)
	}
}

func (p *Phone) onInvite(req *sip.Request, tx sip.ServerTransaction) {
	if c := p.callOf(req); c != nil {
		c.reinvited(req, tx)
		return
	}
	if req.To() == nil || req.CallID() == nil || req.CSeq() == nil || tagOf(req.To().Params) != ownTag(req) {
		p.unknown(req, tx)
		return
	}
	if needs := valueOf(req, "Require"); needs != "" && !strings.EqualFold(needs, "timer") {
		res := sip.NewResponseFromRequest(req, 420, "Bad Extension", nil)
		res.AppendHeader(sip.NewHeader("Unsupported", needs))
		_ = tx.Respond(p.finish(res))
		return
	}
	var c *call
	if p.o.Answer != None {
		c = p.incoming(req)
	}
	if c == nil {
		_ = tx.Respond(p.finish(sip.NewResponseFromRequest(req, sip.StatusTemporarilyUnavailable, "Temporarily Unavailable", nil)))
		return
	}
	c.ring(req, tx)
}

func (p *Phone) onAck(req *sip.Request, _ sip.ServerTransaction) {
	if c := p.callOf(req); c != nil && req.CSeq() != nil {
		c.hears(req.Body())
		c.acknowledged(req.CSeq().SeqNo)
	}
}

func (p *Phone) onBye(req *sip.Request, tx sip.ServerTransaction) {
	c := p.callOf(req)
	if c == nil {
		p.unknown(req, tx)
		return
	}
	c.end() // first: who has the answer may ask for more, and the call is over
	_ = tx.Respond(p.finish(sip.NewResponseFromRequest(req, sip.StatusOK, "OK", nil)))
}

// onNotify does what the server asks for. It has not subscribed for it, and needs not have.
func (p *Phone) onNotify(req *sip.Request, tx sip.ServerTransaction) {
	event, _, _ := strings.Cut(strings.ToLower(cmp.Or(valueOf(req, "Event"), valueOf(req, "o"))), ";")
	event = strings.TrimSpace(event)
	c := p.callOf(req)
	switch {
	case c == nil && (event == Talk || event == "hold"):
		p.unknown(req, tx)
	case c == nil:
		p.about(req, tx) // such as a message lamp
	default:
		p.fine(req, tx)
		if event == Talk || event == "hold" {
			c.asked(event)
		}
	}
}

// answeredAgain acknowledges once more what is answered once more. Another one may have answered the same INVITE.
func (p *Phone) answeredAgain(res *sip.Response) {
	id, from, to, cseq := res.CallID(), res.From(), res.To(), res.CSeq()
	if id == nil || from == nil || to == nil || cseq == nil || cseq.MethodName != sip.INVITE || !res.IsSuccess() {
		return
	}
	p.mu.Lock()
	c := p.calls[keyOf(id.Value(), tagOf(from.Params))]
	p.mu.Unlock()
	switch {
	case c == nil:
	case c.remoteTag() == tagOf(to.Params):
		c.acknowledgeAgain(cseq.SeqNo)
	case c.begun != nil && c.remoteTag() != "":
		c.begun.forked(res)
	}
}

// onUpdate answers a change of the session without INVITE.
func (p *Phone) onUpdate(req *sip.Request, tx sip.ServerTransaction) {
	c := p.callOf(req)
	if c == nil {
		p.unknown(req, tx)
		return
	}
	c.learnTarget(req)
	c.hears(req.Body())
	var body []byte
	if offered, has := readSDP(req.Body()); has {
		c.mu.Lock()
		c.version++
		body = p.answer(c.version, offered, c.holding)
		c.mu.Unlock()
	}
	res := c.reply(req, sip.StatusOK, "OK", body)
	c.agreeTo(req, res)
	_ = tx.Respond(res)
}

func (p *Phone) within(req *sip.Request, tx sip.ServerTransaction) {
	if p.callOf(req) == nil {
		p.unknown(req, tx)
		return
	}
	p.fine(req, tx)
}

// about answers a request that needs no call. One that names a call is about that one.
func (p *Phone) about(req *sip.Request, tx sip.ServerTransaction) {
	if to := req.To(); to != nil && to.Params.Has("tag") {
		p.within(req, tx)
		return
	}
	p.fine(req, tx)
}

func (p *Phone) fine(req *sip.Request, tx sip.ServerTransaction) {
	_ = tx.Respond(p.finish(sip.NewResponseFromRequest(req, sip.StatusOK, "OK", nil)))
}

func (p *Phone) unknown(req *sip.Request, tx sip.ServerTransaction) {
	_ = tx.Respond(p.finish(sip.NewResponseFromRequest(req, sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist", nil)))
}

// Ping asks the registrar whether it is there, and says how long that took.
func (p *Phone) Ping(ctx context.Context) (time.Duration, error) {
	req := sip.NewRequest(sip.OPTIONS, p.domain)
	b := &p.binding
	from, to := b.from, b.to
	req.AppendHeader(&from)
	req.AppendHeader(&to)
	p.dress(req)
	req.SetDestination(p.wire.remote)
	began := time.Now()
	_, err := p.client.Do(ctx, req)
	return time.Since(began), err
}
