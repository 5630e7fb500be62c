package notifications

import (
	"fmt"
	"slices"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/scenario"
)

// sessions judges the sessions that the notifications of the whole run came by.
func sessions() *scenario.Scenario {
	return &scenario.Scenario{
		ID: "notifications.sessions", Title: "The sessions of the run", Area: area, Source: bayeuxPage, Whole: true,
		Checks: []scenario.Check{
			{Name: "kept", Title: "the server keeps the sessions that are polled", Requirements: []string{"BAYEUX-16"}, JudgeAll: eachSession(kept)},
			{Name: "echo", Title: "replies name channel and id of their request", Requirements: []string{"BAYEUX-2"}, JudgeAll: eachSession(judge.Echo)},
			{Name: "media-type", Title: "replies are application/json and hold messages", Requirements: []string{"BAYEUX-14"}, JudgeAll: eachSession(media)},
		},
	}
}

// spokenKinds are the entries of a session.
var spokenKinds = []recording.Kind{recording.KindBayeux, recording.KindFault, recording.KindGap, recording.KindMessage}

// eachSession judges the own session of each actor, in the order of its entries.
func eachSession(judged func(judge.Talk) []judge.Finding) func(*scenario.Run) judge.Ruling {
	return func(run *scenario.Run) judge.Ruling {
		talks := map[string]judge.Talk{}
		polled := false
		file := func(c *judge.Case) {
			for _, e := range c.Entries {
				if e.Probe != "" || !slices.Contains(spokenKinds, e.Kind) {
					continue
				}
				key := fmt.Sprint(e.Station, e.Actor)
				talks[key] = append(talks[key], e)
				polled = polled || e.Kind == recording.KindBayeux
			}
		}
		for _, p := range run.Cases {
			file(p.Case)
		}
		for _, c := range run.Loose {
			file(c)
		}
		if !polled {
			return judge.CannotTest("the recording does not hold what was said on Bayeux")
		}
		var out []judge.Finding
		for _, t := range talks {
			slices.SortFunc(t, func(a, b *recording.Entry) int { return a.Seq - b.Seq })
			out = append(out, judged(t)...)
		}
		slices.SortFunc(out, func(a, b judge.Finding) int { return a.Entry.Seq - b.Entry.Seq })
		return judge.Ruled(out)
	}
}

// kept: a connect that follows the one before is answered successfully, and not by an HTTP error. Not
// the server's doing are a session that was not polled for as long as CometD keeps one, and one whose
// connection broke: whoever ended that, it may have been somebody between us.
func kept(t judge.Talk) []judge.Finding {
	var out []judge.Finding
	alive, excused, heard := false, false, 0.0 // a session that never worked was not lost
	for _, e := range t {
		switch {
		case e.Kind == recording.KindBayeux && e.Direction == "sent":
			switch e.Channel {
			case disconnect, handshake:
				alive, excused = false, false
			case connect:
				excused = excused || heard > 0 && e.At-heard > idleLimit.Seconds()
			}
		case e.Kind == recording.KindBayeux && e.Channel == connect:
			if judge.Said(e)["successful"] == false && alive && !excused {
				out = append(out, judge.Finding{Requirement: "BAYEUX-16", Entry: e, Path: "successful", Expected: "true: polls followed one another", Observed: judge.Short(string(e.Message))})
			}
			alive = alive || judge.Said(e)["successful"] == true
			excused, heard = false, e.At
		case e.Kind == recording.KindFault && e.Status >= 400 && alive:
			out = append(out, judge.Finding{Requirement: "BAYEUX-16", Entry: e, Expected: "an answer with HTTP 200", Observed: e.Text})
		case e.Kind == recording.KindGap && alive:
			excused = true
		}
	}
	return out
}
