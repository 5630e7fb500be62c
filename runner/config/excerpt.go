package config

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// Problem is why a target file cannot be used: one sentence, with file and line.
type Problem struct { //nolint:errname // it is printed as a sentence; config.Problem reads better than config.ProblemError
	File   string // "" if the value did not come from a file
	Line   int    // 0 if unknown
	Source string // the line itself, without secrets
	Text   string
}

func (p *Problem) Error() string {
	switch {
	case p.File == "":
		return p.Text
	case p.Line == 0:
		return p.File + ": " + p.Text
	case strings.Trim(p.Source, "-*{}[], ") == "": // nothing of it could be shown
		return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text)
	}
	return fmt.Sprintf("%s:%d: %s (line %d: `%s`)", p.File, p.Line, p.Text, p.Line, p.Source)
}

const (
	masked     = "***"
	maxExcerpt = 100
)

var (
	keyAhead      = regexp.MustCompile(`^["']?([A-Za-z_][A-Za-z0-9_-]*)["']?\s*:(\s+|$)`)
	onlyReference = regexp.MustCompile(`^["']?\$\{[A-Za-z0-9_]*\}["']?$`)
)

// open are the keys whose values may be shown. Everything else in a line is taken for a
// secret: a password's key may be the very thing that is misspelt.
var open = map[string]bool{
	"target": true, "transport": true, "notifications": true, "stations": true, "features": true, "location": true, "pace": true,
	"budgets": true, "tls": true, "agent": true, "caller": true, "destination": true, "user": true,
	"number": true, "shown": true, "dials": true, "device": true, "place": true, "connect": true, "request": true, "event": true,
	"quiet": true, "insecure": true, "ca": true,
}

// excerpt is a line of the file as errors show it: keys and harmless values, the rest masked.
// It works on text, since most lines that are shown are none that a YAML parser understands.
func excerpt(line string) string {
	var out strings.Builder
	rest := strings.TrimSpace(strings.ToValidUTF8(line, "?"))
	braces := false
	for rest != "" {
		punctuation := leading(rest, "-{}[], \t")
		braces = braces || strings.Contains(punctuation, "{")
		out.WriteString(punctuation)
		rest = rest[len(punctuation):]
		if rest == "" || rest[0] == '#' {
			break
		}
		key := keyAhead.FindStringSubmatch(rest)
		if key == nil {
			out.WriteString(masked)
			break
		}
		out.WriteString(key[0])
		rest = rest[len(key[0]):]
		value, whole := valueAhead(rest, braces)
		out.WriteString(shown(key[1], value))
		if !whole {
			break
		}
		rest = rest[len(value):]
	}
	return shorten(strings.TrimSpace(out.String()))
}

// valueAhead is the scalar at the start of text. whole is false where its end is in doubt;
// then nothing behind it may be shown.
func valueAhead(text string, braces bool) (value string, whole bool) {
	if text == "" || text[0] == '{' {
		return "", true
	}
	if text[0] == '[' {
		end := strings.IndexByte(text, ']')
		return text[:end+1], end > 0
	}
	if text[0] == '"' || text[0] == '\'' {
		end := strings.IndexByte(text[1:], text[0])
		if end < 0 || strings.Contains(text[:end+1], `\`) {
			return text, false
		}
		return text[:end+2], true
	}
	if !braces {
		return text, false
	}
	if end := strings.IndexAny(text, ",}"); end >= 0 {
		return text[:end], true
	}
	return text, false
}

func shown(key, value string) string {
	value = strings.TrimRight(value, " \t")
	if at := strings.Index(value, " #"); at >= 0 && open[key] {
		value = strings.TrimRight(value[:at], " \t")
	}
	switch {
	case value == "" || onlyReference.MatchString(value):
		return value
	case !open[key]:
		return masked
	case key == "target" && strings.ContainsAny(value, "@?#"):
		return masked // may hold a password or a token
	case key != "target" && strings.Contains(value, ": "):
		return masked // a line that ran into the next, such as number: "1 password: x
	}
	return value
}

func leading(text, set string) string {
	return text[:len(text)-len(strings.TrimLeft(text, set))]
}

func shorten(text string) string {
	text = strings.Map(func(r rune) rune {
		if r == '\t' {
			return ' '
		}
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, text)
	if runes := []rune(text); len(runes) > maxExcerpt {
		return string(runes[:maxExcerpt-1]) + "…"
	}
	return text
}
