package recording

import (
	"regexp"
	"strings"
	"unicode"
)

// private are cookies whose value is a secret even where the API shows it as the id of something.
var private = regexp.MustCompile(`(?i)sess|sid|auth|token|csrf|xsrf|bayeux`)

// PrivateCookie reports whether the value of a cookie is a secret even where the API shows it as the id of something: by its name it
// stands for who sends it.
func PrivateCookie(name string) bool { return private.MatchString(name) }

const (
	shortestToken = 8  // a shorter value occurs by chance
	longestNumber = 15 // of digits: a longer one is no number of a telephone, nor a time
	longestWord   = 16
)

// Unguessable reports whether a value is none that words and numbers are made of: one that is may be a word of the API, too, and is no
// secret where it stands for that.
func Unguessable(value string) bool {
	if len(value) < shortestToken {
		return false
	}
	letters, digits, parts, part := 0, 0, 0, 0
	lower := false
	for _, r := range value {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case unicode.IsLetter(r):
			letters++
			if part == 0 || lower && unicode.IsUpper(r) {
				parts++
				part = 0
			}
			if part++; part > longestWord {
				return true
			}
			lower = unicode.IsLower(r)
			continue
		case !strings.ContainsRune("-_.,:;/+() ", r):
			return true
		}
		part, lower = 0, false
	}
	if digits > 0 {
		return letters > 0 || digits > longestNumber
	}
	return parts > len(value)/4+1
}
