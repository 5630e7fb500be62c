package k6

import (
	"errors"
	"fmt"
	"time"

	"github.com/grafana/sobek"

	"github.com/voicespec/voicespec/runner/load"
	"github.com/voicespec/voicespec/runner/result"
)

// Station is the station of the virtual user, which is connected when it is first asked for.
type Station struct {
	Number int `js:"number"`

	module  *Module
	station *load.Station
}

// Station connects the station of this virtual user.
func (m *Module) Station() (*Station, error) {
	state := m.vu.State()
	if state == nil {
		return nil, errors.New("station() does not belong into the init context: call it in a function that virtual users run")
	}
	m.root.mu.Lock()
	target := m.root.target
	m.root.mu.Unlock()
	if target == nil {
		return nil, errors.New("there is no target: call target(open('voicespec.yaml')) in the init context")
	}
	n := int(state.VUIDGlobal) //nolint:gosec // virtual users are counted
	s, err := target.Station(m.vu.Context(), n)
	if err != nil {
		return nil, err
	}
	return &Station{Number: n, module: m, station: s}, nil
}

// Play performs a scenario on the station of this virtual user, and judges it.
func (m *Module) Play(scenario string) (*Performance, error) {
	s, err := m.Station()
	if err != nil {
		return nil, err
	}
	return s.Play(scenario)
}

// Play performs a scenario, and judges it.
func (s *Station) Play(scenario string) (*Performance, error) {
	p, err := s.station.Perform(s.module.vu.Context(), scenario)
	return s.module.judged(p, err)
}

// Begin begins single operations.
func (s *Station) Begin() (*Act, error) {
	act, err := s.station.Act(s.module.vu.Context())
	if err != nil {
		return nil, err
	}
	return &Act{module: s.module, act: act}, nil
}

// Performance is what a script is told of one.
type Performance struct {
	Scenario string   `js:"scenario"`
	OK       bool     `js:"ok"`      // nothing failed at the gate
	Took     float64  `js:"took"`    // in milliseconds
	Blocked  string   `js:"blocked"` // why it could not be played to its end; "" if it was
	Failed   []Failed `js:"failed"`
}

// Failed is a check that failed, or was blocked.
type Failed struct {
	ID          string `js:"id"`
	Requirement string `js:"requirement"`
	Title       string `js:"title"`
	Message     string `js:"message"`
}

// judged makes samples of a performance, and keeps its recording where that is wanted.
func (m *Module) judged(p *load.Performance, err error) (*Performance, error) {
	if p == nil {
		return nil, err
	}
	failed := p.Failed()
	m.metrics.push(m.vu, p, failed)
	out := &Performance{Scenario: p.Scenario, OK: len(failed) == 0, Took: milliseconds(p.Took), Blocked: p.Blocked, Failed: []Failed{}}
	for _, c := range failed {
		out.Failed = append(out.Failed, Failed{ID: c.ID, Requirement: requirementOf(c), Title: c.Title, Message: c.Message})
	}
	log := m.vu.State().Logger
	for _, left := range p.Left {
		log.Warn("voicespec: left behind: " + left)
	}
	if problem := m.root.evidence.keep(p, len(failed) > 0); problem != nil {
		log.Warn(fmt.Sprintf("voicespec: %v", problem))
	}
	return out, err
}

// requirementOf is what a check is about: what its first finding breaks, or else what it judges.
func requirementOf(c result.Check) string {
	if len(c.Findings) > 0 && c.Findings[0].Requirement != "" {
		return c.Findings[0].Requirement
	}
	if len(c.Requirements) > 0 {
		return c.Requirements[0]
	}
	return ""
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// Act is single operations on a station.
type Act struct {
	module *Module
	act    *load.Act
}

// Done is what became of one operation.
type Done struct {
	Accepted bool   `js:"accepted"`
	Answer   string `js:"answer"`
	Call     string `js:"call"`
	Notified bool   `js:"notified"`
}

func done(d load.Done, err error) (*Done, error) {
	if err != nil {
		return nil, err
	}
	return &Done{Accepted: d.Accepted, Answer: d.Answer, Call: d.Call, Notified: d.Notified}, nil
}

// Dial lets one person of the station dial another.
func (a *Act) Dial(from, to string) (*Done, error) { return done(a.act.Dial(from, to)) }

// Operate does an operation on a call, in a person's name.
func (a *Act) Operate(who, call, operation string, parameters sobek.Value) (*Done, error) {
	var given map[string]any
	if parameters != nil && !sobek.IsUndefined(parameters) && !sobek.IsNull(parameters) {
		var ok bool
		if given, ok = parameters.Export().(map[string]any); !ok {
			return nil, fmt.Errorf("the parameters of %s are no object", operation)
		}
	}
	return done(a.act.Operate(who, call, operation, given))
}

// End hangs up and judges what was done.
func (a *Act) End() (*Performance, error) { return a.module.judged(a.act.End()) }
