package explore

import (
	"maps"
	"slices"
	"sync"
)

// Coverage counts what walks have tried, and where. The walk prefers what it has not seen. It may be used by several walks at
// once.
type Coverage struct {
	mu          sync.Mutex
	cells       map[Cell]int
	transitions map[string]int
	steps       int
}

// Cell is an operation in a situation.
type Cell struct{ Situation, Operation string }

// NewCoverage is that of no walk.
func NewCoverage() *Coverage {
	return &Coverage{cells: map[Cell]int{}, transitions: map[string]int{}}
}

// Count is how often an operation was tried in a situation.
func (c *Coverage) Count(cell Cell) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cells[cell]
}

// Saw notes a step: what was done in which situation, and what became of the calls of all.
func (c *Coverage) Saw(cell Cell, before, after string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.steps++
	c.cells[cell]++
	c.transitions[before+" —"+cell.Operation+"→ "+after]++
}

// Row is what was tried in one situation: operations with their counts.
type Row struct {
	Situation  string         `json:"situation"`
	Operations map[string]int `json:"operations"`
}

// Rows are all situations with what was tried in them, in order.
func (c *Coverage) Rows() []Row {
	c.mu.Lock()
	defer c.mu.Unlock()
	by := map[string]map[string]int{}
	for cell, n := range c.cells {
		if by[cell.Situation] == nil {
			by[cell.Situation] = map[string]int{}
		}
		by[cell.Situation][cell.Operation] = n
	}
	var out []Row
	for _, s := range slices.Sorted(maps.Keys(by)) {
		out = append(out, Row{s, by[s]})
	}
	return out
}

// Totals are how many steps, cells and transitions were seen.
func (c *Coverage) Totals() (steps, cells, transitions int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.steps, len(c.cells), len(c.transitions)
}
