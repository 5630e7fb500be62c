package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/voicespec/voicespec/runner/reference"
)

type faultsCmd struct {
	JSON   bool     `name:"json" help:"Print JSON: [{name, requirement, description}]."`
	Matrix bool     `help:"Run the suite against every fault and print which requirements it trips. Takes minutes. Exit code 1 if a fault goes unnoticed."`
	Names  []string `arg:"" optional:"" name:"name" help:"Only these faults."`
}

// faultRow is a fault in JSON.
type faultRow struct {
	Name        string `json:"name"`
	Requirement string `json:"requirement"`
	Description string `json:"description"`
}

// Run lists faults, or runs the kill matrix.
func (c *faultsCmd) Run(p *Program) error {
	rows, err := c.rows()
	if err != nil {
		return err
	}
	if c.Matrix {
		return c.matrix(p, rows)
	}
	if c.JSON {
		return printJSON(p.Stdout, rows)
	}
	return table(p.Stdout, []string{"FAULT", "BREAKS", "WHAT IS WRONG"}, len(rows), func(i int) []string {
		return []string{rows[i].Name, rows[i].Requirement, rows[i].Description}
	})
}

func (c *faultsCmd) rows() ([]faultRow, error) {
	wanted := map[string]bool{}
	for _, name := range c.Names {
		if err := knownFault(name); err != nil {
			return nil, err
		}
		if c.Matrix && ofTelephones(name) {
			return nil, usagef("the matrix is played without telephones, where the fault %s does not show; use voicespec run --fault %s", name, name)
		}
		wanted[name] = true
	}
	all := everyFault()
	if c.Matrix {
		all = reference.Faults()
	}
	rows := []faultRow{}
	for _, f := range all {
		if len(wanted) == 0 || wanted[f.Name] {
			rows = append(rows, faultRow{f.Name, f.Requirement, f.Description})
		}
	}
	return rows, nil
}

type variationsCmd struct {
	JSON bool `name:"json" help:"Print JSON: [{name, description}]."`
}

// Run lists variations.
func (c *variationsCmd) Run(p *Program) error {
	type row struct {
		Name        string `json:"name"`
		Description string `json:"description"`
	}
	rows := []row{}
	for _, v := range reference.Variations() {
		rows = append(rows, row{v.Name, v.Description})
	}
	if c.JSON {
		return printJSON(p.Stdout, rows)
	}
	return table(p.Stdout, []string{"VARIATION", "WHAT DIFFERS"}, len(rows), func(i int) []string {
		return []string{rows[i].Name, rows[i].Description}
	})
}

func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("print JSON: %w", err)
	}
	return nil
}

// table prints aligned columns.
func table(w io.Writer, head []string, rows int, row func(i int) []string) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	line := func(cells []string) {
		for i, cell := range cells {
			if i > 0 {
				fmt.Fprint(t, "\t")
			}
			fmt.Fprint(t, cell)
		}
		fmt.Fprintln(t)
	}
	line(head)
	for i := range rows {
		line(row(i))
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("print table: %w", err)
	}
	return nil
}
