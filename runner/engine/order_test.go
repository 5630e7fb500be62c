package engine

import (
	"slices"
	"testing"

	"github.com/voicespec/voicespec/runner/spec"
)

func idsOf(list []*spec.Definition) (ids []string) {
	for _, d := range list {
		ids = append(ids, d.ID)
	}
	return ids
}

func TestOrder(t *testing.T) {
	t.Parallel()
	var catalogue []*spec.Definition
	for _, id := range []string{"transfer.sample-2", "calls.hold", "states.any", "errors.requests", "session.end", "calls.swap"} {
		d := &spec.Definition{ID: id, Last: id == "session.end"}
		if id == "states.any" {
			d.Situations = []spec.Situation{{}}
		}
		catalogue = append(catalogue, d)
	}
	if one := inOrder(catalogue, 1, 0); !slices.Equal(one, catalogue) {
		t.Errorf("on one station: %v", idsOf(one))
	}
	want := []string{"transfer.sample-2", "errors.requests", "states.any", "calls.hold", "calls.swap", "session.end"}
	if many := idsOf(inOrder(catalogue, 2, 0)); !slices.Equal(many, want) {
		t.Errorf("on two stations: %v", many)
	}
	if again := idsOf(inOrder(catalogue, 2, 7)); !slices.Equal(again, idsOf(inOrder(catalogue, 1, 7))) || again[5] != "session.end" {
		t.Errorf("with a seed: %v", again)
	}
}

// Two that are played in step stand side by side, whatever the order.
func TestInStepSideBySide(t *testing.T) {
	t.Parallel()
	pair := []*spec.Definition{{ID: "a.a"}, {ID: "b.one", InStep: "d.other"}, {ID: "c.c"}, {ID: "d.other", InStep: "b.one"}, {ID: "e.alone", InStep: "f.absent"}}
	for seed := range int64(20) {
		order := idsOf(sideBySide(inOrder(pair, 2, seed)))
		i, j := slices.Index(order, "b.one"), slices.Index(order, "d.other")
		if i-j != 1 && j-i != 1 || len(order) != len(pair) {
			t.Errorf("seed %d: %v", seed, order)
		}
	}
}
