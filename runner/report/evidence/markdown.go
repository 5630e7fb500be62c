package evidence

import (
	"fmt"
	"strings"
)

// Markdown makes s text in Markdown, in a table cell too: whatever could start markup, a
// link or an image stands as a character reference.
func Markdown(s string) string { return markdownEscape(Clean(s)) }

// Code is s as code in Markdown. What a target sent is printed so: in code GitHub looks
// for neither mentions nor links. It is an element and not backticks, which s may hold.
func Code(s string) string {
	if s == "" {
		return ""
	}
	return "<code>" + markdownEscape(Clean(s)) + "</code>"
}

func markdownEscape(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune("&<>|`*_[]\\~@$#!\"'", r) {
			fmt.Fprintf(&b, "&#%d;", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Milliseconds prints a duration for reading.
func Milliseconds(ms float64) string {
	switch {
	case ms >= 10_000:
		return fmt.Sprintf("%.1f s", ms/1000)
	case ms >= 10:
		return fmt.Sprintf("%.0f ms", ms)
	}
	return fmt.Sprintf("%.1f ms", ms)
}
