package play

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/phone"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// switchboard knows which calls a station has caused: its telephones answer no others.
type switchboard struct {
	mu    sync.Mutex
	asked []dialled
	news  chan struct{}     // closed when there is another
	told  map[string]bool   // uuids of calls between our people
	uuids map[string]string // of calls that were told, by id
	mine  map[string]bool   // ids of calls that we have answered
	upTo  int               // mark on the tape: so far they are known
}

// dialled is a call that was asked for. The switch may call both telephones before the request is answered.
type dialled struct {
	by, to string
	at     time.Time
}

// caused notes that a request is about to be sent which makes a call.
func (b *switchboard) caused(by, to string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked = append(b.asked, dialled{by, to, time.Now()})
	b.wake()
}

// answers notes that a call is about to be answered: then it is one of ours.
func (b *switchboard) answers(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.mine == nil {
		b.mine = map[string]bool{}
	}
	b.mine[id] = true
	b.wake()
}

func (b *switchboard) wake() {
	if b.news != nil {
		close(b.news)
		b.news = nil
	}
}

// between reports whether a call between two numbers was asked for lately. A SIP Server calls the telephone of who dials in
// the name of who is dialled, so either may be the one that it comes from; or of whom a number was translated to, so that of a
// call to who dials only the missing offer tells.
func (b *switchboard) between(one, other string, dials bool, lately time.Duration) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked = slices.DeleteFunc(b.asked, func(d dialled) bool { return time.Since(d.at) > lately })
	return slices.ContainsFunc(b.asked, func(d dialled) bool {
		return d.by == one && d.to == other || d.by == other && (d.to == one || dials)
	})
}

func (b *switchboard) more() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.news == nil {
		b.news = make(chan struct{})
	}
	return b.news
}

// toldOf reports whether a call was told in which nobody is but people of the station, who have no calls but those of the run, or was
// answered by us.
func (s *Station) toldOf(uuid string) bool {
	b := &s.switchboard
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.told == nil {
		b.told, b.uuids = map[string]bool{}, map[string]string{}
	}
	news := s.tape.From(b.upTo)
	b.upTo += len(news)
	var numbers []string
	for _, role := range config.Roles {
		numbers = append(numbers, s.Actors[role].Party.Number)
	}
	for _, e := range news {
		if e.Kind != recording.KindMessage || e.Call() == nil {
			continue
		}
		call := voice.CallOf(e)
		b.uuids[e.CallID()] = call.UUID()
		if call.Between(numbers...) {
			b.told[call.UUID()] = true
		}
	}
	for id := range b.mine {
		if known := b.uuids[id]; known != "" {
			b.told[known] = true
			delete(b.mine, id)
		} else if id == uuid {
			return true
		}
	}
	return uuid != "" && b.told[uuid]
}

// ours waits until it is known that a call at a telephone is one that this station has caused.
func (a *Actor) ours(ctx context.Context, c phone.Invitation) bool {
	s := a.station
	for {
		changed, more := s.tape.Changed(), s.switchboard.more()
		if s.switchboard.between(s.numberOf(c.From), a.Party.Number, c.Own, 2*s.run.Budgets.Event) || s.toldOf(c.UUID) {
			return true
		}
		select {
		case <-changed:
		case <-more:
		case <-ctx.Done():
			return false
		}
	}
}

// numberOf is the number of somebody whom SIP knows by another name.
func (s *Station) numberOf(user string) string {
	for _, role := range config.Roles {
		if p := s.Actors[role].Party; p.HasPhone() && p.Telephone().User == user {
			return p.Number
		}
	}
	return user
}

// causes tells the telephones of a call that a request is about to make.
func (a *Actor) causes(path string, body []byte) {
	if !a.station.hasPhones {
		return
	}
	var r struct {
		Operation   string `json:"operationName"`
		Destination struct {
			Number string `json:"phoneNumber"`
		} `json:"destination"`
	}
	if json.Unmarshal(body, &r) != nil {
		return
	}
	switch {
	case r.Operation == "Answer":
		a.station.switchboard.answers(voice.LastSegment(path))
	case makesCall(r.Operation):
		a.station.switchboard.caused(a.Party.Number, r.Destination.Number)
	}
}

// connectPhones registers the telephones of a station's people, all before anybody's session is begun.
func (s *Station) connectPhones(ctx context.Context) error {
	var g sync.WaitGroup
	failed := make([]error, len(config.Roles))
	for i, role := range config.Roles {
		if a := s.Actors[role]; a.Party.HasPhone() {
			s.hasPhones = true
			g.Go(func() { failed[i] = a.connectPhone(ctx) })
		}
	}
	g.Wait()
	for _, err := range failed {
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *Actor) connectPhone(ctx context.Context) error {
	t := a.Party.Telephone()
	answer := cmp.Or(t.Answer, config.Talk)
	p, err := phone.Register(ctx, phone.Options{
		User: cmp.Or(t.User, a.Party.Number), AuthUser: t.AuthUser, Password: t.Password, Registrar: t.Registrar, Transport: t.Transport,
		Answer: answer, Silence: t.Silence, Agent: a.station.run.Agent, TLS: a.station.run.TLS, Ours: a.ours, Observe: a.heardSIP,
	})
	if err != nil {
		return a.phoneProblem(ctx, err)
	}
	a.phone = p
	a.answersItself = a.answersItself || answer == config.Auto
	return nil
}

// heardSIP records a message of the actor's telephone.
func (a *Actor) heardSIP(m phone.Message) {
	e := &recording.Entry{Kind: recording.KindSIP, Actor: a.Role, At: a.station.tape.Log().Since(m.At), Direction: "received", ID: m.UUID, Text: clip([]byte(m.Text))}
	if m.Sent {
		e.Direction = "sent"
	}
	a.station.tape.Append(e)
}

// phoneProblem says why a telephone could not be registered.
func (a *Actor) phoneProblem(ctx context.Context, err error) error {
	refused, is := errors.AsType[*phone.RegisterError](err)
	if !is || ctx.Err() != nil {
		return err
	}
	t := a.Party.Telephone()
	p := &Problem{Cause: fmt.Sprintf("the telephone of %s (%s) could not be registered at %s by %s: %s", a.Party.Number, a.Role, t.Registrar,
		cmp.Or(t.Transport, phone.UDP), refused.Error())}
	switch class := refused.Status / 100; {
	case refused.Status == 0:
		p.Remedy, p.Passing = "check registrar: and transport: of phone: in the target file, and that this machine reaches it", true
		if strings.Contains(refused.Text, "tls:") || strings.Contains(refused.Text, "x509:") {
			p.Remedy, p.Passing = "name the authority of that certificate as ca: of tls: in the target file, or check transport: of phone:", false
		}
	case class == 3:
		p.Remedy = "name the place that it sends telephones to as registrar: of phone: in the target file"
	case slices.Contains([]int{401, 403, 407}, refused.Status):
		p.Remedy = "check user:, auth-user: and password: of phone: in the target file"
	case refused.Status == 404 || refused.Status == 604:
		p.Remedy = "check user: of phone:; the SIP Server must know that number, and let a telephone register for it"
	case class == 5:
		p.Remedy, p.Passing = "the registrar has a problem of its own; look at its log, or wait for it with --wait", true
	default:
		p.Remedy = "look at the registrar's log"
	}
	return p
}

// Telephone says where the actor's telephone is registered, and how long the registrar takes to answer; "" without one.
func (a *Actor) Telephone(ctx context.Context) string {
	if a.phone == nil {
		return ""
	}
	text := "telephone registered as " + a.phone.Address()
	if a.Party.Telephone().Answer == config.None {
		text = "telephone, not registered, at " + a.phone.Address()
	}
	pctx, cancel := context.WithTimeout(ctx, a.station.run.Budgets.Connect)
	defer cancel()
	if took, err := a.phone.Ping(pctx); err == nil {
		text += fmt.Sprintf(", OPTIONS answered in %.0f ms", float64(took.Microseconds())/1000)
	} else {
		text += ", OPTIONS not answered"
	}
	return text
}

// closePhone hangs up and unregisters.
func (a *Actor) closePhone(ctx context.Context) (left []string) {
	if a.phone == nil {
		return nil
	}
	if err := a.phone.Close(ctx); err != nil {
		left = append(left, err.Error()+"; its binding ends by itself within two minutes")
	}
	a.phone = nil
	return left
}

// answerable ends a scenario that needs a telephone to be picked up which never is.
func (s *Stage) answerable(a *Actor, step string, body any) {
	if a.phone == nil || a.Party.Telephone().Answer != config.Never || recording.PurposeOf(step) == recording.Refusal || strings.HasPrefix(step, cellPrefix) {
		return
	}
	request, _ := body.(map[string]any)
	operation, _ := request["operationName"].(string)
	if operation == "Answer" || operation == "Dial" {
		s.Untestable("the telephone of %s (%s) never answers: answer: never stands in the target file", a.name(), a.Role)
	}
}

// noticeTelephones looks, at the end of a scenario, for a call that a telephone of ours was asked to answer and did not: what
// is missing for that is not the target's doing.
func (s *Stage) noticeTelephones() {
	if !s.station.hasPhones {
		return
	}
	type line struct{ role, id string }
	asked, over := map[line]bool{}, map[line]bool{}
	for _, e := range s.station.tape.Scenario(s.scenario) {
		if e.Kind != recording.KindSIP {
			continue
		}
		l := line{e.Actor, phone.HeaderOf(e.Text, "Call-ID", "i")}
		cseq := phone.HeaderOf(e.Text, "CSeq")
		switch {
		case e.Direction == "received" && strings.HasSuffix(cseq, " NOTIFY") && strings.HasPrefix(phone.HeaderOf(e.Text, "Event", "o"), "talk"):
			asked[l] = true
		case e.Direction == "sent" && strings.HasPrefix(e.Text, "SIP/2.0 200") && strings.HasSuffix(cseq, " INVITE"), strings.HasSuffix(cseq, " CANCEL"):
			over[l] = true
		}
	}
	for l := range asked {
		if !over[l] {
			s.excuse("the telephone of %s (%s) was asked to answer and did not, since nothing shows that its call is one of this run",
				s.station.Actors[l.role].name(), l.role)
		}
	}
}
