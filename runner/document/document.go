// Package document reads the documented scenarios: the samples of the documentation as
// their pages print them (fixtures/scenarios). Nothing is turned into a template; the
// page's own ids and numbers are renamed consistently when they are replayed and judged.
package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/voicespec/voicespec/fixtures"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
)

// Document is one documented scenario.
type Document struct {
	ID       string             `json:"id"`
	Title    string             `json:"title"`
	Area     string             `json:"area"`
	Profiles []string           `json:"profiles"`
	Source   requirement.Source `json:"source"`
	Feature  string             `json:"feature"` // applies only where the target has it
	Needs    struct {
		Destination string `json:"destination"` // "answers": it must have credentials
	} `json:"needs"`
	Cast   map[string]string `json:"cast"` // the page's numbers and devices by role
	Before []Arrangement     `json:"before"`
	Page   []Step            `json:"page"`
	Order  []Order           `json:"order"`
	Errata []Erratum         `json:"errata"`
}

// Step is one step of the page, or an arrangement of ours between two of them.
type Step struct {
	Posts       string          `json:"agent posts"`
	Label       string          `json:"label"`
	Body        json.RawMessage `json:"body"`
	Answered    json.RawMessage `json:"answered"`
	Notified    json.RawMessage `json:"agent is notified"`
	Arrange     *Arrangement    `json:"arrange"`
	Requirement string          `json:"requirement"`
	Inferred    bool            `json:"inferred"`

	// Notification is Notified decoded, its errata applied.
	Notification map[string]any `json:"-"`
}

// Arrangement is something that we bring about and the page takes for granted,
// e.g. "caller dials agent" with the page's id of the call.
type Arrangement struct {
	Name  string
	Value any
}

// UnmarshalJSON takes "agent answers" as well as {"caller dials agent": "01..."}.
func (a *Arrangement) UnmarshalJSON(data []byte) error {
	if err := json.Unmarshal(data, &a.Name); err == nil {
		return nil
	}
	var m map[string]any
	if err := json.Unmarshal(data, &m); err != nil || len(m) != 1 {
		return fmt.Errorf("an arrangement is a text or a map of one key, not %s", data)
	}
	for k, v := range m {
		a.Name, a.Value = k, v
	}
	return nil
}

// Text is the arrangement's value as a text, "" if it has none.
func (a Arrangement) Text() string { s, _ := a.Value.(string); return s }

// Order says that one notification comes before another, e.g. "Held of 01..." before "Dialing of 01...".
type Order struct {
	Requirement string `json:"requirement"`
	Name        string `json:"name"`
	First       string `json:"first"`
	Then        string `json:"then"`
}

// Erratum is a mistake of the page itself, with its reason.
type Erratum struct {
	Message int    `json:"message"` // nth notification of the page, from 1
	Path    string `json:"path"`
	Reads   any    `json:"reads"`
	Meant   any    `json:"meant"`
	Reason  string `json:"reason"`
}

// Load reads all embedded scenarios, in the order of their ids.
func Load() ([]*Document, error) { return LoadFS(fixtures.Scenarios) }

// LoadFS reads every scenarios/*/*.yaml of fsys.
func LoadFS(fsys fs.FS) ([]*Document, error) {
	files, err := fs.Glob(fsys, "scenarios/*/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("read scenarios: %w", err)
	}
	sort.Strings(files)
	var docs []*Document
	for _, name := range files {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read scenarios: %w", err)
		}
		d, err := Parse(data)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		want := path.Base(path.Dir(name)) + "." + strings.TrimSuffix(path.Base(name), ".yaml")
		if d.ID != want {
			return nil, fmt.Errorf("read %s: its id is %s, by its place it should be %s", name, d.ID, want)
		}
		docs = append(docs, d)
	}
	return docs, nil
}

// Parse reads one scenario; unknown keys are errors.
func Parse(data []byte) (*Document, error) {
	// YAMLToJSON keeps the page's order of members, which the reports show.
	asJSON, err := yaml.YAMLToJSON(data)
	if err != nil {
		return nil, fmt.Errorf("%s", yaml.FormatError(err, false, true))
	}
	d := &Document{}
	dec := json.NewDecoder(bytes.NewReader(asJSON))
	dec.DisallowUnknownFields()
	if err := dec.Decode(d); err != nil {
		return nil, err
	}
	n := 0
	for i := range d.Page {
		s := &d.Page[i]
		if err := s.check(); err != nil {
			return nil, fmt.Errorf("step %d: %w", i+1, err)
		}
		if s.Notified == nil {
			continue
		}
		n++
		decoded, ok := recording.DecodeJSON(s.Notified).(map[string]any)
		if !ok {
			return nil, fmt.Errorf("step %d: the notification is not a JSON object", i+1)
		}
		s.Notification = decoded
		for _, e := range d.Errata {
			if e.Message == n && e.Path != "" {
				set(decoded, strings.Split(e.Path, "."), e.Meant)
			}
		}
	}
	return d, nil
}

func (s *Step) check() error {
	kinds := 0
	for _, is := range []bool{s.Posts != "", s.Notified != nil, s.Arrange != nil} {
		if is {
			kinds++
		}
	}
	if kinds != 1 {
		return errors.New("a step either posts, is notified, or arranges")
	}
	if s.Posts != "" && s.Label == "" {
		return errors.New("a post needs a label")
	}
	if s.Posts != "" && s.Requirement == "" {
		s.Requirement = "HTTP-1"
	}
	return nil
}

// set puts value at a path of member names; nil removes the member.
func set(object map[string]any, at []string, value any) {
	for len(at) > 1 {
		next, ok := object[at[0]].(map[string]any)
		if !ok {
			return
		}
		object, at = next, at[1:]
	}
	if value == nil {
		delete(object, at[0])
		return
	}
	object[at[0]] = value
}

// Call is the call resource of a page's notification; nil for device notifications.
func (s *Step) Call() map[string]any {
	data, _ := s.Notification["data"].(map[string]any)
	call, _ := data["call"].(map[string]any)
	return call
}

// CallID is the page's id of the call that the step notifies.
func (s *Step) CallID() string { id, _ := s.Call()["id"].(string); return id }

// State is the call state that the step notifies.
func (s *Step) State() string { st, _ := s.Call()["state"].(string); return st }

// Type is the notificationType that the step notifies.
func (s *Step) Type() string {
	data, _ := s.Notification["data"].(map[string]any)
	t, _ := data["notificationType"].(string)
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

// PostsTo splits the URL that the page prints into what it addresses: "calls" and a page
// call id, "devices" and a page device id, "dial" (a device's calls), "voice" (the agent's
// voice channel) or "me".
func (s *Step) PostsTo() (kind, id string) {
	p := strings.Trim(s.Posts, "/")
	p = strings.TrimPrefix(p, "api/v2/")
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
func (d *Document) Notifications() []*Step {
	var out []*Step
	for i := range d.Page {
		if d.Page[i].Notified != nil {
			out = append(out, &d.Page[i])
		}
	}
	return out
}
