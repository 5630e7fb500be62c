package play

import (
	"context"
	"errors"
	"net/url"
	"slices"

	"github.com/voicespec/voicespec/runner/bayeux"
	"github.com/voicespec/voicespec/runner/config"
)

// negotiate chooses the transport of the run: as the target file says, or long-polling where the
// server offers it.
func (a *Actor) negotiate(ctx context.Context) error {
	r := a.station.run
	if t := r.Target.Transport; t != config.Auto && t != "" {
		r.transport = bayeux.Transport(t)
		return nil
	}
	nctx, cancel := context.WithTimeout(ctx, r.Budgets.Connect)
	defer cancel()
	o := a.negotiating()
	o.Transport = bayeux.LongPolling
	_, supported, err := bayeux.Negotiate(nctx, o)
	r.Supported = supported
	r.transport = bayeux.LongPolling
	if err == nil && len(supported) > 0 && !slices.Contains(supported, string(bayeux.LongPolling)) && slices.Contains(supported, string(bayeux.WebSocket)) {
		r.transport = bayeux.WebSocket
	}
	var refused *bayeux.Error
	if err != nil && errors.As(err, &refused) && refused.Kind != bayeux.Refused && refused.Kind != bayeux.Unreachable {
		r.transport = bayeux.WebSocket // a server that speaks WebSocket only may refuse the handshake by POST
		if s, werr := bayeux.Dial(nctx, withTransport(a.negotiating(), bayeux.WebSocket)); werr == nil {
			_ = s.Close(nctx) // only tried
			return nil
		}
		r.transport = bayeux.LongPolling
	}
	return nil
}

// dial opens a session that lives to its Close. ctx ends the opening alone: a server may advise to be given minutes.
func dial(ctx context.Context, o bayeux.Options) (*bayeux.Session, error) {
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, end)
	session, err := bayeux.Dial(life, o)
	if err != nil {
		end()
	}
	stop()
	return session, err
}

// negotiating has a copy of the cookies, so that the recording session is the first of its browser.
func (a *Actor) negotiating() bayeux.Options {
	o := a.options("negotiate")
	jar, err := a.rest.NewJar()
	at, bad := url.Parse(o.URL)
	if err != nil || bad != nil {
		return o
	}
	jar.SetCookies(at, a.rest.Jar().Cookies(at))
	o.Jar = jar
	return o
}

func withTransport(o bayeux.Options, t bayeux.Transport) bayeux.Options {
	o.Transport = t
	return o
}
