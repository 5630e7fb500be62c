// Package requirement reads the registry of what a server must do: every rule with
// its level, its source and the kind of evidence for it. Checks and faults name rules
// by id only; text, level and source are looked up here.
package requirement

import (
	"fmt"
	"io/fs"
	"sort"
	"sync"

	"github.com/goccy/go-yaml"

	"github.com/voicespec/voicespec/fixtures"
)

// Level says what a deviation from a rule means for the verdict.
type Level string

// Levels, strictest first.
const (
	Required      Level = "required"
	Recommended   Level = "recommended"
	Informative   Level = "informative"
	levelsInOrder       = "required, recommended, informative"
)

// Rank orders levels: 0 for required. Unknown levels come last.
func (l Level) Rank() int {
	switch l {
	case Required:
		return 0
	case Recommended:
		return 1
	case Informative:
		return 2
	}
	return 3
}

// Evidence says how a rule is known.
type Evidence string

// Kinds of evidence. A rule that is only inferred is never required.
const (
	Documented Evidence = "documented"
	Observed   Evidence = "observed"
	ReliedOn   Evidence = "relied-on"
	Inferred   Evidence = "inferred"
)

// Source names the page of the documentation, or the live server or client, that a rule stands on.
type Source struct {
	Page    string `json:"page" yaml:"page"`
	Section string `json:"section,omitempty" yaml:"section"`
}

func (s Source) String() string {
	if s.Section == "" {
		return s.Page
	}
	return s.Page + ", " + s.Section
}

// Requirement is one rule. IDs are stable and never used again.
type Requirement struct {
	ID       string   `json:"id" yaml:"id"`
	Rule     string   `json:"rule" yaml:"rule"`
	Level    Level    `json:"level" yaml:"level"`
	Source   Source   `json:"source" yaml:"source"`
	Evidence Evidence `json:"evidence" yaml:"evidence"`
	Feature  string   `json:"feature,omitempty" yaml:"feature"`   // applies only where the target claims it
	Untested string   `json:"untested,omitempty" yaml:"untested"` // why no check judges it
}

// Registry holds all requirements.
type Registry struct {
	byID map[string]Requirement
	all  []Requirement
}

// Load reads the embedded registry, once a process: it never changes.
var Load = sync.OnceValues(func() (*Registry, error) { return LoadFS(fixtures.Requirements) })

// LoadFS reads every requirements/*.yaml of fsys. Doubtful entries are errors: an id that
// stands twice, an unknown level or evidence, an inferred rule that is required.
func LoadFS(fsys fs.FS) (*Registry, error) {
	files, err := fs.Glob(fsys, "requirements/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("read requirement registry: %w", err)
	}
	sort.Strings(files)
	r := &Registry{byID: map[string]Requirement{}}
	for _, name := range files {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read requirement registry: %w", err)
		}
		var list []Requirement
		if err := yaml.UnmarshalWithOptions(data, &list, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("read %s: %s", name, yaml.FormatError(err, false, true))
		}
		for _, q := range list {
			if err := r.add(q); err != nil {
				return nil, fmt.Errorf("read %s: %w", name, err)
			}
		}
	}
	return r, nil
}

func (r *Registry) add(q Requirement) error {
	switch {
	case q.ID == "" || q.Rule == "":
		return fmt.Errorf("requirement %q has no id or no rule", q.ID)
	case r.byID[q.ID].ID != "":
		return fmt.Errorf("requirement %s stands twice", q.ID)
	case q.Level.Rank() > 2:
		return fmt.Errorf("requirement %s: level %q is none of %s", q.ID, q.Level, levelsInOrder)
	case q.Evidence != Documented && q.Evidence != Observed && q.Evidence != ReliedOn && q.Evidence != Inferred:
		return fmt.Errorf("requirement %s: unknown evidence %q", q.ID, q.Evidence)
	case q.Evidence == Inferred && q.Level == Required:
		return fmt.Errorf("requirement %s is inferred and cannot be required", q.ID)
	case q.Source.Page == "":
		return fmt.Errorf("requirement %s names no source page", q.ID)
	}
	r.byID[q.ID] = q
	r.all = append(r.all, q)
	return nil
}

// Get returns the requirement with an id.
func (r *Registry) Get(id string) (Requirement, bool) {
	q, ok := r.byID[id]
	return q, ok
}

// All returns the requirements in the order of the registry's files.
func (r *Registry) All() []Requirement { return append([]Requirement(nil), r.all...) }

// Strictest returns the strictest level among ids; Informative if there are none.
func (r *Registry) Strictest(ids []string) Level {
	best := Informative
	for _, id := range ids {
		if q, ok := r.byID[id]; ok && q.Level.Rank() < best.Rank() {
			best = q.Level
		}
	}
	return best
}
