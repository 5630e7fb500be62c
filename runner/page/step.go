package page

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/voice"
)

// Call is the call resource of a page's notification; nil for device notifications.
func (s *Step) Call() voice.Call {
	call, _ := s.data()["call"].(map[string]any)
	return call
}

// Device is the device of a page's notification; nil for those of calls.
func (s *Step) Device() voice.Device {
	devices, _ := s.data()["devices"].([]any)
	if len(devices) == 0 {
		return nil
	}
	device, _ := devices[0].(map[string]any)
	return device
}

func (s *Step) data() map[string]any {
	data, _ := s.Notification["data"].(map[string]any)
	return data
}

// CallID is the page's id of the call that the step notifies.
func (s *Step) CallID() string { return s.Call().ID() }

// State is the call state that the step notifies.
func (s *Step) State() string { return s.Call().State() }

// Consult reports whether the step notifies a consult call.
func (s *Step) Consult() bool { return s.Call().Consult() }

// Type is the notificationType that the step notifies.
func (s *Step) Type() string {
	t, _ := s.data()["notificationType"].(string)
	return t
}

// Operation is the operationName that the step posts.
func (s *Step) Operation() string {
	var b struct {
		OperationName string `json:"operationName"`
	}
	_ = json.Unmarshal(s.Body, &b)
	return b.OperationName
}

// path is what the step posts to, below /api/v2/.
func (s *Step) path() string { return strings.TrimPrefix(strings.Trim(s.Posts, "/"), "api/v2/") }

// PostsTo splits the URL that the page prints into what it addresses: "calls" and a page
// call id, "devices" and a page device id, "dial" (a device's calls), "voice" (the agent's
// voice channel) or "me".
func (s *Step) PostsTo() (kind, id string) {
	p := s.path()
	parts := strings.Split(p, "/")
	switch {
	case p == "me":
		return "me", ""
	case p == "me/channels/voice":
		return "voice", ""
	case len(parts) == 4 && parts[1] == "devices" && parts[3] == "calls":
		return "dial", parts[2]
	case len(parts) == 3 && (parts[1] == "calls" || parts[1] == "devices"):
		return parts[1], parts[2]
	}
	return "", ""
}

// Split reads "Held of 01..." into state and page call id.
func Split(of string) (state, call string) {
	state, call, _ = strings.Cut(of, " of ")
	return state, call
}

// Notifications are the page's notification steps, in page order.
func (p *Page) Notifications() []*Step {
	var out []*Step
	for i := range p.Steps {
		if p.Steps[i].Notified != nil {
			out = append(out, &p.Steps[i])
		}
	}
	return out
}

// Cause is the request that a step of the page follows; nil before the first.
func (p *Page) Cause(s *Step) *Step {
	var cause *Step
	for i := range p.Steps {
		switch x := &p.Steps[i]; {
		case x == s:
			return cause
		case x.Posts != "":
			cause = x
		}
	}
	return cause
}

// Operations are those that the page posts, each once.
func (p *Page) Operations() []string {
	var out []string
	for i := range p.Steps {
		if op := p.Steps[i].Operation(); op != "" && !slices.Contains(out, op) {
			out = append(out, op)
		}
	}
	return out
}
