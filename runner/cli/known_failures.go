package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

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
	// Written beside and moved into place: a full disk must not cost the reasons.
	beside := c.File + ".new"
	f, err := os.Create(beside)
	if err != nil {
		return usagef("--file %s cannot be written (%s); name another file", c.File, reason(err))
	}
	err = errors.Join(knownfailures.Write(f, r, old), f.Close())
	if err == nil {
		err = os.Rename(beside, c.File)
	}
	if err != nil {
		_ = os.Remove(beside)
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
