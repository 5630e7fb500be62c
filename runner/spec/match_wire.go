package spec

import (
	"slices"

	"github.com/onsi/gomega/types"

	"github.com/voicespec/voicespec/runner/judge"
)

// BeFramedAsHTTP judges that answers are what their status lines and headers say.
func BeFramedAsHTTP() types.GomegaMatcher { return each(judge.Framed) }

// BeReadInOneWay judges that all JSON that came is read in the same way by everybody; the requirement of the spec says of
// which kind of doubt.
func BeReadInOneWay() types.GomegaMatcher {
	return match(func(w *Whole) []judge.Finding {
		var out []judge.Finding
		n := 0
		for _, c := range w.Cases() {
			for _, e := range c.Entries {
				if len(e.Response) > 0 || len(e.Message) > 0 && e.Direction != "sent" {
					n++
					out = append(out, judge.Unambiguous(e)...)
				}
			}
		}
		if n == 0 {
			w.nothing("an answer or a message in JSON")
		}
		return slices.DeleteFunc(out, func(f judge.Finding) bool { return f.Requirement != ruleOfSpec() })
	})
}
