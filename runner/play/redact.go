package play

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// secrets cuts passwords, Basic tokens, cookies and CSRF tokens out of everything that is
// recorded, whoever sent it: a target may echo what it was sent.
type secrets struct {
	mu    sync.RWMutex
	known []string        // the longest first: one may be the beginning of another
	plain map[string]bool // user names and numbers: never cut, even if somebody's password is the same
}

const (
	blank       = "[secret]"
	secretFloor = 5 // a shorter text occurs by chance everywhere
	sureLength  = 8 // a shorter one is cut only where it stands alone, in a value: "state" is a member's name
)

func newSecrets() *secrets { return &secrets{plain: map[string]bool{}} }

func (s *secrets) credentials(user, password, number string) {
	s.mu.Lock()
	s.plain[user], s.plain[number] = true, true
	s.mu.Unlock()
	s.sent(user, password)
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
	forms := []string{text, url.QueryEscape(text), url.PathEscape(text)}
	if escaped, err := json.Marshal(text); err == nil { // within what looks like JSON and is none
		forms = append(forms, string(escaped[1:len(escaped)-1]))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range forms {
		if !slices.Contains(s.known, f) {
			s.known = append(s.known, f)
		}
	}
	slices.SortStableFunc(s.known, func(a, b string) int { return len(b) - len(a) })
}

// cut returns raw without secrets; raw itself where there are none. In JSON they are looked for in
// the strings as they read: a server may write any character as an escape.
func (s *secrets) cut(raw []byte) []byte {
	if !json.Valid(raw) {
		if text := s.cutText(string(raw)); text != string(raw) {
			return []byte(text)
		}
		return raw
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
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
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.clean(text, false)
}

func (s *secrets) clean(text string, key bool) string {
	for _, k := range s.known {
		switch {
		case s.plain[k] || !strings.Contains(text, k):
		case len(k) >= sureLength:
			text = strings.ReplaceAll(text, k, blank)
		case !key:
			text = replaceWord(text, k)
		}
	}
	return text
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
