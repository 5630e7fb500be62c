package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/report"
)

func TestImages(t *testing.T) {
	folder := t.TempDir()
	if err := images(folder); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]string{
		"run.svg":     {">voicespec run<", "conforms"},
		"failure.svg": {`<tspan class="bad bold">` + scenario + ".held-before-dialing", "does not conform"},
		"ladder.svg":  {"InitiateTransfer", `class="m i c2 bad"`},
	} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range want {
			if !strings.Contains(string(text), part) && !strings.Contains(string(text), strings.Replace(part, "bad bold", "bold bad", 1)) {
				t.Errorf("%s does not hold %q", name, part)
			}
		}
		if strings.Contains(string(text), "\x1b") {
			t.Errorf("%s holds an escape sequence", name)
		}
	}
}

// The report of a clean run of the whole catalogue is a file that can be mailed: below 2 MB.
func TestReportOfACleanRunIsSmall(t *testing.T) {
	in, err := run(reference.Options{}, 4, nil)
	if err != nil {
		t.Fatal(err)
	}
	var page bytes.Buffer
	if err := report.WriteHTML(&page, in); err != nil {
		t.Fatal(err)
	}
	if page.Len() >= 2_000_000 {
		t.Errorf("the report of a clean run has %d bytes", page.Len())
	}
	t.Logf("%d bytes", page.Len())
}
