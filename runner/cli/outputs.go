package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/voicespec/voicespec/runner/compare"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/file"
	"github.com/voicespec/voicespec/runner/knownfailures"
	"github.com/voicespec/voicespec/runner/report"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// Names of the files in the report folder.
const (
	htmlName    = "report.html"
	jsonName    = "results.json"
	junitName   = "junit.xml"
	summaryName = "summary.md"
)

var reportNames = []string{htmlName, jsonName, junitName, summaryName}

// outputs writes what a run found: on the console, into files, for GitHub.
type outputs struct {
	p        *Program
	flags    reportFlags
	dir      string
	registry *requirement.Registry
	known    *knownfailures.List
	baseline *result.Report
	failed   []string // outputs that could not be written, and why
}

// newOutputs finds out before anything is played whether the reports can be written.
func newOutputs(p *Program, flags reportFlags, dir string) (*outputs, error) {
	registry, err := p.registry()
	if err != nil {
		return nil, err
	}
	o := &outputs{p: p, flags: flags, dir: dir, registry: registry}
	if dir != "" {
		if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // reports are meant to be read by others
			return nil, usagef("--report-dir %s cannot be made (%s); name another folder", dir, reason(err))
		}
		for _, name := range reportNames {
			if err := file.Writable(filepath.Join(dir, name)); err != nil {
				return nil, usagef("--report-dir %s cannot be written to (%s: %s); name another folder", dir, name, reason(err))
			}
		}
	}
	for _, f := range []struct{ flag, path string }{{"--json", flags.JSON}, {"--junit", flags.JUnit}} {
		if f.path == "" {
			continue
		}
		if err := file.Writable(f.path); err != nil {
			return nil, usagef("%s %s cannot be written (%s); name another file", f.flag, f.path, reason(err))
		}
	}
	return o, nil
}

// expect reads what the results are held against.
func (o *outputs) expect(knownFile, baselineFile string) error {
	var err error
	if knownFile != "" {
		if o.known, err = readKnownFailures(knownFile); err != nil {
			return err
		}
	}
	if baselineFile != "" {
		if o.baseline, err = readResults("--baseline", baselineFile); err != nil {
			return err
		}
	}
	return nil
}

// conclude writes all reports and returns how the command ends. blank stands in for the
// report of a run that came to nothing.
func (o *outputs) conclude(outcome *engine.Outcome, runErr error, blank *result.Report) error {
	code, text := verdict(runErr)
	tested := runErr == nil && outcome != nil && outcome.Report != nil
	_, limit := errors.AsType[*engine.LimitError](runErr)
	if !tested && code != result.ExitNotTested && code != result.ExitInterrupted && !limit {
		return runErr
	}
	if outcome == nil || outcome.Report == nil {
		outcome = &engine.Outcome{Report: blank}
	}
	r := outcome.Report
	if code == result.ExitInterrupted {
		text = "interrupted"
	}
	if runErr != nil {
		r.Outcome, r.Reason = result.NotTested, text
	}
	r.Count()
	if tested {
		applyKnownFailures(r, o.known)
	}
	regressed, err := o.write(outcome, tested)
	switch {
	case err != nil:
		return err
	case !tested:
		if report.StyleFor(o.p.Stdout).Terminal {
			text = "" // who watches has just read it: the console report ends with it
		}
		err = &exit{code: code, text: text}
	case r.ExitCode() != result.ExitConforms:
		err = &exit{code: r.ExitCode()} // the console report ends with the verdict: no sentence is needed
	case regressed:
		err = &exit{code: result.ExitDoesNotConform, text: "the target conforms, but does worse than the baseline (see Newly failing above)"}
	}
	return o.lost(err)
}

// lost is how a command ends of whose outputs some could not be written: what was found stands, and was printed, but who
// waits for a file must not take its absence, or the exit code, for a result.
func (o *outputs) lost(err error) error {
	if len(o.failed) == 0 {
		return err
	}
	_, text := verdict(err)
	if text != "" {
		o.p.sayf("%s", text)
	}
	return &exit{code: result.ExitInternal, text: strings.Join(o.failed, "; ") + "; the verdict above stands, but not all outputs that were asked for are there"}
}

// write writes every report that was asked for, the console last, since it names the files
// and ends with the verdict. It reports whether the baseline did better.
func (o *outputs) write(outcome *engine.Outcome, tested bool) (regressed bool, err error) {
	in := report.Input{Report: outcome.Report, Registry: o.registry, Header: outcome.Header,
		Scenarios: outcome.Scenarios, Documented: outcome.Documented}
	for _, f := range o.files() {
		if err := f.write(f.path, in); err != nil {
			o.failed = append(o.failed, fmt.Sprintf("%s could not be written (%s)", f.path, reason(err)))
			continue
		}
		in.Files = append(in.Files, f.path)
	}
	in.Files = append(in.Files, o.writeScripts(outcome.Scripts)...)
	var comparison bytes.Buffer
	regressed, err = o.console(in, &comparison, tested)
	if err != nil {
		return false, err
	}
	return regressed, o.github(in, comparison.Bytes())
}

// console prints what a person reads. In a log that is read for commands nothing of it is one.
func (o *outputs) console(in report.Input, comparison *bytes.Buffer, tested bool) (regressed bool, err error) {
	defer o.p.quote()()
	style := report.StyleFor(o.p.Stdout)
	if o.baseline != nil && tested {
		diff := compare.Compare(o.baseline, in.Report)
		regressed = diff.Regressed
		if err := diff.WriteMarkdown(comparison); err != nil {
			return false, err
		}
		if err := diff.WriteText(o.p.Stdout, style.Columns()); err != nil {
			return false, err
		}
		fmt.Fprintln(o.p.Stdout)
	}
	return regressed, report.Console(o.p.Stdout, in, style)
}

type outputFile struct {
	path  string
	write func(path string, in report.Input) error
}

func (o *outputs) files() []outputFile {
	var files []outputFile
	add := func(path string, write func(string, report.Input) error) {
		files = append(files, outputFile{path, write})
	}
	if o.dir != "" {
		add(filepath.Join(o.dir, htmlName), writeHTML)
		add(filepath.Join(o.dir, jsonName), writeJSON)
		add(filepath.Join(o.dir, junitName), writeJUnit)
		add(filepath.Join(o.dir, summaryName), writeSummary)
	}
	if o.flags.JSON != "" {
		add(o.flags.JSON, writeJSON)
	}
	if o.flags.JUnit != "" {
		add(o.flags.JUnit, writeJUnit)
	}
	return files
}

func writeHTML(path string, in report.Input) error {
	return file.Write(path, func(w io.Writer) error { return report.WriteHTML(w, in) })
}

func writeJUnit(path string, in report.Input) error {
	return file.Write(path, func(w io.Writer) error { return report.WriteJUnit(w, in) })
}

func writeSummary(path string, in report.Input) error {
	return file.Write(path, func(w io.Writer) error { return report.WriteSummary(w, in) })
}

func writeJSON(path string, in report.Input) error {
	return file.Write(path, func(w io.Writer) error { return report.WriteJSON(w, in.Report) })
}

// github speaks to GitHub Actions where it is GitHub Actions that runs us.
func (o *outputs) github(in report.Input, comparison []byte) error {
	if o.p.Getenv("GITHUB_ACTIONS") == "true" {
		if err := report.Annotations(o.p.commands(), in); err != nil {
			return err
		}
	}
	path := o.p.Getenv("GITHUB_STEP_SUMMARY")
	if path == "" {
		return nil
	}
	if err := o.summarise(path, in, comparison); err != nil {
		o.p.sayf("the step summary is left out, since GITHUB_STEP_SUMMARY cannot be written (%s)", reason(err))
	}
	return nil
}

// summarise adds to the file that GitHub shows.
func (o *outputs) summarise(path string, in report.Input, comparison []byte) error {
	if err := file.Writable(path); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644) //nolint:gosec // the file is GitHub's
	if err != nil {
		return err
	}
	err = report.WriteSummary(f, in)
	if err == nil {
		_, err = f.Write(comparison)
	}
	return errors.Join(err, f.Close())
}

// reason is why a file operation failed, without the path that the sentence names anyway.
func reason(err error) string {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err.Error()
	}
	return oneLine(err.Error())
}

// openInput opens a file that the user named, and says what is wrong with it.
func openInput(what, path string) (*os.File, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, usagef("%s %s is a folder; name a file in it", what, path)
	}
	f, err := file.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, usagef("%s %s: there is no such file", what, path)
	case err != nil:
		return nil, usagef("%s %s cannot be read (%s); name another file", what, path, reason(err))
	}
	return f, nil
}

// maxResults is many times what a run of all checks that fail makes.
const maxResults = 256 << 20

// readInput reads a file of results, or one that is made from them.
func readInput(what, path string) ([]byte, error) {
	f, err := openInput(what, path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	data, err := file.Limited(f, path, maxResults)
	if err != nil {
		return nil, usagef("%s %s cannot be read (%s); name another file", what, path, reason(err))
	}
	return data, nil
}

// readResults reads a results.json.
func readResults(what, path string) (*result.Report, error) {
	data, err := readInput(what, path)
	if err != nil {
		return nil, err
	}
	return decodeResults(what, path, data)
}
