// Package embedded starts the reference server inside this process, with the target file that
// tests it. It is the one place that knows both: the server shares no code with the client side,
// and the target file no word with the server.
package embedded

import (
	"cmp"
	"fmt"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/reference"
)

// anywhere is a free port of this machine, which no other machine reaches.
const anywhere = "127.0.0.1:0"

// Start starts a reference server with the default agents of so many stations at a free port, and gives
// its target file. The caller closes the server.
func Start(o reference.Options, stations int) (*reference.Server, *config.Target, error) {
	return Listen(anywhere, o, stations)
}

// Listen is Start at an address of the caller's choice.
func Listen(address string, o reference.Options, stations int) (*reference.Server, *config.Target, error) {
	o.Agents = reference.DefaultAgents(stations)
	server, err := reference.New(o)
	if err != nil {
		return nil, nil, fmt.Errorf("start the reference server: %w", err)
	}
	url, err := server.Start(address)
	if err != nil {
		_ = server.Close()
		return nil, nil, fmt.Errorf("start the reference server: %w", err)
	}
	target := Target(url, o.Agents)
	if o.SIP.Addr != "" {
		plugIn(target, o, cmp.Or(o.SIP.Proxy, server.SIPAddr()))
	}
	callFromOutside(target, o, cmp.Or(o.SIP.Proxy, server.SIPAddr()))
	for _, name := range reference.SplitVariation(o.Variation) {
		fit(target, name)
	}
	target.TLS.Given = server.ClientTLS()
	return server, target, nil
}

// plugIn gives everybody of a target file a telephone.
func plugIn(t *config.Target, o reference.Options, registrar string) {
	passwords := map[string]string{}
	for _, a := range o.Agents {
		if o.SIP.Digest {
			passwords[a.Number] = a.Password
		}
	}
	for i := range t.Stations {
		s := &t.Stations[i]
		for _, p := range []*config.Party{&s.Agent, &s.Caller, &s.Destination} {
			p.Phone = config.Phone{Registrar: registrar, Password: passwords[p.Number]}
		}
	}
}

// callFromOutside gives the first stations callers from outside, as far as there are any.
func callFromOutside(t *config.Target, o reference.Options, registrar string) {
	for i := range min(len(t.Stations), len(o.SIP.Outside)) {
		number := o.SIP.Outside[i]
		t.Stations[i].Caller = config.Party{Number: number, SIP: config.Phone{Registrar: registrar}}
		if o.SIP.Digest {
			t.Stations[i].Caller.SIP.Password = reference.OutsidePassword(number)
		}
	}
}

// fit writes into a target file what a variation of the server asks of it.
func fit(target *config.Target, variation string) {
	each := func(do func(*config.Party)) {
		for i := range target.Stations {
			s := &target.Stations[i]
			for _, p := range []*config.Party{&s.Agent, &s.Caller, &s.Destination} {
				do(p)
			}
		}
	}
	switch variation {
	case "routed":
		for i := range target.Stations {
			s := &target.Stations[i]
			s.Caller.Dials = reference.RoutePoint(s.Agent.Number)
		}
	case "shown-otherwise":
		each(func(p *config.Party) { p.Shown = reference.ShownAs(p.Number) })
	case "bearer":
		target.Auth.Kind = config.Bearer
		each(func(p *config.Party) { p.Password = reference.Token(p.User) })
	case "saml-front":
		target.Auth = config.Auth{Kind: config.Cookie, Cookie: reference.FrontCookie}
		each(func(p *config.Party) { p.Password = reference.Token(p.User) })
	}
}

// Target is the target file of a reference server with these agents, three a station.
func Target(url string, agents []reference.Agent) *config.Target {
	party := func(a reference.Agent) config.Party {
		return config.Party{User: a.User, Password: a.Password, Number: a.Number}
	}
	t := &config.Target{URL: url}
	for i := 0; i+2 < len(agents); i += 3 {
		t.Stations = append(t.Stations, config.Station{Agent: party(agents[i]), Caller: party(agents[i+1]), Destination: party(agents[i+2])})
	}
	t.SetDefaults()
	return t
}
