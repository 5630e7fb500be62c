package html

import (
	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/result"
)

// explored is what an exploration tried.
type explored struct {
	Summary    string
	Situations []fact
}

func newExplored(x *result.Explore) *explored {
	if x == nil {
		return nil
	}
	out := &explored{Summary: evidence.Explored(x)}
	for _, s := range x.Situations {
		out.Situations = append(out.Situations, fact{evidence.Clean(s.Situation), evidence.Tried(s)})
	}
	return out
}
