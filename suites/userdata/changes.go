package userdata

import (
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/scenario"
)

var (
	first  = map[string]any{"VsCase": "4711", "VsSegment": "Gold"}
	again  = map[string]any{"VsCase": "4712"}
	update = map[string]any{"VsSegment": "Platinum"}
	both   = merged(again, update)
)

// changes attaches, attaches again, updates, deletes what is not there, and lets the call end.
func changes() *scenario.Scenario {
	return &scenario.Scenario{
		ID: "userdata.changes", Title: "User data from the first pair to Released", Area: "userdata", Operations: []string{"AttachUserData", "UpdateUserData", "DeleteUserDataPair"}, Profiles: []string{"userdata"}, Source: attachPage,
		Script: func(s *play.Stage) {
			c := s.Inbound(call)
			change(s, c, "attach", "AttachUserData", map[string]any{"userData": first}, first)
			change(s, c, "attach-again", "AttachUserData", map[string]any{"userData": again}, again)
			change(s, c, "update", "UpdateUserData", map[string]any{"userData": update}, update)
			// Whether it is accepted, refused, or notified is left open; that nothing else is lost shows at the end.
			s.Operate(s.Agent, "delete-missing", c, "DeleteUserDataPair", map[string]any{"key": "VsNobodyAttachedThis"})
			mark := s.Mark()
			if s.Operate(s.Agent, "hangup", c, "Hangup", nil).Accepted() {
				s.AwaitState(s.Agent, c, mark, "Released")
			}
		},
		Checks: []scenario.Check{
			{Name: "attached-twice", Title: "a key that is attached twice has the new value", Requirements: []string{"DATA-8"}, Judge: attachedTwice},
			{Name: "updated", Title: "an update changes the pair that it names and no other", Requirements: []string{"DATA-2"}, Judge: updated},
			{Name: "delete-missing", Title: "deleting a pair that is not there deletes no other", Requirements: []string{"DATA-3"}, Judge: deleteMissing},
			{Name: "released", Title: "user data is still there when the call is Released", Requirements: []string{"DATA-7"}, Judge: atReleased},
		},
	}
}

func attachedTwice(c *judge.Case) judge.Ruling { return carried(c, "attach-again", "DATA-8", again) }

func updated(c *judge.Case) judge.Ruling {
	want := update
	if e := c.Step("attach-again"); e != nil && len(carried(c, "attach-again", "DATA-2", again).Findings) == 0 {
		want = both
	}
	return carried(c, "update", "DATA-2", want)
}

// notified are those of the scenario's keys that the call had before a request. Their values are a
// matter of the changes themselves.
func notified(c *judge.Case, until *recording.Entry) (keys []string) {
	var last map[string]any
	for _, m := range c.Of("agent", call) {
		if m.At < until.At && m.State() == "Established" {
			last = data(m)
		}
	}
	for key := range first {
		if _, there := last[key]; there {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// lost is the finding that a notification has not all of the keys; nil if it has.
func lost(m *recording.Entry, requirementID string, keys []string) *judge.Finding {
	var missing []string
	for _, key := range keys {
		if _, there := data(m)[key]; !there {
			missing = append(missing, key)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return &judge.Finding{
		Requirement: requirementID, Entry: m, Path: "data.call.userData",
		Expected: "the pairs " + strings.Join(keys, ", ") + ", as before", Observed: "missing: " + strings.Join(missing, ", "),
	}
}

func deleteMissing(c *judge.Case) judge.Ruling {
	e := c.Step("delete-missing")
	if e == nil {
		return c.NotPlayed("DeleteUserDataPair")
	}
	before := notified(c, e)
	if len(before) == 0 {
		return judge.Block("the call had no user data")
	}
	// The switch is not bound to show user data in Released (DATA-7): only a call that is up tells.
	for _, m := range c.Of("agent", call) {
		if !judge.Since(e, m) || m.State() != "Established" {
			continue
		}
		if f := lost(m, "DATA-3", before); f != nil {
			return judge.Fail(*f)
		}
	}
	return judge.Pass()
}

func atReleased(c *judge.Case) judge.Ruling {
	e := c.Step("hangup")
	if e == nil {
		return c.NotPlayed("Hangup")
	}
	before := notified(c, e)
	if len(before) == 0 {
		return judge.Block("the call had no user data")
	}
	for _, m := range c.Of("agent", call) {
		if m.State() != "Released" || !judge.Since(e, m) {
			continue
		}
		if f := lost(m, "DATA-7", before); f != nil {
			return judge.Fail(*f)
		}
		return judge.Pass()
	}
	return judge.Block("the call was not notified as Released")
}
