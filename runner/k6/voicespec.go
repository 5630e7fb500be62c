// Package k6 is k6/x/voicespec: voicespec's scenarios as load, driven by k6. A virtual user is a station; every performance is
// judged, each check is a k6 check, and how long operations and notifications took are metrics. docs/load.md is its page.
package k6

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"

	"github.com/grafana/sobek"
	"github.com/sirupsen/logrus"
	"go.k6.io/k6/js/common"
	"go.k6.io/k6/js/modules"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/load"
	"github.com/voicespec/voicespec/runner/requirement"
)

func init() { modules.Register("k6/x/voicespec", &Root{}) }

// Root is what all virtual users of a process share.
type Root struct {
	mu       sync.Mutex
	settings string // of the target that is open
	target   *load.Target
	evidence *evidence
	watching bool
}

var _ modules.Module = (*Root)(nil)

// NewModuleInstance is called for each virtual user.
func (r *Root) NewModuleInstance(vu modules.VU) modules.Instance {
	m, err := newMetrics(vu.InitEnv().Registry)
	if err != nil {
		common.Throw(vu.Runtime(), err)
	}
	return &Module{root: r, vu: vu, metrics: m}
}

// Module is the module as one virtual user sees it.
type Module struct {
	root    *Root
	vu      modules.VU
	metrics *measures
}

// Exports are the functions of the module.
func (m *Module) Exports() modules.Exports {
	return modules.Exports{Named: map[string]any{"target": m.Target, "station": m.Station, "play": m.Play}}
}

// settings are the members that target() takes.
var settings = []string{"config", "listen", "gate", "evidence", "keep", "sample"}

// Target says what is tested, in the init context: the text of a target file, or an object that holds it. It returns how many
// stations there are, and which scenarios.
func (m *Module) Target(what sobek.Value) (map[string]any, error) {
	env := m.vu.InitEnv()
	if m.vu.State() != nil || env == nil {
		return nil, errors.New("target() belongs into the init context: call it outside of functions, before options")
	}
	if sobek.IsUndefined(what) || sobek.IsNull(what) {
		return nil, errors.New("target() needs the text of a target file: target(open('voicespec.yaml'))")
	}
	given, isObject := what.Export().(map[string]any)
	if !isObject {
		given = map[string]any{"config": what.String()}
	}
	for name := range given {
		if !slices.Contains(settings, name) {
			return nil, fmt.Errorf("target() knows no %q; it takes %v", name, settings)
		}
	}
	target, err := m.root.open(given, env.Logger)
	if err != nil {
		return nil, err
	}
	m.root.closeAtExit(m.vu, env.Logger)
	return map[string]any{"stations": target.Stations, "scenarios": target.Scenarios()}, nil
}

// open opens the target once for all virtual users, who all run the init code.
func (r *Root) open(given map[string]any, log logrus.FieldLogger) (*load.Target, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var key string
	for _, name := range slices.Sorted(maps.Keys(given)) {
		key += fmt.Sprintf("%s=%v\n", name, given[name])
	}
	if r.target != nil {
		if r.settings != key {
			return nil, errors.New("target() was called before with other settings: one run of k6 tests one target")
		}
		return r.target, nil
	}
	text, ok := given["config"].(string)
	if !ok {
		return nil, errors.New("target() needs config: the text of a target file, by open('voicespec.yaml')")
	}
	target, err := config.Parse([]byte(text), "the target file", os.LookupEnv, config.Overrides{})
	if err != nil {
		return nil, err
	}
	o := load.Options{Version: version}
	if gate, is := given["gate"].(string); is {
		if o.Gate = requirement.Level(gate); o.Gate != requirement.Required && o.Gate != requirement.Recommended {
			return nil, fmt.Errorf("gate: %q is no gate; gates are required and recommended", gate)
		}
	}
	if listen, is := given["listen"]; is {
		if o.Listen, err = texts(listen); err != nil {
			return nil, fmt.Errorf("listen: %w", err)
		}
	}
	if r.evidence, err = newEvidence(given); err != nil {
		return nil, err
	}
	if r.target, err = load.Open(target, o); err != nil {
		return nil, err
	}
	for _, note := range target.Notes {
		log.Warn("voicespec: " + note)
	}
	r.settings = key
	return r.target, nil
}

// version goes into the User-Agent.
const version = "k6"

func texts(v any) ([]string, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, fmt.Errorf("%v is no list of names", v)
	}
	out := []string{}
	for _, x := range list {
		text, ok := x.(string)
		if !ok {
			return nil, fmt.Errorf("%v is no name", x)
		}
		out = append(out, text)
	}
	return out, nil
}

// exit is k6's event that the process is about to end. Its type is internal to k6, and so are the names of its values.
const exit = 6

// closeAtExit logs everybody off before the process ends; k6 waits for that.
func (r *Root) closeAtExit(vu modules.VU, log logrus.FieldLogger) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.watching || vu.Events().Global == nil {
		return
	}
	r.watching = true
	_, events := vu.Events().Global.Subscribe(exit)
	go func() {
		e, ok := <-events
		if !ok {
			return
		}
		defer e.Done()
		for _, left := range r.target.Close(context.Background()) {
			log.Warn("voicespec: left behind: " + left)
		}
		for _, note := range append(r.target.Notes(), r.evidence.notes()...) {
			log.Info("voicespec: " + note)
		}
	}()
}
