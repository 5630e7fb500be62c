// Package cli is voicespec's command line: it reads flags and the target file, calls the
// engine, writes the reports and turns what happened into an exit code and, where something
// is wrong with the call itself, one sentence on stderr. It judges nothing.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"unicode"

	"github.com/alecthomas/kong"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// Program is one call of voicespec with all that it touches; zero fields stand for the real thing.
type Program struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Engine         Engine
	Matrix         KillMatrix
	Registry       *requirement.Registry // nil: the embedded one
	Getenv         func(string) string
	Signals        <-chan os.Signal // nil: SIGINT and SIGTERM of the process
	Exit           func(int)        // ends the process at the second signal
	Name           string           // by which the program was called
}

// Main runs one command line and returns the exit code.
func Main(args []string, stdout, stderr io.Writer) int {
	logTo(nil)
	p := &Program{Stdin: os.Stdin, Stdout: stdout, Stderr: stderr, Engine: newEngine(), Matrix: killMatrix, Getenv: os.Getenv, Exit: os.Exit, Name: os.Args[0]}
	return p.Main(args)
}

// name is what to type to call the program again.
func (p *Program) name() string {
	switch {
	case p.Name == "":
		return "voicespec"
	case strings.Contains(p.Name, "go-build"): // what `go run` has built is gone
		return "voicespec"
	}
	return p.Name
}

// commands is the command line as kong reads it.
type commands struct {
	Run           runCmd           `cmd:"" help:"Test a server: the one of the target file, or the built-in reference server."`
	Explore       exploreCmd       `cmd:"" help:"Play walks at random by what calls and devices offer, and find the shortest that shows what is wrong."`
	Init          initCmd          `cmd:"" help:"Write a commented target file to start from."`
	Config        configCmd        `cmd:"" help:"Show what a target file says."`
	Doctor        doctorCmd        `cmd:"" help:"Find out why a target cannot be tested: connection, users, notifications, devices, busy agents."`
	List          listCmd          `cmd:"" help:"List the scenarios, their checks and the requirements."`
	Explain       explainCmd       `cmd:"" help:"Explain a requirement, check, scenario or fault."`
	Verify        verifyCmd        `cmd:"" help:"Judge a saved recording, or any log of traffic, without a server."`
	Import        importCmd        `cmd:"" help:"Make a recording of other tools' logs: a browser's HAR, the console log of cometd.js and others."`
	Watch         watchCmd         `cmd:"" help:"Stand in front of a server: pass everything on, and judge what is seen."`
	Compare       compareCmd       `cmd:"" help:"Compare the results of two runs."`
	Trend         trendCmd         `cmd:"" help:"Show many runs beside each other: checks that changed, and latencies over time."`
	Merge         mergeCmd         `cmd:"" help:"Make one report of the results of several processes, stations or transports."`
	Statement     statementCmd     `cmd:"" help:"Make a statement of what a run found, to hand in or publish, or check one."`
	KnownFailures knownFailuresCmd `cmd:"" help:"Keep the list of known failures."`
	Serve         serveCmd         `cmd:"" help:"Start the reference server."`
	Faults        faultsCmd        `cmd:"" help:"List the faults that the reference server can be given."`
	Variations    variationsCmd    `cmd:"" help:"List the conformant variations of the reference server."`
	Completion    completionCmd    `cmd:"" help:"Print completions for a shell."`
	Man           manCmd           `cmd:"" help:"Print the manual page."`
	Version       versionCmd       `cmd:"" help:"Print the version."`
	Licences      licencesCmd      `cmd:"" help:"Print the licence texts of what is built into voicespec."`
}

const about = `voicespec reports whether a server implements the Genesys Web Services Voice API v2 as it is documented.

The two commands to begin with:

    voicespec run     test the built-in reference server, to see a run
    voicespec init    write voicespec.yaml; filled in, "voicespec run" tests it

Exit codes: 0 conforms (all of it, or what was judged), 1 does not conform, 2 usage or configuration, 3 the target could not be tested,
4 voicespec itself failed or could not write its outputs, 130 interrupted.`

// exit is how a command ends with a code other than 0. An empty text prints nothing more.
type exit struct {
	code int
	text string
}

func (e *exit) Error() string { return e.text }

func usagef(format string, args ...any) error {
	return &exit{code: result.ExitUsage, text: fmt.Sprintf(format, args...)}
}

// helpShown is thrown where kong would end the process: after --help.
type helpShown int

// Main runs one command line and returns the exit code. A panic ends here, too.
func (p *Program) Main(args []string) (code int) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case helpShown:
			code = int(r)
		default:
			p.sayf("voicespec itself failed: %s; please report this with the command that you ran", oneLine(fmt.Sprint(r)))
			if p.Getenv("VOICESPEC_DEBUG") != "" {
				_, _ = p.Stderr.Write(debug.Stack())
			}
			code = result.ExitInternal
		}
	}()
	p.console()
	parser, err := newParser(p)
	if err != nil {
		return p.finish(err)
	}
	selected, err := parser.Parse(habits(args))
	if err != nil {
		staleOf(args).remove()
		return p.finish(usage(err, args))
	}
	return p.finish(selected.Run(p))
}

// habits are spellings that people bring along from other programs.
func habits(args []string) []string {
	switch {
	case len(args) > 0 && args[0] == "help":
		return append(slices.Clone(args[1:]), "--help")
	case len(args) == 1 && (args[0] == "--version" || args[0] == "-v"):
		return []string{"version"}
	}
	return args
}

func newParser(p *Program) (*kong.Kong, error) {
	return kong.New(&commands{}, kong.Name("voicespec"), kong.Description(about),
		kong.Writers(p.Stdout, p.Stderr),
		kong.Exit(func(code int) { panic(helpShown(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100, NoExpandSubcommands: true}),
	)
}

// usage is kong's complaint in one sentence that says what to do.
func usage(err error, args []string) error {
	text := oneLine(err.Error())
	var parse *kong.ParseError
	command := ""
	if errors.As(err, &parse) && parse.Context != nil && parse.Context.Selected() != nil {
		command = parse.Context.Selected().Path()
	}
	for _, r := range rewordings {
		text = r.kong.ReplaceAllString(text, r.ours)
	}
	help := strings.Join(strings.Fields("voicespec "+command+" --help"), " ")
	switch {
	case len(args) == 0:
		text = "no command is named; `voicespec run` tests the built-in reference server"
	case len(args) > 0 && args[0] == "excuses":
		text = "the command excuses is called known-failures now: voicespec known-failures write"
	case strings.HasPrefix(text, "unexpected argument") && command == "run" && (strings.HasSuffix(text, ".yaml") || strings.HasSuffix(text, ".yml")):
		text += "; --config FILE names the target file"
	case strings.HasPrefix(text, "unexpected argument") && command == "run":
		text += "; --run GLOB selects scenarios and checks"
	case strings.HasPrefix(text, "unexpected argument") && command == "":
		text = strings.Replace(text, "unexpected argument", "there is no command", 1)
	}
	text = strings.TrimPrefix(text, command+": ")
	return usagef("%s (see %s)", text, help)
}

// rewordings turn what kong says about a value into what to do about it.
var rewordings = []struct {
	kong *regexp.Regexp
	ours string
}{
	{regexp.MustCompile(`expected \S+ value but got "EOL".*`), "a value is missing"},
	{regexp.MustCompile(`missing value, expecting .*`), "a value is missing"},
	{
		regexp.MustCompile(`expected \S+ value but got ("[^"]*") \(.*\); perhaps try (.*)\?$`),
		"a value is missing before $1; if that is meant to be the value, write $2",
	},
	{regexp.MustCompile(`expected a float but got ("[^"]*").*`), "$1 is no number"},
	{regexp.MustCompile(`expected (?:a valid \d+ bit|an) int but got ("[^"]*").*`), "$1 is no whole number"},
	{regexp.MustCompile(`expected duration but got ("[^"]*").*`), "$1 is no duration; write a number with a unit, such as 20ms or 5s"},
	{regexp.MustCompile(`bool value must be true, 1, yes, false, 0 or no but got ("[^"]*")`), "$1 is neither true nor false"},
	{regexp.MustCompile(`^missing positional arguments (.*)`), "$1 is missing"},
	{regexp.MustCompile(`^expected "(<.*>)(?: \.\.\.)?"$`), "$1 is missing"},
	{regexp.MustCompile(`^expected (?:one of )?(".*)`), "a command is missing, such as $1"},
	{regexp.MustCompile(`^unknown flag --excuses.*`), "--excuses is called --known-failures now"},
	{regexp.MustCompile(`can't be used together`), "cannot be used together; leave one of them out"},
}

// registry are the requirements.
func (p *Program) registry() (*requirement.Registry, error) {
	if p.Registry != nil {
		return p.Registry, nil
	}
	return requirement.Load()
}

var colour = regexp.MustCompile("\x1b\\[[0-9;]*[A-Za-z]")

// oneLine makes a sentence of a text that others wrote: one line that no terminal obeys.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, strings.Join(strings.Fields(colour.ReplaceAllString(text, "")), " "))
	return text
}

// sayf prints one line for the user on stderr.
func (p *Program) sayf(format string, args ...any) {
	fmt.Fprintf(p.Stderr, "voicespec: "+format+"\n", args...)
}

// finish turns how a command ended into the exit code, with a sentence if it is not 0.
func (p *Program) finish(err error) int {
	code, text := verdict(err)
	if text != "" {
		p.sayf("%s", text)
	}
	return code
}

func verdict(err error) (code int, text string) {
	var (
		coded   *exit
		problem *config.Problem
		usage   *engine.UsageError
		target  *engine.TargetError
		limit   *engine.LimitError
	)
	switch {
	case err == nil:
		return result.ExitConforms, ""
	case errors.As(err, &coded):
		return coded.code, coded.text
	case errors.Is(err, context.Canceled):
		return result.ExitInterrupted, ""
	case errors.As(err, &problem), errors.As(err, &usage):
		return result.ExitUsage, oneLine(err.Error())
	case errors.As(err, &target):
		return result.ExitNotTested, sentence(target)
	case errors.As(err, &limit):
		return result.ExitInternal, oneLine(limit.Error())
	}
	return result.ExitInternal, "voicespec itself failed: " + strings.TrimPrefix(oneLine(err.Error()), "voicespec itself failed: ")
}

// sentence is a target's trouble with its remedy.
func sentence(t *engine.TargetError) string {
	if t.Remedy == "" {
		return oneLine(t.Cause)
	}
	return oneLine(strings.TrimRight(t.Cause, ".;") + "; " + t.Remedy)
}
