package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/file"
	"github.com/voicespec/voicespec/runner/knownfailures"
	"github.com/voicespec/voicespec/runner/result"
)

type knownFailuresCmd struct {
	Write knownFailuresWriteCmd `cmd:"" help:"Write the list of known failures from the failures of a run. Reasons, links and dates that it already holds are kept."`
}

type knownFailuresWriteCmd struct {
	Results string `arg:"" name:"results.json" help:"Results of the run whose failures are known."`
	File    string `default:"voicespec-known-failures.yaml" placeholder:"FILE" help:"File to write. Default: ${default}."`
}

// Run writes the list of known failures.
func (c *knownFailuresWriteCmd) Run(p *Program) error {
	r, err := readResults("results", c.Results)
	if err != nil {
		return err
	}
	var old *knownfailures.List
	if _, err := os.Lstat(c.File); !errors.Is(err, fs.ErrNotExist) {
		if old, err = readKnownFailures(c.File); err != nil {
			return err
		}
	}
	// Whole or not at all: a full disk must not cost the reasons.
	if err := file.Write(c.File, func(w io.Writer) error { return knownfailures.Write(w, r, old) }); err != nil {
		return usagef("--file %s cannot be written (%s); name another file", c.File, reason(err))
	}
	fmt.Fprintf(p.Stdout, "wrote %s; fill in the reasons, then: voicespec run --known-failures %s\n", c.File, c.File)
	return nil
}

// readKnownFailures reads a list; its errors are one sentence each.
func readKnownFailures(path string) (*knownfailures.List, error) {
	f, err := openInput("--known-failures", path)
	if err != nil {
		return nil, err
	}
	_ = f.Close()
	list, err := knownfailures.ReadFile(path)
	if err != nil {
		return nil, usagef("%s", oneLine(strings.TrimPrefix(err.Error(), "read known failures ")))
	}
	return list, nil
}

// applyKnownFailures marks the failures that the list knows and decides anew.
func applyKnownFailures(r *result.Report, list *knownfailures.List) {
	if list == nil || r.Outcome == result.NotTested {
		return
	}
	knownfailures.Apply(r, list, time.Now())
	r.Decide()
}
