package play

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"sync"
)

// secrets cuts passwords, Basic tokens, cookies and CSRF tokens out of everything that is
// recorded, whoever sent it: a target may echo what it was sent.
type secrets struct {
	mu    sync.RWMutex
	known map[string]bool
	plain map[string]bool // user names and numbers: never cut, even if somebody's password is the same
}

const (
	blank       = "[secret]"
	secretFloor = 5 // a shorter text occurs by chance everywhere
)

func newSecrets() *secrets { return &secrets{known: map[string]bool{}, plain: map[string]bool{}} }

func (s *secrets) credentials(user, password, number string) {
	s.mu.Lock()
	s.plain[user], s.plain[number] = true, true
	s.mu.Unlock()
	s.add(password)
	if user != "" {
		s.add(base64.StdEncoding.EncodeToString([]byte(user + ":" + password)))
	}
}

func (s *secrets) add(text string) {
	if len(text) < secretFloor {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known[text] = true
	if escaped, err := json.Marshal(text); err == nil { // as it stands inside JSON
		s.known[string(escaped[1:len(escaped)-1])] = true
	}
}

// cut returns raw without secrets; raw itself where there are none.
func (s *secrets) cut(raw []byte) []byte {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for k := range s.known {
		if !s.plain[k] && bytes.Contains(raw, []byte(k)) {
			raw = bytes.ReplaceAll(raw, []byte(k), []byte(blank))
		}
	}
	return raw
}

func (s *secrets) cutText(text string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for k := range s.known {
		if !s.plain[k] {
			text = strings.ReplaceAll(text, k, blank)
		}
	}
	return text
}
