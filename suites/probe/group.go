package probe

import (
	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/scenario"
)

// Group judges many probes of one requirement in one check, which tells every one that was not refused.
func Group(name, title, requirement string, probes ...Probe) scenario.Check {
	return scenario.Check{Name: name, Title: title, Requirements: []string{requirement}, Judge: func(c *judge.Case) judge.Ruling {
		var out []judge.Finding
		var unjudged judge.Ruling
		n := 0
		for _, p := range probes {
			ruling := refused(c, p)
			switch ruling.Outcome {
			case result.Passed, result.Failed:
				n++
				out = append(out, ruling.Findings...)
			default:
				unjudged = ruling
			}
		}
		if n == 0 && len(probes) > 0 || len(out) == 0 && unjudged.Outcome == result.Blocked {
			return unjudged
		}
		return judge.Ruled(out)
	}}
}

// Common judges what holds for all of the probes, whatever each of them is about.
func Common(probes ...Probe) []scenario.Check { return common(probes) }

// Entry is the request of a probe; nil if it was not sent.
func Entry(c *judge.Case, p Probe) *recording.Entry { return c.Step(prefix + p.Name) }
