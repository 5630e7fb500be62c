package knownfailures

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// placeholders are what people write in place of a reason, in small letters and digits.
var placeholders = []string{
	"todo", "tbd", "tba", "tbc", "fixme", "xxx", "xx", "x", "reason", "thereason", "why", "because", "na", "none", "unknown", "null", "nil", "test", "foo",
	"fillin", "fillmein", "later", "known", "knownfailure", "knownissue", "noreason", "placeholder", "comment", "description", "notexplainedyet", "asdf",
}

// placeholder reports whether a text stands in place of a reason: it holds no word, or one that people write there for later.
func placeholder(reason string) bool {
	letters := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, reason)
	if letters == "" || strings.TrimSpace(reason) == Unexplained || slices.Contains(placeholders, letters) {
		return true
	}
	first := strings.ToLower(strings.FieldsFunc(reason, func(r rune) bool { return !unicode.IsLetter(r) })[0])
	return slices.Contains([]string{"todo", "tbd", "fixme", "xxx"}, first)
}

// unexplained says which entries have a placeholder for a reason; "" if none has.
func (l *List) unexplained() string {
	var where []string
	for _, e := range l.Entries {
		if !placeholder(e.Reason) {
			continue
		}
		if e.line > 0 {
			where = append(where, fmt.Sprintf("line %d (%s)", e.line, e.Check))
		} else {
			where = append(where, e.Check)
		}
	}
	if len(where) == 0 {
		return ""
	}
	const shown = 5
	more := ""
	if n := len(where) - shown; n > 0 {
		where, more = where[:shown], fmt.Sprintf(" and %d more", n)
	}
	text := fmt.Sprintf("a known failure has a placeholder for a reason, %s%s; say why the deviation is accepted", strings.Join(where, ", "), more)
	return strings.TrimPrefix(l.File+": "+text, ": ")
}
