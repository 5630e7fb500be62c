package config

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	reference = regexp.MustCompile(`\$?\$\{[^}]*\}?`)
	variable  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// expand replaces ${NAME} by the variable's value; $${ stands for ${ itself. What a
// variable holds is taken as it is and not expanded again. Errors name variables only,
// since the rest of the text may be a password.
func expand(text string, lookup func(string) (string, bool)) (string, error) {
	var problem error
	fail := func(format string, args ...any) string {
		if problem == nil {
			problem = fmt.Errorf(format, args...)
		}
		return ""
	}
	out := reference.ReplaceAllStringFunc(text, func(ref string) string {
		if strings.HasPrefix(ref, "$$") {
			return ref[1:]
		}
		if !strings.HasSuffix(ref, "}") {
			return fail("${ is never closed; write ${NAME} for a variable, or $${ for the characters ${ themselves")
		}
		name := ref[2 : len(ref)-1]
		if !variable.MatchString(name) {
			return fail("what stands between ${ and } is no name of a variable; write ${NAME}, or $${ for the characters ${ themselves")
		}
		value, set := lookup(name)
		if !set {
			return fail("the environment variable %s is not set; set it (export %s=…) before running voicespec", name, name)
		}
		return value
	})
	return out, problem
}
