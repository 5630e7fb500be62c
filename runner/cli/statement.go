package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/voicespec/voicespec/runner/file"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/statement"
)

type statementCmd struct {
	Stated  string `arg:"" optional:"" name:"results.json" help:"Results of the run that the statement is about."`
	Out     string `placeholder:"DIR" help:"Folder for statement.md, statement.json and badge.svg. Default: the folder of the results."`
	Check   string `placeholder:"FILE" help:"Check a statement in place of making one: a statement.json, statement.md or badge.svg."`
	Results string `placeholder:"FILE" help:"Results that the statement to check should follow from. Default: results.json beside it."`
}

// Help is what `voicespec statement --help` adds.
func (statementCmd) Help() string {
	return `A statement names target, transport, features, selection, gate, voicespec's version, the requirement set
and the SHA-256 of the results, and says what was judged, excused, not judged and failed. It can be made whatever the verdict;
results that contradict their own checks are refused.

With --check the exit code is 0 if the statement follows from the results, 1 with a line for each difference if not,
2 if a file is missing or no such file.`
}

// Run makes a statement, or checks one.
func (c *statementCmd) Run(p *Program) error {
	switch {
	case c.Check != "" && (c.Stated != "" || c.Out != ""):
		return usagef("--check writes nothing; name the results by --results FILE (see voicespec statement --help)")
	case c.Check != "":
		return c.check(p)
	case c.Results != "":
		return usagef("--results belongs to --check; name the results without a flag: voicespec statement %s", c.Results)
	case c.Stated == "":
		return usagef("<results.json> is missing (see voicespec statement --help)")
	}
	return c.write(p)
}

func (c *statementCmd) write(p *Program) error {
	data, err := readInput("results", c.Stated)
	if err != nil {
		return err
	}
	s, err := statement.Make(data)
	if err != nil {
		return usagef("results %s: %s", c.Stated, oneLine(err.Error()))
	}
	text, err := s.JSON()
	if err != nil {
		return err
	}
	dir := c.Out
	if dir == "" {
		dir = filepath.Dir(c.Stated)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // statements are meant to be read by others
		return usagef("--out %s cannot be made (%s); name another folder", dir, reason(err))
	}
	files := []struct {
		name string
		data []byte
	}{{"statement.md", s.Markdown()}, {"statement.json", text}, {"badge.svg", s.Badge()}}
	for _, f := range files {
		if err := file.Writable(filepath.Join(dir, f.name)); err != nil {
			return usagef("%s cannot be written to (%s: %s); name another folder by --out DIR", dir, f.name, reason(err))
		}
	}
	var names []string
	for _, f := range files {
		path := filepath.Join(dir, f.name)
		err := file.Write(path, func(w io.Writer) error {
			_, err := w.Write(f.data)
			return err
		})
		if err != nil {
			return &exit{code: result.ExitInternal, text: fmt.Sprintf("%s could not be written (%s); the statement is not whole", path, reason(err))}
		}
		names = append(names, path)
	}
	fmt.Fprintf(p.Stdout, "%s\nwrote %s\n", s.Summary, strings.Join(names, ", "))
	return nil
}

func (c *statementCmd) check(p *Program) error {
	stated, err := readInput("statement", c.Check)
	if err != nil {
		return err
	}
	from := c.Results
	if from == "" {
		from = filepath.Join(filepath.Dir(c.Check), jsonName)
		if _, err := os.Stat(from); err != nil {
			return usagef("statement %s: the results that it follows from are not beside it (%s: %s); name them by --results FILE", c.Check, from, reason(err))
		}
	}
	results, err := readInput("results", from)
	if err != nil {
		return err
	}
	differences, err := statement.Check(c.Check, stated, results)
	if err != nil {
		return usagef("statement %s, results %s: %s", c.Check, from, oneLine(err.Error()))
	}
	if len(differences) == 0 {
		fmt.Fprintf(p.Stdout, "%s follows from %s\n", c.Check, from)
		return nil
	}
	defer p.quote()()
	for _, d := range differences {
		fmt.Fprintln(p.Stdout, d)
	}
	return &exit{code: result.ExitDoesNotConform, text: fmt.Sprintf(
		"%s does not follow from %s; voicespec statement makes one that does of results that voicespec run wrote", c.Check, from)}
}
