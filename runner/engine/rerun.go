package engine

import (
	"fmt"
	"regexp"
	"strings"
)

// rerun is the command that runs, or judges, just one check again.
func rerun(o Options, id string) string {
	if o.Recording != "" {
		return "voicespec verify " + argument(o.Recording) + " --run " + id
	}
	cmd := "voicespec run --run " + id
	if t := o.Target; t != nil && !o.Reference {
		if t.File != "" {
			cmd += " --config " + argument(t.File)
		}
		cmd += " --target " + argument(t.URL)
	}
	if o.Fault != "" {
		cmd += " --fault " + o.Fault
	}
	if o.Variation != "" {
		cmd += " --variation " + o.Variation
	}
	if o.Seed != 0 {
		cmd += fmt.Sprintf(" --seed %d", o.Seed)
	}
	return cmd
}

var plainArgument = regexp.MustCompile(`^[\w@%+=:,./-]+$`)

// argument writes a text as one word of a shell.
func argument(text string) string {
	if plainArgument.MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
