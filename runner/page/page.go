// Package page knows the documented scenarios: the samples of the documentation as their pages
// print them (fixtures/scenarios). Nothing in them is a template. Replay holds a page beside what is
// played of it: it renames the page's own ids and numbers consistently, recognises which live
// notification stands for which of the page, and compares the two. Player and judge share it.
package page

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/voicespec/voicespec/fixtures"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
)

// Page is one page of the documentation, as a scenario.
type Page struct {
	ID       string             `json:"id"`
	Title    string             `json:"title"`
	Area     string             `json:"area"`
	Profiles []string           `json:"profiles"`
	Source   requirement.Source `json:"source"`
	Feature  string             `json:"feature"` // applies only where the target has it
	About    Topic              `json:"about"`   // of its steps, but for those that name another; by default the area's
	Needs    struct {
		Destination string `json:"destination"` // "answers": it must have credentials
	} `json:"needs"`
	Cast   map[string]string `json:"cast"` // the page's numbers and devices by role
	Before []Arrangement     `json:"before"`
	Steps  []Step            `json:"page"`
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
	About       Topic           `json:"about"` // by default the page's
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

// Load reads all embedded pages, in the order of their ids.
func Load() ([]*Page, error) { return LoadFS(fixtures.Scenarios) }

// LoadFS reads every scenarios/*/*.yaml of fsys.
func LoadFS(fsys fs.FS) ([]*Page, error) {
	files, err := fs.Glob(fsys, "scenarios/*/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("read the pages: %w", err)
	}
	sort.Strings(files)
	var pages []*Page
	for _, name := range files {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read the pages: %w", err)
		}
		p, err := Parse(data)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		want := path.Base(path.Dir(name)) + "." + strings.TrimSuffix(path.Base(name), ".yaml")
		if p.ID != want {
			return nil, fmt.Errorf("read %s: its id is %s, by its place it should be %s", name, p.ID, want)
		}
		pages = append(pages, p)
	}
	return pages, nil
}

// Parse reads one page; unknown keys are errors.
func Parse(data []byte) (*Page, error) {
	// YAMLToJSON keeps the page's order of members, which the reports show.
	asJSON, err := yaml.YAMLToJSON(data)
	if err != nil {
		return nil, fmt.Errorf("%s", yaml.FormatError(err, false, true))
	}
	p := &Page{}
	dec := json.NewDecoder(bytes.NewReader(asJSON))
	dec.DisallowUnknownFields()
	if err := dec.Decode(p); err != nil {
		return nil, err
	}
	if p.About == "" {
		p.About = byArea[p.Area]
	}
	if err := p.About.check(); err != nil {
		return nil, err
	}
	notifications := 0
	for i := range p.Steps {
		s := &p.Steps[i]
		if s.About == "" {
			s.About = p.About
		}
		if err := s.check(); err != nil {
			return nil, fmt.Errorf("step %d: %w", i+1, err)
		}
		if s.Notified == nil {
			continue
		}
		notifications++
		decoded, ok := recording.DecodeJSON(s.Notified).(map[string]any)
		if !ok {
			return nil, fmt.Errorf("step %d: the notification is not a JSON object", i+1)
		}
		s.Notification = decoded
		for _, e := range p.Errata {
			if e.Message == notifications && e.Path != "" {
				set(decoded, strings.Split(e.Path, "."), e.Meant)
			}
		}
	}
	return p, nil
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
	return s.About.check()
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

// Originates reports whether a call is begun: by the page, or by what is arranged for it.
func (p *Page) Originates() bool {
	dials := func(a *Arrangement) bool { return a != nil && strings.Contains(a.Name, " dials ") }
	return slices.ContainsFunc(p.Before, func(a Arrangement) bool { return dials(&a) }) ||
		slices.ContainsFunc(p.Steps, func(s Step) bool { return dials(s.Arrange) || s.Posts != "" && s.Operation() == "Dial" })
}
