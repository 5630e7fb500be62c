package matrix

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/voice"
)

// Operation is one operation of the API, with the scenarios that are about it and the faults whose
// description names it.
type Operation struct {
	Name      string
	Scenarios []string
	Faults    []string
}

// Operations joins operations, scenarios and faults.
func Operations() ([]Operation, error) {
	_, all, err := catalogue()
	if err != nil {
		return nil, err
	}
	var out []Operation
	for _, o := range voice.Operations {
		if !o.Page {
			continue
		}
		name, op := o.Name, Operation{Name: o.Name}
		for _, s := range all {
			if slices.Contains(s.Operations, name) {
				op.Scenarios = append(op.Scenarios, s.ID)
			}
		}
		named := regexp.MustCompile(`\b` + name + `\b`)
		for _, f := range reference.Faults() {
			if named.MatchString(f.Description) {
				op.Faults = append(op.Faults, f.Name)
			}
		}
		out = append(out, op)
	}
	return out, nil
}

// operationsTable is the last part of docs/matrix.md.
func operationsTable() (string, error) {
	list, err := Operations()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("\n## Operations\n\nThe scenarios that are about an operation, and the faults that are named after what they do to it. " +
		"Faults of all messages, answers or states are not repeated here.\n\n| operation | scenarios | faults |\n|---|---|---|\n")
	for _, op := range list {
		var scenarios []string
		for _, id := range op.Scenarios {
			if area, _, _ := strings.Cut(id, "."); area == "states" {
				id = "states.*"
			}
			if !slices.Contains(scenarios, id) {
				scenarios = append(scenarios, id)
			}
		}
		faults := codes(op.Faults, "")
		if why := voice.Find(op.Name).Unshown; why != "" { // a fault that nothing finds would tell nothing
			faults = strings.TrimPrefix(faults+"<br>"+why, "<br>")
		}
		fmt.Fprintf(&b, "| **%s** | %s | %s |\n", op.Name, codes(scenarios, "–"), faults)
	}
	return b.String(), nil
}
