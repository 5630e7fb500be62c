package cli

import (
	"io"

	"github.com/voicespec/voicespec/runner/file"
	"github.com/voicespec/voicespec/runner/report"
	"github.com/voicespec/voicespec/runner/trend"
)

type trendCmd struct {
	Results  []string `arg:"" name:"results.json" help:"Results of runs, in any order."`
	HTML     string   `name:"html" placeholder:"FILE" help:"Write a page with a picture to this file, too."`
	Markdown string   `placeholder:"FILE" help:"Write Markdown to this file, too."`
}

// Help is what `voicespec trend --help` adds.
func (trendCmd) Help() string {
	return `The runs stand in the order in which they were started. A check is shown if its outcome is not the same in all of them.`
}

// Run shows a trend.
func (c *trendCmd) Run(p *Program) error {
	runs := make([]trend.Run, 0, len(c.Results))
	for _, path := range c.Results {
		r, err := readResults("results", path)
		if err != nil {
			return err
		}
		runs = append(runs, trend.Run{Name: path, Report: r})
	}
	t := trend.Of(runs)
	for _, f := range []struct {
		flag, path string
		write      func(io.Writer) error
	}{{"--html", c.HTML, t.WriteHTML}, {"--markdown", c.Markdown, t.WriteMarkdown}} {
		if f.path == "" {
			continue
		}
		if err := file.Write(f.path, f.write); err != nil {
			return usagef("%s %s cannot be written (%s); name another file", f.flag, f.path, reason(err))
		}
	}
	return t.WriteText(p.Stdout, report.StyleFor(p.Stdout).Columns())
}
