package play

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/voicespec/voicespec/runner/document"
	"github.com/voicespec/voicespec/runner/recording"
)

// Script replays a documented scenario as its page prints it: the page's requests with the
// live ids and numbers in the place of the page's, and a wait for each notification.
func Script(d *document.Document) func(*Stage) {
	return func(s *Stage) {
		s.cast(d)
		for _, b := range d.Before {
			s.Arrange(b.Name, b.Value)
		}
		mark, refused := s.begin, ""
		for i := range d.Page {
			step := &d.Page[i]
			switch {
			case refused != "" && step.Notified == nil:
				s.Block("%s", refused)
			case step.Arrange != nil:
				s.Arrange(step.Arrange.Name, step.Arrange.Value)
			case step.Posts != "":
				mark = s.Mark()
				if e := s.postPage(step); !e.Accepted() {
					refused = notAccepted(step.Operation(), e)
				}
			case refused == "":
				s.awaitPage(step, mark)
			}
		}
		if refused != "" {
			s.Block("%s", refused)
		}
	}
}

// cast binds the page's numbers and devices to the station's before the start.
func (s *Stage) cast(d *document.Document) {
	s.page = map[string]string{}
	for role, a := range s.station.Actors {
		if n := d.Cast[role]; n != "" {
			s.page[n] = a.Party.Number
		}
		if dev := d.Cast[role+"Device"]; dev != "" {
			s.page[strings.ToLower(dev)] = a.Device
		}
	}
}

func (s *Stage) postPage(step *document.Step) *recording.Entry {
	s.mustOffer(step.Operation())
	var body map[string]any
	if err := json.Unmarshal(step.Body, &body); err != nil {
		panic(fmt.Sprintf("the page's body %s is not a JSON object", step.Body)) // a fixture's mistake
	}
	renamed, _ := s.rename(body).(map[string]any)
	kind, id := step.PostsTo()
	switch kind {
	case "calls":
		c := s.roleOrCurrent(id)
		return s.Post(s.Agent, step.Label, "/me/calls/"+c.ID(s.Agent), renamed)
	case "dial":
		return s.Post(s.Agent, step.Label, "/me/devices/"+s.Agent.Device+"/calls", renamed)
	case "devices":
		e := s.Post(s.Agent, step.Label, "/me/devices/"+s.Agent.Device, renamed)
		if e.Accepted() {
			s.Restore(s.Agent, step.Operation())
		}
		return e
	case "voice":
		return s.Post(s.Agent, step.Label, "/me/channels/voice", renamed)
	}
	return s.Post(s.Agent, step.Label, "/me", renamed)
}

// mustOffer ends a scenario about muting where calls do not offer it: muting has no feature id,
// so a server claims it by its capabilities alone (or the target file does).
func (s *Stage) mustOffer(operation string) {
	if operation != "MuteCall" && operation != "UnmuteCall" || contains(s.Features(), "mute") {
		return
	}
	last := s.Seen(s.Agent, s.begin, func(e *recording.Entry) bool { return e.State() == "Established" })
	if last != nil && !offers(last.Call(), "MuteCall") && !offers(last.Call(), "UnmuteCall") {
		s.NotApplicable("calls do not offer MuteCall, and the target file does not claim the feature mute")
	}
}

// roleOrCurrent is the call that the page addresses; the one that the scenario has where the
// page's request names a call that its notifications do not (an erratum says so).
func (s *Stage) roleOrCurrent(id string) *Call {
	if c, ok := s.Role(id); ok {
		return c
	}
	return s.current()
}

// rename puts live values in the place of the page's: numbers, call URIs, device URIs.
func (s *Stage) rename(v any) any {
	switch x := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(x))
		for k, m := range x {
			if k == "userData" {
				out[k] = m // values of user data are nobody's numbers
				continue
			}
			out[k] = s.rename(m)
		}
		return out
	case []any:
		out := make([]any, len(x))
		for i, m := range x {
			out[i] = s.rename(m)
		}
		return out
	case string:
		return s.renameText(x)
	}
	return v
}

func (s *Stage) renameText(text string) string {
	if live, ok := s.page[text]; ok {
		return live
	}
	if !strings.Contains(text, "/") {
		return text
	}
	last := lastSegment(text)
	if c, ok := s.Role(last); ok {
		return s.CallURI(s.Agent, c)
	}
	if dev, ok := s.page[strings.ToLower(last)]; ok {
		if u, err := url.Parse(text); err == nil && u.IsAbs() {
			return s.station.run.Target.URL + "/api/v2/devices/" + dev
		}
		return strings.Replace(text, last, dev, 1)
	}
	return text
}

// awaitPage waits for a notification of the page. What it waits for decides only when to go on.
func (s *Stage) awaitPage(step *document.Step, mark int) {
	if step.Call() == nil {
		s.Await(s.Agent, step.Requirement, mark, func(e *recording.Entry) bool { return s.deviceAsPage(step, e) })
		return
	}
	role := step.CallID()
	c, known := s.Role(role)
	if !known {
		c = s.learnFromPage(step, mark)
		if c == nil {
			return
		}
	}
	s.Await(s.Agent, step.Type()+" "+step.State(), mark, func(e *recording.Entry) bool {
		return c.about(s.Agent, e) && sameTelling(step, e)
	})
}

// learnFromPage binds a page's call that begins with this notification.
func (s *Stage) learnFromPage(step *document.Step, mark int) *Call {
	switch {
	case step.Call()["callType"] == "Consult" || step.Call()["parentCallUri"] != nil:
		return s.LearnConsult(s.current(), step.CallID(), mark)
	case step.State() == "Dialing":
		dialled, _ := step.Call()["dnis"].(string)
		role := "caller"
		if s.page[dialled] == s.Destination.Party.Number {
			role = "destination"
		}
		if id := s.newCall(s.Agent, "Dialing", mark, s.number(role)); id != "" {
			return s.learnt(s.Agent, step.CallID(), id, "agent,"+role)
		}
	}
	return nil
}

// sameTelling tells whether a notification is the page's, as far as waiting goes.
func sameTelling(step *document.Step, e *recording.Entry) bool {
	if _, isText := e.Call()["state"].(string); step.State() != "" && isText && e.State() != step.State() {
		return false
	}
	if e.Type() != step.Type() && step.Type() != "" {
		known := e.Type() == "AttachedDataChanged" || e.Type() == "ParticipantsUpdated" || e.Type() == "DtmfSent"
		return step.Type() == "StatusChange" && !known && step.Call()["mute"] != "On"
	}
	for _, member := range []string{"mute", "recordingState", "monitoredUserMuted"} {
		if want, ok := step.Call()[member]; ok && e.Call()[member] != nil && e.Call()[member] != want {
			return false
		}
	}
	return true
}

// deviceAsPage tells whether a device notification shows what the page's shows.
func (s *Stage) deviceAsPage(step *document.Step, e *recording.Entry) bool {
	data, _ := step.Notification["data"].(map[string]any)
	list, _ := data["devices"].([]any)
	live := device(s.Agent, e)
	if live == nil || len(list) == 0 {
		return false
	}
	page, _ := list[0].(map[string]any)
	agentState := strings.HasPrefix(step.Requirement, "AGENT-")
	for _, member := range []string{"doNotDisturb", "forwardTo"} {
		want, ok := page[member]
		if text, isText := want.(string); ok && isText && !agentState && live[member] != s.renameText(text) {
			return false
		}
	}
	if want, ok := page["userState"].(map[string]any); ok && agentState {
		got, _ := live["userState"].(map[string]any)
		return got["state"] == want["state"] && (want["workMode"] == nil || got["workMode"] == want["workMode"])
	}
	if want, ok := page["supervisorMonitoringState"].(map[string]any); ok {
		got, _ := live["supervisorMonitoringState"].(map[string]any)
		return got["state"] == want["state"]
	}
	return true
}

// notAccepted says that an operation was refused, or not answered.
func notAccepted(operation string, e *recording.Entry) string {
	if e.Problem != "" {
		return fmt.Sprintf("%s was not answered: %s", operation, e.Problem)
	}
	return fmt.Sprintf("%s was refused: %s", operation, Outcome(e))
}
