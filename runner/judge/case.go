package judge

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// Case is the recording of one scenario, with what the player knew about it.
type Case struct {
	Scenario string
	Header   *recording.Header
	Station  recording.Station
	Entries  []*recording.Entry // in order of arrival

	roles        map[string]Role // by role name (the page's call id, or a name)
	messages     []*recording.Entry
	posted       map[string][]float64 // when an operation was sent by anybody, in the order of time
	taken        map[string][]float64 // the same, of those that were not refused by the API
	passed       []bringing           // see comesBack
	completed    []bringing
	watching     []bringing           // those by which somebody monitors another
	muted        map[string]float64   // when an actor posted MuteCall first
	initiated    map[string][]posting // what an actor posted to begin a consult call, in the order of time
	roleOf       map[*recording.Entry]*Role
	schema       map[*recording.Entry][]Finding
	capabilities map[*recording.Entry][]Finding // about capabilities
	sibling      map[*recording.Entry]bool      // another call of the same agent was live
	orphan       map[*recording.Entry]bool      // the call's original had been Released
	returned     map[*recording.Entry]bool      // the same, and the original was there again
	parents      map[connection]string          // the original that a call has named last
	first        map[connection]float64         // when an actor was told of a call first
	double       map[string]bool                // actors who have had two calls at once, none of which they began from the other
	cleaning     float64                        // see Cleaning
	blocked      *recording.Entry
	untestable   *recording.Entry
	excused      *recording.Entry
	recognised   bool            // nobody played it, and its calls are known: see Recognise
	touched      map[string]bool // see Touched
	ofTouched    []*recording.Entry

	gaps         []*recording.Entry
	inapplicable *recording.Entry
	connections  map[connection]*recording.Entry // see connected
	over         map[connection]bool             // calls of an actor that were Released
	split        split                           // see lives
	replay       *Replay
	again        bool // see Again
}

// posting is an operation that was sent.
type posting struct {
	at      float64
	name    string
	refused bool
}

// Role is a call that the scenario is about.
type Role struct {
	Name    string
	ID      string   // live id
	Parties []string // roles of the actors that are parties at first
	Of      string   // role of the original, for a consult call
	Entry   *recording.Entry
}

// NewCase indexes the entries of one scenario.
func NewCase(header *recording.Header, scenario string, entries []*recording.Entry) *Case {
	if header == nil {
		header = &recording.Header{}
	}
	c := &Case{
		Scenario: scenario, Header: header, Entries: entries, roles: map[string]Role{}, sibling: map[*recording.Entry]bool{},
		orphan: map[*recording.Entry]bool{}, returned: map[*recording.Entry]bool{}, parents: map[connection]string{},
		double: map[string]bool{}, first: map[connection]float64{},
	}
	live := map[string]map[string]bool{} // actor: call ids: not Released
	station := 0
	c.roleOf, c.over = map[*recording.Entry]*Role{}, map[connection]bool{}
	c.posted, c.initiated = map[string][]float64{}, map[string][]posting{}
	c.taken = map[string][]float64{}
	c.muted, c.cleaning = map[string]float64{}, math.Inf(1)
	c.schema, c.capabilities = map[*recording.Entry][]Finding{}, map[*recording.Entry][]Finding{}
	for _, e := range entries {
		station = max(station, e.Station)
		switch e.Kind {
		case recording.KindCall:
			c.cast(e)
			clear(c.roleOf)
		case recording.KindScenario:
			c.note(e)
		case recording.KindRest:
			op := e.Operation()
			if op == "Hangup" && e.Purpose == recording.Clean && math.IsInf(c.cleaning, 1) {
				c.cleaning = e.At
			}
			if op != "" {
				for range voice.Times(e) {
					c.posted[op] = append(c.posted[op], e.At)
				}
				if code, said := e.StatusCode(); !said || code == 0 || e.Problem != "" || e.Accepted() {
					c.taken[op] = append(c.taken[op], e.At)
				}
				c.sentBy(e)
			}
			if strings.HasPrefix(op, "Initiate") {
				c.initiated[e.Actor] = append(c.initiated[e.Actor], posting{e.At, op, e.Problem == "" && !e.Accepted()})
			}
		case recording.KindMessage:
			if e.Browser != "" || !e.IsCall() {
				continue
			}
			c.messages = append(c.messages, e)
			c.track(live, e)
		case recording.KindGap:
			c.gaps = append(c.gaps, e)
		default:
		}
	}
	if station == 0 {
		station = 1
	}
	if station <= len(header.Stations) {
		c.Station = header.Stations[station-1]
	}
	c.inOrder()
	return c
}

// inOrder sorts what was posted by when it was sent: an entry stands where its answer came.
func (c *Case) inOrder() {
	for _, times := range c.posted {
		slices.Sort(times)
	}
	for _, times := range c.taken {
		slices.Sort(times)
	}
	for _, list := range c.initiated {
		slices.SortStableFunc(list, func(a, b posting) int { return cmp.Compare(a.at, b.at) })
	}
}

// cast binds a role. The agent's id is the role's; where another end has another id, that is not
// recognised as the role's and judged like a call of others.
func (c *Case) cast(e *recording.Entry) {
	r, known := c.roles[e.Role]
	if known && e.Actor != "agent" {
		return
	}
	if e.Text != "" { // without it nobody knows between whom the call is, and nobody is no party of it
		r.Parties = strings.Split(e.Text, ",")
	}
	r.Name, r.ID, r.Of, r.Entry = e.Role, e.ID, e.Of, e
	c.roles[e.Role] = r
}

func (c *Case) note(e *recording.Entry) {
	switch {
	case e.Event == recording.Blocked && c.blocked == nil:
		c.blocked = e
	case e.Event == recording.Untestable && c.untestable == nil:
		c.untestable = e
	case e.Event == recording.NotApplicable && c.inapplicable == nil:
		c.inapplicable = e
	case e.Event == recording.Excused && c.excused == nil:
		c.excused = e
		if c.untestable == nil {
			c.untestable = e
		}
	}
}

func (c *Case) track(live map[string]map[string]bool, e *recording.Entry) {
	mine := live[e.Actor]
	if mine == nil {
		mine = map[string]bool{}
		live[e.Actor] = mine
	}
	for id := range mine {
		if id != e.CallID() {
			c.sibling[e] = true
			c.double[e.Actor] = c.double[e.Actor] || e.State() == voice.Ringing || e.Actor != voice.Agent
			break
		}
	}
	if k := (connection{e.Actor, e.CallID()}); c.first[k] == 0 {
		c.first[k] = e.At
	}
	end := connection{e.Actor, e.CallID()}
	if parent := cmp.Or(voice.CallOf(e).ParentID(), c.parents[end]); parent != "" {
		c.parents[end] = parent
		over := c.over[connection{e.Actor, parent}]
		c.orphan[e], c.returned[e] = over && !mine[parent], over && mine[parent]
	}
	if e.State() == voice.Released {
		delete(mine, e.CallID())
		c.over[connection{e.Actor, e.CallID()}] = true
	} else if id := e.CallID(); id != "" {
		mine[id] = true
	}
}

// hasSibling reports whether another call of the same agent was live when e arrived.
func (c *Case) hasSibling(e *recording.Entry) bool { return c.sibling[e] }

// Messages are the call notifications of one actor's own session, in order; of all
// actors for "". Those of other browsers are not among them.
func (c *Case) Messages(actor string) []*recording.Entry {
	if actor == "" {
		return slices.Clone(c.messages)
	}
	var out []*recording.Entry
	for _, e := range c.messages {
		if e.Actor == actor {
			out = append(out, e)
		}
	}
	return out
}

// Role returns the call that plays a role; ok is false if the player never learnt it.
func (c *Case) Role(name string) (Role, bool) {
	r, ok := c.roles[name]
	return r, ok
}

// Of are the notifications of one actor about the call in a role, in order, without
// those that were meant for somebody else.
func (c *Case) Of(actor, role string) []*recording.Entry {
	var out []*recording.Entry
	for _, e := range c.Messages(actor) {
		if r, ok := c.whose(e); ok && r.Name == role && c.misdelivered(e) == "" {
			out = append(out, e)
		}
	}
	return out
}

// Step returns the request with a label; nil if it was not sent. Of what must be refused it is the last: what was sent beside
// others before, and not answered as was expected, was sent again alone.
func (c *Case) Step(label string) (found *recording.Entry) {
	refusal := recording.PurposeOf(label) == recording.Refusal
	for _, e := range c.Entries {
		if e.Kind == recording.KindRest && e.Step == label {
			if found = e; !refusal {
				return e
			}
		}
	}
	return found
}

// Steps are the requests whose label begins with prefix.
func (c *Case) Steps(prefix string) []*recording.Entry {
	var out []*recording.Entry
	for _, e := range c.Entries {
		if e.Kind == recording.KindRest && strings.HasPrefix(e.Step, prefix) && e.Step != "" {
			out = append(out, e)
		}
	}
	return out
}

// requestsTo are the requests with a purpose.
func (c *Case) requestsTo(purpose recording.Purpose) []*recording.Entry {
	var out []*recording.Entry
	for _, e := range c.Entries {
		if e.Kind == recording.KindRest && e.Purpose == purpose {
			out = append(out, e)
		}
	}
	return out
}

// Requests are all REST exchanges.
func (c *Case) Requests() []*recording.Entry {
	var out []*recording.Entry
	for _, e := range c.Entries {
		if e.Kind == recording.KindRest {
			out = append(out, e)
		}
	}
	return out
}

// DeviceMessages are the notifications of one actor on the devices channel.
func (c *Case) DeviceMessages(actor string) []*recording.Entry {
	var out []*recording.Entry
	for _, e := range c.Entries {
		if e.Browser == "" && e.Actor == actor && voice.IsDevices(e) {
			out = append(out, e)
		}
	}
	return out
}

// Blocked says why the scenario could not go on; ok is false if it went to its end.
func (c *Case) Blocked() (reason string, ok bool) {
	if c.blocked == nil {
		return "", false
	}
	return c.blocked.Text, true
}

// Untestable says what the station lacked for the scenario.
func (c *Case) Untestable() (reason string, ok bool) {
	if c.untestable == nil {
		return "", false
	}
	return c.untestable.Text, true
}

// Excused says why nothing that fails in the scenario is the target's doing: a telephone, or somebody else, did it.
func (c *Case) Excused() (reason string, ok bool) {
	if c.excused == nil {
		return "", false
	}
	return c.excused.Text, true
}

// NotPlayed is the ruling for something that the recording does not hold.
func (c *Case) NotPlayed(what string) Ruling {
	if c.inapplicable != nil {
		return inapplicable("%s", c.inapplicable.Text)
	}
	if why, ok := c.Untestable(); ok {
		return untestable("%s", why)
	}
	if why, ok := c.Blocked(); ok {
		return blocked("%s", why)
	}
	return untestable("the recording does not hold %s", what)
}

// Since reports whether e arrived after the request began to be sent. Answers and
// notifications come in no fixed order, so the answer's time does not count.
func Since(request, e *recording.Entry) bool {
	return request == nil || e.At >= request.At
}

// misdelivered names the party of the station for whom a notification was meant that came to
// somebody else; "" if it is the actor's own.
func (c *Case) misdelivered(e *recording.Entry) string {
	own := c.Station.Number(e.Actor)
	if own == "" {
		return "" // another client's recording
	}
	number, _ := voice.Addressee(e)
	if number == "" || number == own {
		return ""
	}
	for _, role := range voice.Roles {
		p := c.Station.Party(role)
		if role == e.Actor || p.Number != number {
			continue
		}
		// A wrong number alone is a wrong phoneNumber; with the other's device the whole message is the other's.
		if p.Device != "" && voice.SameID(voice.CallOf(e).DeviceID(), p.Device) {
			return role
		}
	}
	return ""
}

// FirstHangup is when cleaning up began after a request: what is Released from then on is our
// own doing. It is the end of time if nothing was hung up.
func (c *Case) FirstHangup(after *recording.Entry) float64 {
	for _, e := range c.Requests() {
		if e.At > after.At && e.Operation() == "Hangup" {
			return e.At
		}
	}
	return math.Inf(1)
}

// Actors are those who have entries, in the order of their first one.
func (c *Case) Actors() []string {
	var out []string
	for _, e := range c.Entries {
		if (e.Kind == recording.KindMessage || e.Kind == recording.KindRest) && !slices.Contains(out, e.Actor) {
			out = append(out, e.Actor)
		}
	}
	return out
}

// Cleaning is when the calls of the scenario began to be hung up: what is notified from then on
// is our own doing, not an effect of what the scenario did. The end of time if nothing was.
func (c *Case) Cleaning() float64 { return c.cleaning }
