package spec

import (
	"fmt"

	"github.com/onsi/gomega/types"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
)

// Situation is a state of a call, in its company, in which operations are tried.
type Situation = judge.Situation

// Tries says in which situations of a call the scenario tries every operation: its columns of the table of states and
// operations.
func Tries(situations ...Situation) Option {
	return func(d *Definition) { d.Situations = append(d.Situations, situations...) }
}

// Tried are operations that were tried on a call in one situation.
type Tried struct {
	Situation

	cells []judge.Cell
}

// Offered are the operations that a call in a situation offered, and that were tried; a spec about none ends.
func Offered(s Situation) Tried { return tried(s, true, "an operation that is offered") }

// NotOffered are the operations that a call in a situation did not offer, and that were tried all the same; a spec about
// none ends.
func NotOffered(s Situation) Tried { return tried(s, false, "an operation that is not offered") }

func tried(s Situation, offered bool, what string) Tried {
	out := Tried{Situation: s}
	for _, x := range Case().Cells() {
		if x.Situation == s.Name && x.Offered == offered {
			out.cells = append(out.cells, x)
		}
	}
	if len(out.cells) == 0 {
		NotPlayed(what)
	}
	return out
}

// eachTried is a matcher of operations that were tried.
func eachTried(judged func(s Situation, x judge.Cell) []judge.Finding) types.GomegaMatcher {
	return match(func(t Tried) []judge.Finding {
		var out []judge.Finding
		for _, x := range t.cells {
			out = append(out, judged(t.Situation, x)...)
		}
		return out
	})
}

// HaveChangedNothing judges that nobody was notified of a change that only these operations may have caused, those of them
// that are meant.
func HaveChangedNothing(meant func(judge.Cell) bool) types.GomegaMatcher {
	return eachTried(func(s Situation, x judge.Cell) []judge.Finding {
		var out []judge.Finding
		if !meant(x) {
			return nil
		}
		for _, effect := range x.Effects {
			broken := ""
			if x.Refused { // whatever the capabilities say
				broken = "ERR-2"
			}
			out = append(out, judge.Finding{
				Requirement: broken, Entry: effect.Entry, Expected: fmt.Sprintf("no change: %s does not offer %s", s.Title, x.Operation),
				Observed: fmt.Sprintf("%s; the %s is notified of %s", x.Answer(), effect.Entry.Actor, effect.What),
			})
		}
		return out
	})
}

// BeRefusedOrTakenBack judges that each operation was refused by its answer, or later by an error notification.
func BeRefusedOrTakenBack() types.GomegaMatcher {
	return eachTried(func(s Situation, x judge.Cell) []judge.Finding {
		if x.Refused || x.Later {
			return nil
		}
		f := judge.Finding{
			Entry: x.Request, Path: "statusCode", Observed: x.Answer(),
			Expected: fmt.Sprintf("another statusCode than 0, or an error notification: %s does not offer %s", s.Title, x.Operation),
		}
		if len(x.Effects) > 0 {
			f.Observed += " and carried out"
		}
		return []judge.Finding{f}
	})
}

// AllBeAccepted judges that each operation was accepted; one that was not answered at all is the matter of HTTP-5.
func AllBeAccepted() types.GomegaMatcher {
	return eachTried(func(s Situation, x judge.Cell) []judge.Finding {
		if !x.Refused || x.Request.Problem != "" {
			return nil
		}
		return []judge.Finding{{
			Entry: x.Request, Path: "statusCode", Expected: fmt.Sprintf("0: %s offers %s", s.Title, x.Operation), Observed: x.Answer(),
		}}
	})
}

// Try posts an operation to the agent's call in a situation, so that it is judged as one that was tried there.
func Try(s *Stage, in Situation, c *play.Call, operation string, parameters map[string]any) *recording.Entry {
	return s.Operate(s.Agent, judge.CellLabel(in.Name, operation), c, operation, parameters)
}

// Attached is the user data that AttachUserData is tried with in a situation. Its key tells what one situation offered
// from effects in another.
func Attached(in Situation) (key string, pairs map[string]any) {
	key = judge.AttachedKey(in.Name)
	return key, map[string]any{key: "1"}
}

// Updated is the user data that UpdateUserData is tried with in a situation.
func Updated(in Situation) (key string, pairs map[string]any) {
	key = judge.UpdatedKey(in.Name)
	return key, map[string]any{key: "1"}
}
