package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/excuse"
	"github.com/voicespec/voicespec/runner/result"
)

type excusesCmd struct {
	Write excusesWriteCmd `cmd:"" help:"Write the excuses file from the failures of a run. Reasons, links and dates that it already holds are kept."`
}

type excusesWriteCmd struct {
	Results string `arg:"" name:"results.json" help:"Results of the run whose failures are to be excused."`
	File    string `default:"voicespec-excuses.yaml" placeholder:"FILE" help:"Excuses file to write. Default: ${default}."`
}

// Run writes the list of known deviations.
func (c *excusesWriteCmd) Run(p *Program) error {
	r, err := readResults("results", c.Results)
	if err != nil {
		return err
	}
	var old *excuse.List
	if _, err := os.Lstat(c.File); !errors.Is(err, fs.ErrNotExist) {
		if old, err = readExcuses(c.File); err != nil {
			return err
		}
	}
	// Written beside and moved into place: a full disk must not cost the reasons.
	beside := c.File + ".new"
	f, err := os.Create(beside)
	if err != nil {
		return usagef("--file %s cannot be written (%s); name another file", c.File, reason(err))
	}
	err = errors.Join(excuse.Write(f, r, old), f.Close())
	if err == nil {
		err = os.Rename(beside, c.File)
	}
	if err != nil {
		_ = os.Remove(beside)
		return usagef("--file %s cannot be written (%s); name another file", c.File, reason(err))
	}
	fmt.Fprintf(p.Stdout, "wrote %s; fill in the reasons, then: voicespec run --excuses %s\n", c.File, c.File)
	return nil
}

// readExcuses reads a list; its errors are one sentence each.
func readExcuses(path string) (*excuse.List, error) {
	f, err := openInput("--excuses", path)
	if err != nil {
		return nil, err
	}
	_ = f.Close()
	list, err := excuse.ReadFile(path)
	if err != nil {
		return nil, usagef("%s", oneLine(strings.TrimPrefix(err.Error(), "read excuses ")))
	}
	return list, nil
}

// applyExcuses turns known deviations into excused ones and decides anew.
func applyExcuses(r *result.Report, list *excuse.List) {
	if list == nil || r.Outcome == result.NotTested {
		return
	}
	excuse.Apply(r, list, time.Now())
	r.Decide()
}
