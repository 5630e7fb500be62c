package engine

import (
	"regexp"
	"slices"
	"strings"
)

// rerun is the command that runs, or judges, just one check again.
func rerun(o Options, id string) string {
	command := o.Command
	if len(command) == 0 {
		command = []string{"voicespec", "run"}
		if t := o.Target; t != nil && !o.Reference && t.File != "" {
			command = append(command, "--config", t.File)
		}
	}
	return commandLine(slices.Concat(command, []string{"--run", id}))
}

// commandLine writes words as a shell reads them.
func commandLine(words []string) string {
	out := make([]string, 0, len(words))
	for _, word := range words {
		out = append(out, argument(word))
	}
	return strings.Join(out, " ")
}

var plainArgument = regexp.MustCompile(`^[\w@%+=:,./-]+$`)

// argument writes a text as one word of a shell.
func argument(text string) string {
	if plainArgument.MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
