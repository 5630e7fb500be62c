package cli

import (
	"github.com/voicespec/voicespec/runner/compare"
	"github.com/voicespec/voicespec/runner/report"
	"github.com/voicespec/voicespec/runner/result"
)

type compareCmd struct {
	Old      string `arg:"" name:"old.json" help:"results.json of the earlier run."`
	New      string `arg:"" name:"new.json" help:"results.json of the later run."`
	JSON     bool   `name:"json" xor:"form" help:"Print JSON."`
	Markdown bool   `xor:"form" help:"Print Markdown, for a pull request. Default: text for a console."`
}

// Help is what `voicespec compare --help` adds.
func (compareCmd) Help() string {
	return `A line for each check that changed, with what was expected and observed; ! marks a regression. Latencies are listed where they moved by more
than two runs of one server differ. Exit code 1 on a regression alone: a check that passed and now fails.`
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
	switch {
	case c.JSON:
		err = diff.WriteJSON(p.Stdout)
	case c.Markdown:
		err = diff.WriteMarkdown(p.Stdout)
	default:
		err = diff.WriteText(p.Stdout, report.StyleFor(p.Stdout).Columns())
	}
	if err == nil && diff.Regressed {
		err = &exit{code: result.ExitDoesNotConform}
	}
	return err
}
