package matrix

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/reference"
)

func TestTry(t *testing.T) {
	which := os.Getenv("MX")
	if which == "" {
		t.Skip()
	}
	began := time.Now()
	var rows []Row
	var err error
	show := func(r Row) {
		fmt.Printf("%-45s %-14s killed=%-5v checks=%-3d blocked=%-3d req=%v trips=%v %s %s\n", r.Name, r.Requirement, r.Killed, r.Checks, r.Blocked, r.Required, r.Trips, r.Outcome, r.Note)
		if os.Getenv("MSG") != "" {
			for _, m := range r.Messages {
				fmt.Println(m)
			}
		}
	}
	if strings.HasPrefix(which, "v") {
		vs := reference.Variations()
		if n := os.Getenv("NAME"); n != "" {
			var keep []reference.Variation
			for _, v := range vs {
				if strings.Contains(","+n+",", ","+v.Name+",") {
					keep = append(keep, v)
				}
			}
			vs = keep
		}
		rows, err = Variations(context.Background(), vs, Options{Done: show, Event: 8 * time.Second})
	} else {
		fs := reference.Faults()
		if n := os.Getenv("NAME"); n != "" {
			var keep []reference.Fault
			for _, v := range fs {
				if strings.Contains(","+n+",", ","+v.Name+",") {
					keep = append(keep, v)
				}
			}
			fs = keep
		}
		rows, err = Faults(context.Background(), fs, Options{Done: show, Event: Event, Narrow: os.Getenv("NARROW") != ""})
	}
	n := 0
	for _, r := range rows {
		if r.Killed {
			n++
		}
	}
	fmt.Println("killed", n, "of", len(rows), time.Since(began), err)
}
