package phone

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/emiago/sipgo/sip"
)

// registration is what the registrar knows of the telephone.
type registration struct {
	from   sip.FromHeader
	to     sip.ToHeader
	callID sip.CallIDHeader
	cseq   uint32
	life   time.Duration
}

const (
	askedExpires  = 2 * time.Minute // a run that is killed leaves its binding for so long
	leastExpires  = 2 * time.Second // shorter ones are renewed every second
	registerLimit = 10 * time.Second
	retryRegister = 5 * time.Second
)

// identify names the telephone in what it sends.
func (p *Phone) identify() {
	aor := p.domain
	aor.User = p.o.User
	b := &p.binding
	b.from = sip.FromHeader{Address: aor, Params: sip.HeaderParams{{K: "tag", V: sip.GenerateTagN(16)}}}
	b.to = sip.ToHeader{Address: aor}
	b.callID, b.life = sip.CallIDHeader(sip.GenerateTagN(24)), askedExpires
}

// bind registers the telephone, and keeps it registered until it is closed.
func (p *Phone) bind(ctx context.Context) error {
	if err := p.register(ctx); err != nil {
		return err
	}
	p.keeper.Go(p.keepRegistered)
	return nil
}

// register sends REGISTER until the registrar has the telephone under the address at which it sees it.
func (p *Phone) register(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, registerLimit)
	defer cancel()
	res, err := p.registered(ctx, p.binding.life)
	if err == nil && res.StatusCode == sip.StatusIntervalToBrief {
		if least, err := strconv.Atoi(valueOf(res, "Min-Expires")); err == nil && least > 0 {
			p.binding.life = time.Duration(least) * time.Second
			res, err = p.registered(ctx, p.binding.life)
			if err != nil {
				return p.failed(ctx, res, err)
			}
		}
	}
	if err != nil || !res.IsSuccess() {
		return p.failed(ctx, res, err)
	}
	if host, port, moved := p.seenAt(res); moved { // behind a translator of addresses: the first binding leads nowhere
		_, _ = p.registered(ctx, 0) // it ends by itself else
		p.mu.Lock()
		p.contact.Address.Host, p.contact.Address.Port = host, port
		p.mu.Unlock()
		if res, err = p.registered(ctx, p.binding.life); err != nil || !res.IsSuccess() {
			return p.failed(ctx, res, err)
		}
	}
	p.binding.life = max(leastExpires, p.granted(res))
	return nil
}

// seenAt is the address at which the registrar sees the telephone, where that is another one than it says. Only the Via tells.
func (p *Phone) seenAt(res *sip.Response) (host string, port int, moved bool) {
	via := res.Via()
	if via == nil || p.o.Transport != UDP {
		return "", 0, false
	}
	at := p.contactHeader().Address
	host, port = at.Host, at.Port
	if received, _ := via.Params.Get("received"); received != "" {
		host = received
	}
	if rport, _ := via.Params.Get("rport"); rport != "" {
		if n, err := strconv.Atoi(rport); err == nil && n > 0 {
			port = n
		}
	}
	return host, port, host != at.Host || port != at.Port
}

// granted is how long the registrar keeps the binding: by our contact in its answer, by Expires, or as asked.
func (p *Phone) granted(res *sip.Response) time.Duration {
	seconds, at := valueOf(res, "Expires"), p.contactHeader().Address
	for _, h := range res.GetHeaders("Contact") {
		if c, is := h.(*sip.ContactHeader); is && c.Address.Host == at.Host && c.Address.Port == at.Port {
			if v, has := c.Params.Get("expires"); has {
				seconds = v
			}
		}
	}
	if n, err := strconv.Atoi(seconds); err == nil && n > 0 {
		return time.Duration(n) * time.Second
	}
	return p.binding.life
}

// registered sends one REGISTER.
func (p *Phone) registered(ctx context.Context, expires time.Duration) (*sip.Response, error) {
	seconds := strconv.Itoa(int(expires / time.Second))
	req := sip.NewRequest(sip.REGISTER, p.domain)
	b := &p.binding
	b.cseq++
	from, to, id := b.from, b.to, b.callID
	contact := p.contactHeader()
	if expires == 0 {
		contact.Params = sip.HeaderParams{{K: "expires", V: "0"}}
	}
	req.AppendHeader(&from)
	req.AppendHeader(&to)
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: b.cseq, MethodName: sip.REGISTER})
	req.AppendHeader(contact)
	req.AppendHeader(sip.NewHeader("Expires", seconds))
	p.dress(req)
	req.SetDestination(p.wire.remote)
	res, err := p.do(ctx, req)
	b.cseq = max(b.cseq, req.CSeq().SeqNo)
	return res, err
}

// dress adds what every request of the telephone says.
func (p *Phone) dress(req *sip.Request) {
	req.AppendHeader(sip.NewHeader("User-Agent", p.o.Agent))
	req.AppendHeader(sip.NewHeader("Allow", allowed))
	req.AppendHeader(sip.NewHeader("Supported", "timer"))
	req.SetTransport(p.network)
}

func (p *Phone) failed(ctx context.Context, res *sip.Response, err error) error {
	switch {
	case err == nil && res.Contact() != nil && res.StatusCode/100 == 3:
		return &RegisterError{Status: res.StatusCode, Text: res.Reason + " to " + res.Contact().Address.String()}
	case err == nil:
		return &RegisterError{Status: res.StatusCode, Text: res.Reason}
	case ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded):
		return ctx.Err()
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, sip.ErrTransactionTimeout):
		return &RegisterError{Text: fmt.Sprintf("REGISTER was not answered within %s", registerLimit)}
	}
	return &RegisterError{Text: err.Error()}
}

// keepRegistered registers again when half of the time is over, as telephones do.
func (p *Phone) keepRegistered() {
	t := time.NewTimer(p.binding.life / 2)
	defer t.Stop()
	for {
		select {
		case <-p.life.Done():
			return
		case <-t.C:
		case <-p.renew:
		}
		if err := p.register(p.life); err != nil { // the messages tell
			refused, is := errors.AsType[*RegisterError](err)
			if is && refused.Status == 0 && p.wire.stream != nil {
				p.wire.stream.drop() // another one may do
			}
			t.Reset(retryRegister)
			continue
		}
		t.Reset(p.binding.life / 2)
	}
}

// unbind unregisters the telephone. A registrar that does not know it may not even answer.
func (p *Phone) unbind(ctx context.Context) error {
	p.end()
	p.keeper.Wait()
	res, err := p.registered(ctx, 0)
	switch {
	case err != nil:
		return fmt.Errorf("unregister the telephone of %s: %w", p.o.User, err)
	case !res.IsSuccess():
		return fmt.Errorf("unregister the telephone of %s: %d %s", p.o.User, res.StatusCode, res.Reason)
	}
	return nil
}
