package soak_test

import (
	"testing"

	"github.com/voicespec/voicespec/runner/load"

	"example.com/embedding"
)

// A page of the documentation performed again and again, each time judged: what a soak test of one's own is made of.
func TestTransfersInARow(t *testing.T) {
	target, err := embedding.Target()
	if err != nil {
		t.Fatal(err)
	}
	if target == nil {
		t.Skip("needs a server: VOICESPEC_CONFIG names its target file")
	}
	server, err := load.Open(target, load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		for _, left := range server.Close(t.Context()) {
			t.Errorf("left behind: %s", left)
		}
	}()
	station, err := server.Station(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		p, err := station.Perform(t.Context(), "transfer.sample-2")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range p.Failed() {
			t.Errorf("%s: %s", c.ID, c.Message)
		}
	}
}
