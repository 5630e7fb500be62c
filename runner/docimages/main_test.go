package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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
		committed, err := os.ReadFile(filepath.Join("../../docs/images", name))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(says(committed), says(text)); diff != "" && name == "run.svg" { // the order of messages shows in the others
			t.Errorf("%s is of another time, run `make images`:\n%s", name, diff)
		}
		if strings.Contains(string(text), "\x1b") {
			t.Errorf("%s holds an escape sequence", name)
		}
	}
}

// A picture that says the same stays as it is.
func TestImagesAreKept(t *testing.T) {
	of := func(text string) []byte { return []byte("<svg><style>a</style><text>" + text + "</text></svg>") }
	old := says(of("agent 0.5 s Held of 01P2…0001 (1 ms), 12 capabilities"))
	for text, same := range map[string]bool{
		"agent 0.7 s Held of 01P3…0001 (12 <tspan>ms),</tspan> 13\n capabilities": true,
		"agent 0.7 s Held of 01P3…0001 (12 ms)":                                   false,
		"agent 0.7 s Dialing of 01P3…0001 (12 ms), 13 capabilities":               false,
	} {
		if got := slices.Equal(old, says(of(text))); got != same {
			t.Errorf("%s: the same %v, want %v", text, got, same)
		}
	}
	if text, after := spans("b\x1b[0m c", []string{"dim"}); text != `<tspan class="dim">b</tspan> c` || after != nil {
		t.Errorf("a colour does not go on in the next line: %s %v", text, after)
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
