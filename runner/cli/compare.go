package cli

import (
	"github.com/voicespec/voicespec/runner/compare"
	"github.com/voicespec/voicespec/runner/result"
)

type compareCmd struct {
	Old      string `arg:"" name:"old.json" help:"results.json of the earlier run."`
	New      string `arg:"" name:"new.json" help:"results.json of the later run."`
	JSON     bool   `name:"json" xor:"form" help:"Print JSON."`
	Markdown bool   `xor:"form" help:"Print Markdown, for a console or a pull request (the default)."`
}

// Help is what `voicespec compare --help` adds.
func (compareCmd) Help() string {
	return `Exit code 1 on a regression alone: a check that passed and now fails.`
}

// Run compares two runs.
func (c *compareCmd) Run(p *Program) error {
	older, err := readResults("old results", c.Old)
	if err != nil {
		return err
	}
	newer, err := readResults("new results", c.New)
	if err != nil {
		return err
	}
	diff := compare.Compare(older, newer)
	if c.JSON {
		err = diff.WriteJSON(p.Stdout)
	} else {
		err = diff.WriteMarkdown(p.Stdout)
	}
	if err == nil && diff.Regressed {
		err = &exit{code: result.ExitDoesNotConform}
	}
	return err
}
