package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"

	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/result"
)

// FormatVersion is the version of results.json that this voicespec writes and reads.
const FormatVersion = 1

// WriteJSON writes results.json: the result.Report form, indented, in an order that does
// not depend on which station was faster. Two runs of the same server differ in times only;
// therefore what points into one recording (entry numbers, which station played a scenario)
// is left out. It is in the HTML report and, with --save, in the recording.
func WriteJSON(w io.Writer, r *result.Report) error {
	stable := Stable(r)
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	if err := e.Encode(stable); err != nil {
		return fmt.Errorf("write results: %w", err)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write results: %w", err)
	}
	return nil
}

// Stable is a copy of r in the form and order of results.json.
func Stable(r *result.Report) *result.Report {
	s := *r
	s.Target = evidence.URL(r.Target)
	if s.Version == 0 {
		s.Version = FormatVersion
	}
	s.Checks = make([]result.Check, 0, len(r.Checks))
	for _, c := range r.Checks {
		c.Requirements = append([]string{}, c.Requirements...)
		c.Findings = append([]result.Finding(nil), c.Findings...)
		for i := range c.Findings {
			c.Findings[i].Seq, c.Findings[i].After = 0, 0
		}
		s.Checks = append(s.Checks, c)
	}
	sort.SliceStable(s.Checks, func(i, j int) bool { return s.Checks[i].ID < s.Checks[j].ID })
	s.Scenarios = slices.Clone(r.Scenarios)
	for i := range s.Scenarios {
		s.Scenarios[i].Station = 0
	}
	sort.SliceStable(s.Scenarios, func(i, j int) bool { return s.Scenarios[i].ID < s.Scenarios[j].ID })
	s.Latency = slices.Clone(r.Latency)
	sort.SliceStable(s.Latency, func(i, j int) bool {
		a, b := s.Latency[i], s.Latency[j]
		return a.Operation < b.Operation || a.Operation == b.Operation && a.To < b.To
	})
	for _, list := range []*[]string{&s.Features, &s.Notes, &s.LeftBehind, &s.Others, &s.KnownFailureProblems} {
		*list = slices.Clone(*list)
		sort.Strings(*list)
	}
	s.Count()
	return &s
}

// ReadJSON reads a results.json. Unknown members are allowed, since a newer voicespec may
// have added some; what it needs to rely on is checked.
func ReadJSON(r io.Reader) (*result.Report, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read results: %w", err)
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, errors.New("read results: the file is empty; was the run that should write it interrupted?")
	}
	var out result.Report
	if err := json.Unmarshal(data, &out); err != nil {
		return nil, fmt.Errorf("read results: %s; a results.json of voicespec is needed", jsonProblem(data, err))
	}
	if err := readOlder(data, &out); err != nil {
		return nil, fmt.Errorf("read results: %s; a results.json of voicespec is needed", jsonProblem(data, err))
	}
	switch {
	case out.Version == 0:
		return nil, errors.New("read results: it has no version; this is no results.json of voicespec")
	case out.Version > FormatVersion:
		return nil, fmt.Errorf("read results: format version %d is newer than this voicespec reads (%d)", out.Version, FormatVersion)
	case out.Checks == nil:
		return nil, errors.New("read results: it has no checks; this is no results.json of voicespec")
	}
	seen := map[string]bool{}
	for i, c := range out.Checks {
		switch {
		case c.ID == "":
			return nil, fmt.Errorf("read results: checks[%d] has no id", i)
		case seen[c.ID]:
			return nil, fmt.Errorf("read results: check %s stands twice", c.ID)
		case !slices.Contains(result.Outcomes, c.Outcome):
			return nil, fmt.Errorf("read results: check %s: outcome %q is none of %s", c.ID, c.Outcome, outcomeNames())
		}
		seen[c.ID] = true
	}
	out.Count()
	return &out, nil
}

// excused is what a known failure was called before 0.1.0.
const excused result.Outcome = "excused"

// readOlder reads what results said in other words before 0.1.0: the outcome, its reason and the list's problems.
func readOlder(data []byte, r *result.Report) error {
	var older struct {
		Checks []struct {
			Excuse string `json:"excuse"`
		} `json:"checks"`
		Problems []string `json:"excuseProblems"`
	}
	if !bytes.Contains(data, []byte(excused)) && !bytes.Contains(data, []byte("excuseProblems")) {
		return nil
	}
	if err := json.Unmarshal(data, &older); err != nil {
		return err
	}
	for i := range r.Checks {
		if c := &r.Checks[i]; c.Outcome == excused {
			c.Outcome, c.KnownFailure = result.KnownFailure, older.Checks[i].Excuse
		}
	}
	if r.KnownFailureProblems == nil {
		r.KnownFailureProblems = older.Problems
	}
	return nil
}

func outcomeNames() string {
	names := make([]string, len(result.Outcomes))
	for i, o := range result.Outcomes {
		names[i] = string(o)
	}
	return strings.Join(names, ", ")
}

func jsonProblem(data []byte, err error) string {
	var syntax *json.SyntaxError
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		line := 1 + bytes.Count(data[:min(int(syntax.Offset), len(data))], []byte("\n"))
		return fmt.Sprintf("not JSON at line %d: %v", line, err)
	case errors.As(err, &wrong):
		line := 1 + bytes.Count(data[:min(int(wrong.Offset), len(data))], []byte("\n"))
		return fmt.Sprintf("line %d: the member %q cannot be of type %s", line, wrong.Field, wrong.Value)
	}
	return err.Error()
}
