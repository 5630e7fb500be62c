package cli

import (
	"bytes"
	"os"
	"path/filepath"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/merge"
	"github.com/voicespec/voicespec/runner/report"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

type mergeCmd struct {
	Results       []string `arg:"" name:"results.json" help:"Results of the parts of one run. A report that ginkgo --json-report wrote is taken, too."`
	ReportDir     string   `default:"voicespec-report" placeholder:"DIR" help:"Folder for report.html, results.json, junit.xml and summary.md. Default: ${default}."`
	Complete      bool     `env:"VOICESPEC_COMPLETE" help:"Make everything else than conforms exit code 1: also parts of which some are missing."`
	JSON          string   `name:"json" placeholder:"FILE" help:"Write the results as JSON to this file, too."`
	JUnit         string   `name:"junit" placeholder:"FILE" help:"Write the results as JUnit XML to this file, too."`
	KnownFailures string   `placeholder:"FILE" help:"Known failures of the target; they do not count as failures until they expire."`
	Baseline      string   `placeholder:"FILE" help:"results.json of an earlier run, to compare with. A regression makes the exit code 1, too."`
}

// Help is what `voicespec merge --help` adds.
func (mergeCmd) Help() string {
	return `For processes that shared the scenarios out (voicespec run --share), and for runs of one target by several stations or
transports. A check that failed in one part failed; one that was judged in one part was judged. Exit codes are those of voicespec run.`
}

// Run merges results.
func (c *mergeCmd) Run(p *Program) error {
	parts := make([]merge.Part, 0, len(c.Results))
	for _, path := range c.Results {
		r, err := c.read(p, path)
		if err != nil {
			return err
		}
		parts = append(parts, merge.Part{Name: path, Report: r})
	}
	r, err := merge.Results(parts)
	if err != nil {
		return usagef("%s", oneLine(err.Error()))
	}
	if c.Complete && r.Selection != nil {
		r.Selection.Complete = true
	}
	flags := reportFlags{Gate: gate(r.Gate), Complete: c.Complete, JSON: c.JSON, JUnit: c.JUnit}
	out, err := newOutputs(p, flags, c.ReportDir)
	if err != nil {
		return err
	}
	if err := out.expect(c.KnownFailures, c.Baseline); err != nil {
		return err
	}
	return out.conclude(&engine.Outcome{Report: r}, nil, r)
}

// read reads one part, which must not be where the merged results will be.
func (c *mergeCmd) read(p *Program, path string) (*result.Report, error) {
	if info, err := os.Stat(path); err == nil && c.ReportDir != "" {
		if there, err := os.Stat(filepath.Join(c.ReportDir, jsonName)); err == nil && os.SameFile(info, there) {
			return nil, usagef("%s would be overwritten by the merged results; name another folder with --report-dir DIR", path)
		}
	}
	data, err := readInput("results", path)
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(bytes.TrimSpace(data), []byte("[")) {
		return decodeResults("results", path, data)
	}
	registry, err := p.registry()
	if err != nil {
		return nil, err
	}
	r, err := engine.ReadGinkgo(data, registry, requirement.Required, Version())
	if err != nil {
		return nil, usagef("results %s: %s", path, oneLine(err.Error()))
	}
	return r, nil
}

// decodeResults reads the text of a results.json.
func decodeResults(what, path string, data []byte) (*result.Report, error) {
	r, err := report.ReadJSON(bytes.NewReader(data))
	if other := mistaken(path, "results"); err != nil && other != "" {
		return nil, usagef("%s", other)
	}
	if err != nil {
		return nil, usagef("%s %s: %s", what, path, oneLine(err.Error()))
	}
	return r, nil
}
