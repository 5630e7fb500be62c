package play

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// A caller may be no user of the server: somebody outside, for whom a program calls. What the server tells is told to the others
// alone.

// FromOutside reports whether this person is one.
func (a *Actor) FromOutside() bool { return a.Party.FromOutside() }

// dialFromOutside is DialJudged for a caller from outside. What is returned as the answer to Dial says that the call was begun.
func (s *Stage) dialFromOutside(step string, from, to *Actor, role string, params map[string]any) (*recording.Entry, *Call) {
	if recording.PurposeOf(step) != recording.Arrange || len(params) > 0 {
		s.Untestable("%s, so what Dial does is not seen", from.Absence())
	}
	mark, number := s.Mark(), from.toDial(to)
	s.Note("the caller dials %s from outside", number)
	s.station.switchboard.caused(from.Party.Number, to.Party.Number)
	c, err := startCommand(from.Party.Command, number, func() { s.Note("the program of the caller has ended") })
	if err != nil {
		s.Untestable("the caller could not dial %s from outside: %s", number, s.station.run.Redact(err.Error()))
	}
	s.outside = append(s.outside, c)
	id := s.newCallUnless(to, voice.Ringing, mark, from.Party.Number, func() bool { return c.failed() != "" || s.turnedAway(from, to, mark) })
	switch {
	case id != "":
		return &recording.Entry{Kind: recording.KindNote, Status: 200}, s.bind(to, role, id, from.Role+","+to.Role)
	case c.failed() != "":
		s.Untestable("the caller could not dial %s from outside: %s", number, s.station.run.Redact(c.failed()))
	}
	s.Untestable("the caller dialled %s from outside, and the %s was told of no call", number, to.Role)
	return nil, nil
}

// endOutside ends what was begun from outside, when the calls of it have been hung up at the other end: there it is seen what comes of
// hanging up, and what came before.
func (s *Stage) endOutside() {
	for _, c := range s.outside {
		c.end(s.ctx)
	}
	s.outside = nil
}

// picksUpOutside waits for the answer of a caller from outside, who is told nothing.
func (s *Stage) picksUpOutside(a *Actor, c *Call) {
	if !a.answersItself {
		s.Untestable("%s, so it cannot answer", a.Absence())
	}
	if s.AwaitState(s.Agent, c, s.begin, voice.Established) == nil {
		s.Untestable("the telephone of the %s did not answer by itself, as answer: auto in the target file says", a.Role)
	}
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

// end asks the program to end, and waits for that.
func (c *command) end(ctx context.Context) {
	defer c.forget()
	if c.cmd.Process.Signal(terminate) != nil {
		_ = c.cmd.Process.Kill() // there is no such signal here, or it has ended
	}
	t := time.NewTimer(commandGrace)
	defer t.Stop()
	select {
	case <-c.done:
		return
	case <-t.C:
	case <-ctx.Done():
	}
	_ = c.cmd.Process.Kill()
	<-c.done
}

func (c *command) forget() {
	_ = c.said.Close()
	_ = os.Remove(c.said.Name())
}

// failed says why the program could not dial; "" while it runs, and where it ended well: then its call goes on.
func (c *command) failed() string {
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
