package evidence

import (
	"fmt"
	"net/url"
	"regexp"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/voicespec/voicespec/runner/result"
)

// longest is how much of one value a report prints on a line. A target decides how long a
// value is, and nobody reads a megabyte; the whole is in the recording.
const longest = 600

// Clean makes s safe to print on one line of a terminal, a log or XML: control and format
// characters (escape sequences, bidirectional overrides, line separators) become visible
// escapes, broken UTF-8 too, and what is too long is cut and says so.
func Clean(s string) string { return Clip(escape(s, ""), longest) }

// CleanLines is Clean for a text of several lines: line feeds stay, every line is limited.
func CleanLines(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	const most = 200 // lines of one text; the rest is a target's flood
	cut := 0
	if len(lines) > most {
		cut = len(lines) - most
		lines = lines[:most]
	}
	for i, l := range lines {
		lines[i] = Clip(escape(l, "\t"), longest)
	}
	if cut > 0 {
		lines = append(lines, fmt.Sprintf("… (%d more lines)", cut))
	}
	return strings.Join(lines, "\n")
}

// Escape is Clean without a limit, for values that must stay whole.
func Escape(s string) string { return escape(s, "") }

func escape(s, keep string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case strings.ContainsRune(keep, r):
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case hidden(r) && r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		case hidden(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	return b.String()
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// hidden reports whether a character acts instead of showing: controls (C0, C1), format
// characters (bidirectional overrides, zero width), line and paragraph separators, and
// what XML 1.0 or Unicode does not know as a character.
func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == 0x2028 || r == 0x2029 ||
		r&0xfffe == 0xfffe || (r >= 0xfdd0 && r <= 0xfdef)
}

// Clip shortens s to most characters and says how many are left out.
func Clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	n := utf8.RuneCountInString(s)
	if n <= most {
		return s
	}
	return fmt.Sprintf("%s… (%d more characters)", string([]rune(s)[:most]), n-most)
}

// Wrap breaks text at spaces into lines of at most room characters; sequences that colour it count for none. A word that
// is longer stays whole: ids and JSON must be copied in one piece.
func Wrap(text string, room int) []string {
	var lines []string
	for {
		cut := breakAt(text, room)
		if cut == 0 {
			return append(lines, text)
		}
		lines = append(lines, strings.TrimRight(text[:cut], " "))
		text = strings.TrimLeft(text[cut:], " ")
	}
}

// unit is a space between a number and its unit, behind the number's last digit.
var unit = regexp.MustCompile(`^\d m?s\b`)

// breakAt is the last space behind a word that leaves what is before it within room, or else the first; 0 if none is needed.
func breakAt(text string, room int) int {
	cut, shown := 0, 0
	word, sequence := false, false
	for i, r := range text {
		switch {
		case sequence:
			sequence = r != 'm'
			continue
		case r == '\x1b':
			sequence = true
			continue
		case r == ' ' && word && !unit.MatchString(text[max(0, i-1):]) && (shown <= room || cut == 0) && strings.TrimLeft(text[i:], " ") != "":
			cut = i
		}
		word = word || r != ' '
		shown++
		if shown > room && cut > 0 {
			return cut
		}
	}
	return 0
}

// Short shortens an id for reading: call ids of one server differ in their last
// characters, so both ends are kept.
func Short(id string) string {
	id = Clean(id)
	if r := []rune(id); len(r) > 12 {
		return string(r[:4]) + "…" + string(r[len(r)-4:])
	}
	return id
}

// ShortPath shortens the ids in a path.
func ShortPath(path string) string {
	query := ""
	if i := strings.IndexByte(path, '?'); i >= 0 {
		path, query = path[:i], path[i:]
	}
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if strings.ContainsAny(p, "0123456789") {
			parts[i] = Short(p)
		}
	}
	return Clean(strings.Join(parts, "/") + query)
}

// Plural is a count with its noun.
func Plural(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "y"):
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(noun, "y"))
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func sortStable[T any](s []T, key func(T) int) {
	sort.SliceStable(s, func(i, j int) bool { return key(s[i]) < key(s[j]) })
}

// URL is a target's address without credentials, should someone have written them into it.
func URL(target string) string {
	if u, err := url.Parse(target); err == nil && u.User != nil {
		u.User = nil
		target = u.String()
	}
	return Clean(target)
}

// Words is an outcome in words.
func Words(o result.Outcome) string { return strings.ReplaceAll(string(o), "-", " ") }

// Counted is how many checks had an outcome.
func Counted(n int, o result.Outcome) string {
	if o == result.KnownFailure {
		return Plural(n, Words(o))
	}
	return fmt.Sprintf("%d %s", n, Words(o))
}
