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
	words := make([]string, 0, len(command)+2)
	for _, word := range slices.Concat(command, []string{"--run", id}) {
		words = append(words, argument(word))
	}
	return strings.Join(words, " ")
}

var plainArgument = regexp.MustCompile(`^[\w@%+=:,./-]+$`)

// argument writes a text as one word of a shell.
func argument(text string) string {
	if plainArgument.MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
