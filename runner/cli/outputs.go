package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/voicespec/voicespec/runner/compare"
	"github.com/voicespec/voicespec/runner/engine"
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

// outputs writes what a run found: on the console, into files, for GitHub.
type outputs struct {
	p        *Program
	flags    reportFlags
	dir      string
	registry *requirement.Registry
	known    *knownfailures.List
	baseline *result.Report
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
		if err := writable(filepath.Join(dir, jsonName)); err != nil {
			return nil, usagef("--report-dir %s cannot be written to (%s); name another folder", dir, reason(err))
		}
	}
	for _, f := range []struct{ flag, path string }{{"--json", flags.JSON}, {"--junit", flags.JUnit}} {
		if err := writable(f.path); err != nil {
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
	if !tested && code != result.ExitNotTested && code != result.ExitInterrupted {
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
		return &exit{code: code, text: text}
	case r.ExitCode() != result.ExitConforms:
		return &exit{code: r.ExitCode()} // the console report ends with the verdict: no sentence is needed
	case regressed:
		return &exit{code: result.ExitDoesNotConform, text: "the target conforms, but does worse than the baseline (see Newly failing above)"}
	}
	return nil
}

// write writes every report that was asked for, the console last, since it names the files
// and ends with the verdict. It reports whether the baseline did better.
func (o *outputs) write(outcome *engine.Outcome, tested bool) (regressed bool, err error) {
	in := report.Input{Report: outcome.Report, Registry: o.registry, Header: outcome.Header,
		Scenarios: outcome.Scenarios, Documented: outcome.Documented}
	for _, f := range o.files() {
		if err := f.write(f.path, in); err != nil {
			return false, usagef("%s cannot be written (%s); choose another place for the reports", f.path, reason(err))
		}
		in.Files = append(in.Files, f.path)
	}
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
	if o.baseline != nil && tested {
		diff := compare.Compare(o.baseline, in.Report)
		regressed = diff.Regressed
		if err := diff.WriteMarkdown(comparison); err != nil {
			return false, err
		}
		fmt.Fprintf(o.p.Stdout, "%s\n", comparison.Bytes())
	}
	return regressed, report.Console(o.p.Stdout, in, report.StyleFor(o.p.Stdout))
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
	return toFile(path, func(w io.Writer) error { return report.WriteHTML(w, in) })
}

func writeJUnit(path string, in report.Input) error {
	return toFile(path, func(w io.Writer) error { return report.WriteJUnit(w, in) })
}

func writeSummary(path string, in report.Input) error {
	return toFile(path, func(w io.Writer) error { return report.WriteSummary(w, in) })
}

func writeJSON(path string, in report.Input) error {
	return toFile(path, func(w io.Writer) error { return report.WriteJSON(w, in.Report) })
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
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644) //nolint:gosec // the file is GitHub's
	if err != nil {
		o.p.sayf("the step summary is left out, since GITHUB_STEP_SUMMARY cannot be opened (%s)", reason(err))
		return nil
	}
	err = report.WriteSummary(f, in)
	_, writing := f.Write(comparison)
	return errors.Join(err, writing, f.Close())
}

// file is an output that is written while the run goes on; the zero file writes nowhere.
type file struct{ f *os.File }

// newFile makes the file that flag names, if it names one.
func newFile(path, flag string) (*file, error) {
	if path == "" {
		return &file{}, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, usagef("%s %s cannot be written (%s); name another file", flag, path, reason(err))
	}
	return &file{f: f}, nil
}

func (f *file) Write(b []byte) (int, error) { return f.f.Write(b) }

func (f *file) close() error {
	if f.f == nil {
		return nil
	}
	return f.f.Close()
}

// toFile writes a file whole. A failed Close is a failed write.
func toFile(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// writable finds out whether a file can be written, and leaves it as it is.
func writable(path string) error {
	if path == "" {
		return nil
	}
	_, statErr := os.Stat(path)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o644) //nolint:gosec // reports are meant to be read by others
	if err != nil {
		return err
	}
	if errors.Is(statErr, fs.ErrNotExist) {
		defer func() { _ = os.Remove(path) }()
	}
	return f.Close()
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
	f, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, usagef("%s %s: there is no such file", what, path)
	case err != nil:
		return nil, usagef("%s %s cannot be read (%s)", what, path, reason(err))
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		_ = f.Close()
		return nil, usagef("%s %s is a folder; name a file in it", what, path)
	}
	return f, nil
}

// readResults reads a results.json.
func readResults(what, path string) (*result.Report, error) {
	f, err := openInput(what, path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	r, err := report.ReadJSON(f)
	if err != nil {
		return nil, usagef("%s %s: %s", what, path, oneLine(err.Error()))
	}
	return r, nil
}
