package play

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// secrets cuts passwords, Basic tokens, cookies and CSRF tokens out of everything that leaves the program, whoever sent
// it: a target may echo what it was sent.
type secrets struct {
	mu     sync.Mutex
	known  map[string]bool
	index  *needles
	across []*needle       // those that may stand where a part of blank is
	plain  map[string]bool // user names and numbers: never cut, even if somebody's password is the same
	given  map[string]bool // forms of credentials of the target file that are no words, as an answer may hold one by chance
	made   map[string]bool // by the target: cookies and tokens; false for one that an id of the API may be
}

const (
	blank        = "[secret]"
	secretFloor  = 5      // a shorter text occurs by chance everywhere
	sureLength   = 8      // a shorter one is cut only where it stands alone, in a value: "state" is a member's name
	mostReceived = 20_000 // many times what a server makes that gives a new cookie with each answer
)

func newSecrets() *secrets {
	return &secrets{known: map[string]bool{}, index: newNeedles(), plain: map[string]bool{}, given: map[string]bool{}, made: map[string]bool{}}
}

// credentials learns those of a person, and what else the target file says of the person, which is none.
func (s *secrets) credentials(user, password string, public ...string) {
	s.mu.Lock()
	for _, p := range append(public, user) {
		s.plain[p] = true
	}
	if len(password) >= sureLength && strings.ContainsFunc(password, func(r rune) bool { return !unicode.IsLetter(r) }) && !slices.Contains(public, password) {
		s.given[password] = true
		s.given[base64.StdEncoding.EncodeToString([]byte(user+":"+password))] = true
	}
	s.mu.Unlock()
	s.sent(user, password)
}

// holdsCredentials reports whether credentials of the target file stand in what a target sent.
func (s *secrets) holdsCredentials(raw []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.index.find(string(raw)), func(x span) bool {
		for n := x.needle; n != nil; n = n.parent {
			if s.given[n.text] && !s.plain[n.text] {
				return true
			}
		}
		return false
	})
}

// sent learns credentials that a request carries, made-up ones too.
func (s *secrets) sent(user, password string) {
	s.add(password)
	if user != "" {
		s.add(base64.StdEncoding.EncodeToString([]byte(user + ":" + password)))
		s.add(base64.RawURLEncoding.EncodeToString([]byte(user + ":" + password)))
	}
}

// add learns a secret in the forms in which it may stand in a text.
func (s *secrets) add(text string) {
	if len(text) < secretFloor {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known[text] {
		return
	}
	for _, f := range forms(text) {
		if s.known[f] {
			continue
		}
		s.known[f] = true
		x := s.index.add(f)
		if meetsBlank(f) {
			s.across = append(s.across, x)
		}
	}
}

// forms of a text, itself first: in addresses, within what looks like JSON and is none, in what libraries of Go quote,
// encoded.
func forms(text string) []string {
	list := []string{
		text, url.QueryEscape(text), url.PathEscape(text), unquoted(strconv.Quote(text)), unquoted(strconv.QuoteToASCII(text)),
		base64.StdEncoding.EncodeToString([]byte(text)), base64.RawStdEncoding.EncodeToString([]byte(text)), base64.RawURLEncoding.EncodeToString([]byte(text)),
	}
	if escaped, err := json.Marshal(text); err == nil {
		list = append(list, unquoted(string(escaped)))
	}
	var plainly bytes.Buffer
	e := json.NewEncoder(&plainly)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err == nil {
		list = append(list, unquoted(strings.TrimSuffix(plainly.String(), "\n")))
	}
	return list
}

func unquoted(literal string) string { return literal[1 : len(literal)-1] }

// cut returns raw without secrets; raw itself where there are none. In JSON they are looked for in
// the strings as they read: a server may write any character as an escape.
func (s *secrets) cut(raw []byte) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := string(raw)
	if bytes.IndexByte(raw, '\\') < 0 && len(s.index.find(text)) == 0 {
		return raw
	}
	if !json.Valid(raw) {
		if after := s.clean(text, false); after != text {
			return []byte(after)
		}
		return raw
	}
	var out []byte
	done := 0 // raw up to here is in out
	for at := 0; at < len(raw); at++ {
		if raw[at] != '"' {
			continue
		}
		end := literalEnd(raw, at)
		key := bytes.HasPrefix(bytes.TrimLeft(raw[end:], " \t\r\n"), []byte(":"))
		if text, changed := s.cutLiteral(raw[at:end], key); changed {
			out = append(append(out, raw[done:at]...), text...)
			done = end
		}
		at = end - 1
	}
	if done == 0 {
		return raw
	}
	return append(out, raw[done:]...)
}

// literalEnd is the position after the string literal that begins at i of valid JSON.
func literalEnd(raw []byte, i int) int {
	for i++; raw[i] != '"'; i++ {
		if raw[i] == '\\' {
			i++
		}
	}
	return i + 1
}

func (s *secrets) cutLiteral(literal []byte, key bool) ([]byte, bool) {
	text := string(literal[1 : len(literal)-1])
	if bytes.IndexByte(literal, '\\') >= 0 && json.Unmarshal(literal, &text) != nil {
		return literal, false
	}
	after := s.clean(text, key)
	if after == text {
		return literal, false
	}
	out, err := json.Marshal(after)
	return out, err == nil
}

func (s *secrets) cutText(text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clean(text, false)
}

// ellipsis is how a client ends a text that it has shortened.
const ellipsis = "…"

// cutShortened is cutText for a text that may have been cut off within a secret.
func (s *secrets) cutShortened(text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	whole, shortened := strings.CutSuffix(s.clean(text, false), ellipsis)
	whole = s.cutEnd(whole)
	if shortened {
		whole += ellipsis
	}
	return whole
}

// clean replaces each secret, the longest first: one may be the beginning of another. Where one stands has no bearing
// on others than those that it touches, so each cluster of them is cleaned by itself. The caller holds mu.
func (s *secrets) clean(text string, key bool) string {
	found := s.index.find(text)
	if len(found) == 0 {
		return text
	}
	if len(s.across) > 0 {
		return s.replace(text, append(spans(s.across), found...), key)
	}
	var b strings.Builder
	done := 0
	for len(found) > 0 {
		n, end := 1, found[0].end()
		for n < len(found) && found[n].from <= end+2*utf8.UTFMax { // a word is told by what stands beside it
			end = max(end, found[n].end())
			n++
		}
		from := max(done, found[0].from-utf8.UTFMax)
		end = min(len(text), end+utf8.UTFMax)
		b.WriteString(text[done:from])
		if end-from > clusterLimit && n > clusterLimit/sureLength {
			b.WriteString(blank) // nothing but secrets
		} else {
			b.WriteString(s.replace(text[from:end], found[:n], key))
		}
		done, found = end, found[n:]
	}
	b.WriteString(text[done:])
	return b.String()
}

// clusterLimit is the longest cluster of many secrets that is looked at one by one.
const clusterLimit = 32 << 10

// replace cuts the secrets that were found, and those that they begin with.
func (s *secrets) replace(text string, found []span, key bool) string {
	var list []*needle
	seen := map[*needle]bool{}
	for _, f := range found {
		for x := f.needle; x != nil && !seen[x]; x = x.parent {
			seen[x] = true
			list = append(list, x)
		}
	}
	slices.SortFunc(list, func(a, b *needle) int { return cmp.Or(len(b.text)-len(a.text), a.rank-b.rank) })
	for _, x := range list {
		switch {
		case s.plain[x.text]:
		case len(x.text) >= sureLength:
			text = strings.ReplaceAll(text, x.text, blank)
		case !key:
			text = replaceWord(text, x.text)
		}
	}
	return text
}

func spans(list []*needle) (out []span) {
	for _, x := range list {
		out = append(out, span{needle: x})
	}
	return out
}

// meetsBlank reports whether a secret may be found in what stands where another was cut out.
func meetsBlank(secret string) bool {
	for from := 1 - len(secret); from < len(blank); from++ {
		low, high := max(0, from), min(len(blank), from+len(secret))
		if blank[low:high] == secret[low-from:high-from] {
			return true
		}
	}
	return false
}

// replaceWord cuts a word where no letter or digit stands beside it.
func replaceWord(text, word string) string {
	var b strings.Builder
	for {
		i := strings.Index(text, word)
		if i < 0 {
			b.WriteString(text)
			return b.String()
		}
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(text[i+len(word):])
		b.WriteString(text[:i])
		if isWordRune(before) || isWordRune(after) {
			b.WriteString(word)
		} else {
			b.WriteString(blank)
		}
		text = text[i+len(word):]
	}
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
