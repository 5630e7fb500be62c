package play

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// A caller may be no user of the server: somebody outside, who calls by SIP, or for whom a program calls. What the server tells is told to
// the others alone.

// outside is a call that was begun from outside.
type outside interface {
	// HangUp ends it.
	HangUp(ctx context.Context)
	// Failed says why it came to nothing; "" while it goes on, or may.
	Failed() string
}

// FromOutside reports whether this person is one.
func (a *Actor) FromOutside() bool { return a.Party.FromOutside() }

// call begins a call from outside. ended is called when it has come to an end by itself.
func (a *Actor) call(number string, ended func()) (outside, error) {
	if a.phone != nil {
		return a.phone.Dial(number, ended)
	}
	return startCommand(a.Party.Command, number, ended)
}

// dialFromOutside is DialJudged for a caller from outside. What is returned as the answer to Dial says that the call was begun.
func (s *Stage) dialFromOutside(step string, from, to *Actor, role string, params map[string]any) (*recording.Entry, *Call) {
	if recording.PurposeOf(step) != recording.Arrange || len(params) > 0 {
		s.Untestable("%s, so what Dial does is not seen", from.Absence())
	}
	mark, number := s.Mark(), from.toDial(to)
	s.Note("the caller dials %s from outside", number)
	s.station.switchboard.caused(from.Party.Number, to.Party.Number)
	c, err := from.call(number, func() { s.Note("what the caller began from outside has ended") })
	if err != nil {
		s.Untestable("the caller could not dial %s from outside: %s", number, s.station.run.Redact(err.Error()))
	}
	s.outside = append(s.outside, c)
	id := s.newCallUnless(to, voice.Ringing, mark, from.Party.Number, func() bool { return c.Failed() != "" || s.turnedAway(from, to, mark) })
	switch {
	case id != "":
		return &recording.Entry{Kind: recording.KindNote, Status: 200}, s.bind(to, role, id, from.Role+","+to.Role)
	case c.Failed() != "":
		s.Untestable("the caller could not dial %s from outside: %s", number, s.station.run.Redact(c.Failed()))
	}
	s.Untestable("the caller dialled %s from outside, and the %s was told of no call", number, to.Role)
	return nil, nil
}

// endOutside ends what was begun from outside, when the calls of it have been hung up at the other end: there it is seen what comes of
// hanging up, and what came before.
func (s *Stage) endOutside() {
	if s.Caller.FromOutside() && s.Caller.phone != nil {
		s.Caller.phone.HangUp(s.ctx) // what came to it
	}
	for _, c := range s.outside {
		c.HangUp(s.ctx)
	}
	s.outside = nil
}

// awaitTransferred waits, at the end, until the destination is told of a call from outside that was transferred to it in one step: the
// agent may be told that his end is over before that, and nobody else shows that the call goes on.
func (s *Stage) awaitTransferred() {
	if !s.Caller.FromOutside() {
		s.letArrive()
		return
	}
	if !s.Destination.Controlled() {
		return
	}
	for _, e := range s.station.tape.Scenario(s.scenario) {
		if e.Kind == recording.KindRest && e.Operation() == "SingleStepTransfer" && e.Accepted() && s.Seen(s.Destination, s.begin, s.Made) == nil {
			s.Await(s.Destination, "the call that was transferred", s.begin, s.Made)
			return
		}
	}
}

// arrival is how long a call may take to arrive at who was dialled before it is hung up. That it does not is the matter of scenarios that
// wait for it; here it is waited for in vain once a station.
const arrival = time.Second

// letArrive waits, at the end, until whoever was dialled last is told of it. What is told of a call after its scenario could not be told
// from a call of the next one, where each end has an id of its own.
func (s *Stage) letArrive() {
	entries := s.station.tape.Scenario(s.scenario)
	for _, a := range []*Actor{s.Agent, s.Caller, s.Destination} {
		dialled := lastMatch(entries, func(e *recording.Entry) bool {
			return e.Kind == recording.KindRest && e.Actor != a.Role && e.Accepted() && voice.DialledBy(e) == a.Party.Number
		})
		if dialled == nil || !a.Controlled() || s.station.nothingArrives {
			continue
		}
		arrived := func(entries []*recording.Entry) bool {
			return slices.ContainsFunc(entries, func(e *recording.Entry) bool {
				return e.Kind == recording.KindMessage && e.Actor == a.Role && e.At >= dialled.At && e.Call() != nil && s.Made(e)
			})
		}
		ctx, cancel := context.WithTimeout(s.ctx, arrival)
		came := s.station.tape.Await(ctx, s.begin, arrived)
		cancel()
		s.station.nothingArrives = !came && dialled.Body()["location"] == nil // one that the switch does not know says nothing of others
	}
}

func lastMatch(entries []*recording.Entry, meant func(*recording.Entry) bool) *recording.Entry {
	for _, e := range slices.Backward(entries) {
		if meant(e) {
			return e
		}
	}
	return nil
}

// picksUpOutside has a caller from outside answer, who is told nothing, or waits until he has.
func (s *Stage) picksUpOutside(a *Actor, c *Call) {
	switch {
	case a.answersItself:
	case a.phone == nil:
		s.Untestable("%s, so it cannot answer", a.Absence())
	case a.unreached || a.Party.Telephone().Answer == config.None:
		s.Untestable("no call comes to the telephone of the %s (%s), so it cannot answer", a.Role, a.Party.Number)
	default:
		ctx, cancel := context.WithTimeout(s.ctx, s.station.run.Budgets.Event)
		defer cancel()
		if a.unreached = !a.phone.PickUp(ctx); a.unreached {
			s.Untestable("no call came to the telephone of the %s (%s), so it cannot answer", a.Role, a.Party.Number)
		}
		if s.AwaitState(s.Agent, c, s.begin, voice.Established) == nil {
			s.Block("after the %s answered, the agent was not notified of Established", a.Role)
		}
		return
	}
	if s.AwaitState(s.Agent, c, s.begin, voice.Established) == nil {
		s.Untestable("the telephone of the %s did not answer by itself, as answer: auto in the target file says", a.Role)
	}
}

// picksUpFor is picksUp for a caller from outside, who is told nothing.
func (s *Stage) picksUpFor(from, a *Actor, mark int, budget time.Duration) (picks bool) {
	s.station.switchboard.caused(from.Party.Number, a.Party.Number)
	c, err := from.call(from.toDial(a), func() {})
	if err != nil {
		return false
	}
	s.outside = append(s.outside, c)
	up := func([]*recording.Entry) bool {
		return s.Seen(a, mark, func(e *recording.Entry) bool { return e.State() == voice.Established && s.Made(e) }) != nil
	}
	_, picks = s.await(mark, budget, up)
	s.EndCalls()
	return picks
}

// watchable ends a scenario about the device of a caller from outside, who has none.
func (s *Stage) watchable(body any) {
	request, _ := body.(map[string]any)
	if uri, names := request["targetDeviceUri"].(string); names && s.Caller.FromOutside() && strings.HasSuffix(uri, "/devices/") {
		s.Untestable("%s, so it has no device", s.Caller.Absence())
	}
}

// command is a program that calls, as long as it runs.
type command struct {
	cmd  *exec.Cmd
	said *os.File
	done chan struct{}
	err  error
}

// commandGrace is how long a program may take to hang up.
const commandGrace = 5 * time.Second

// startCommand starts a program; {number} in its arguments is what it is to dial. What it says goes to a file: a pipe would be open as
// long as a child of it lives.
func startCommand(words []string, number string, ended func()) (*command, error) {
	args := make([]string, len(words))
	for i, w := range words {
		args[i] = strings.ReplaceAll(w, "{number}", number)
	}
	said, err := os.CreateTemp("", "voicespec-command-")
	if err != nil {
		return nil, err
	}
	c := &command{cmd: exec.Command(args[0], args[1:]...), said: said, done: make(chan struct{})} //nolint:gosec,noctx // the target file says so; it is ended by hand
	c.cmd.Stdout, c.cmd.Stderr = said, said
	apart(c.cmd)
	if err := c.cmd.Start(); err != nil {
		c.forget()
		return nil, err
	}
	go func() {
		c.err = c.cmd.Wait()
		close(c.done)
		ended() // who waits looks again
	}()
	return c, nil
}

// HangUp asks the program to end, with what it has started, and waits for that.
func (c *command) HangUp(ctx context.Context) {
	defer c.forget()
	terminate(c.cmd.Process)
	t := time.NewTimer(commandGrace)
	defer t.Stop()
	select {
	case <-c.done:
		return
	case <-t.C:
	case <-ctx.Done():
	}
	kill(c.cmd.Process)
	<-c.done
}

func (c *command) forget() {
	_ = c.said.Close()
	_ = os.Remove(c.said.Name())
}

// Failed says why the program could not dial; "" while it runs, and where it ended well: then its call goes on.
func (c *command) Failed() string {
	select {
	case <-c.done:
	default:
		return ""
	}
	if c.err == nil {
		return ""
	}
	text, _ := os.ReadFile(c.said.Name()) // it need not have said anything
	return strings.TrimSpace(fmt.Sprintf("%s: %s; %s", c.cmd.Path, c.err, recording.Cut(string(text))))
}
