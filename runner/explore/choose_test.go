package explore_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/voicespec/voicespec/runner/explore"
	"github.com/voicespec/voicespec/runner/recording"
)

func cast() recording.Station {
	party := func(n string) recording.Party {
		return recording.Party{Number: n, Device: "device-" + n, Controlled: true}
	}
	return recording.Station{Agent: party("1"), Caller: party("2"), Destination: party("3")}
}

var everybody = []string{"agent", "caller", "destination"}

// told is a notification of a call.
func told(actor, id, state, party, rest string) *recording.Entry {
	e := &recording.Entry{Kind: recording.KindMessage, Actor: actor, Message: fmt.Appendf(nil,
		`{"channel":"/v2/me/calls","data":{"notificationType":"StatusChange","call":{"id":%q,"state":%q,"participants":[{"phoneNumber":%q}]%s}}}`,
		id, state, party, rest)}
	e.Decode()
	return e
}

const talking = `,"capabilities":["Hold","Hangup","InitiateTransfer","SendDtmf"]`

// inCall is a model in which agent and caller talk.
func inCall() *explore.Model {
	m := explore.NewModel(cast(), everybody)
	m.Made(m.Person("agent"), "2", explore.Step{Do: "Dial", As: "call1"})
	m.Hear(told("agent", "X", "Dialing", "2", ""))
	m.Hear(told("caller", "Y", "Ringing", "1", ""))
	m.Hear(told("agent", "X", "Established", "2", talking))
	m.Hear(told("caller", "Y", "Established", "1", talking))
	return m
}

// Both ends of a call go by the name of the step that made it, whatever their ids.
func TestNames(t *testing.T) {
	t.Parallel()
	m := inCall()
	for _, role := range []string{"agent", "caller"} {
		if n := m.Person(role).Named("call1"); n == nil || n.Last.State() != "Established" {
			t.Errorf("the %s has no call1: %+v", role, m.Person(role).Ends)
		}
	}
	if got := m.Person("agent").Situation(m.Person("agent").Named("call1")); got != "Established" {
		t.Errorf("situation %q", got)
	}
	m.Hear(told("caller", "Z", "Ringing", "555", ""))
	if n := m.Person("caller").Named("other1"); n == nil || !n.Alien {
		t.Error("a call that no step made is one of ours")
	}
	if got := len(m.Person("caller").Live()); got != 1 {
		t.Errorf("%d live calls", got)
	}
}

func walk(seed int64, seen *explore.Coverage, o explore.Options, steps int) []explore.Step {
	m := inCall()
	c := explore.NewChooser(o, seed, 1, seen)
	var out []explore.Step
	for range steps {
		s, ok := c.Next(m)
		if !ok {
			break
		}
		out = append(out, s)
	}
	return out
}

// The choice is a function of seed, situation and coverage.
func TestChoiceRepeats(t *testing.T) {
	t.Parallel()
	for seed := range int64(20) {
		a, b := walk(seed, explore.NewCoverage(), explore.Options{Wrong: 0.2}, 30), walk(seed, explore.NewCoverage(), explore.Options{Wrong: 0.2}, 30)
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("seed %d: %v and %v", seed, a, b)
		}
	}
	if reflect.DeepEqual(walk(1, explore.NewCoverage(), explore.Options{}, 30), walk(2, explore.NewCoverage(), explore.Options{}, 30)) {
		t.Error("two seeds choose the same")
	}
}

// Only what is offered is done, unless it is meant to be refused; and what is to be avoided is not.
func TestChoices(t *testing.T) {
	t.Parallel()
	offered := []string{"Hold", "Hangup", "InitiateTransfer", "SendDtmf"}
	for seed := range int64(50) {
		for _, s := range walk(seed, explore.NewCoverage(), explore.Options{Wrong: 0.3, Avoid: []string{"SendDtmf", "Dial"}}, 30) {
			switch {
			case s.Do == "SendDtmf", s.Do == "Dial" && s.Wrong == "":
				t.Fatalf("seed %d does what is to be avoided: %s", seed, s)
			case s.Wrong == "" && s.Call != "" && !slices.Contains(offered, s.Do):
				t.Fatalf("seed %d: %s is not offered", seed, s)
			case s.Wrong == explore.NotOffered && slices.Contains(offered, s.Do):
				t.Fatalf("seed %d: %s is offered", seed, s)
			}
		}
	}
}

// What was tried often is chosen less, and what is in focus more.
func TestPreferences(t *testing.T) {
	t.Parallel()
	count := func(seen *explore.Coverage, o explore.Options) (n int) {
		for seed := range int64(100) {
			for _, s := range walk(seed, seen, o, 10) {
				if s.Do == "Hold" {
					n++
				}
			}
		}
		return n
	}
	plain := count(explore.NewCoverage(), explore.Options{})
	worn := explore.NewCoverage()
	for range 100 {
		worn.Saw(explore.Cell{Situation: "Established", Operation: "Hold"}, "", "")
	}
	if rare := count(worn, explore.Options{}); rare*3 > plain {
		t.Errorf("Hold is chosen %d times, and %d times where it was tried often", plain, rare)
	}
	if often := count(explore.NewCoverage(), explore.Options{Focus: []string{"Hold"}}); often < plain*2 {
		t.Errorf("Hold is chosen %d times, and %d times in focus", plain, often)
	}
	if steps, cells, _ := worn.Totals(); steps != 100 || cells != 1 {
		t.Errorf("%d steps, %d cells", steps, cells)
	}
}
