package foreign

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
)

// learn notes secrets, and which session is whose.
func (h *har) learn(e harEntry) {
	user, session := "", ""
	for _, x := range e.Request.Headers {
		h.secrets.Header(x.Name, x.Value)
		if strings.EqualFold(x.Name, "authorization") {
			user = userOf(x.Value)
		}
		if strings.EqualFold(x.Name, "cookie") {
			session = sessionOf(x.Value)
		}
	}
	for _, c := range e.Request.Cookies {
		h.secrets.Cookie(c.Name, c.Value)
	}
	for _, c := range e.Response.Cookies {
		h.secrets.Cookie(c.Name, c.Value)
	}
	for _, x := range e.Response.Headers {
		h.secrets.Header(x.Name, x.Value)
		if strings.EqualFold(x.Name, "set-cookie") && session == "" {
			session = sessionOf(x.Value)
		}
	}
	if user != "" && session != "" {
		h.users[session] = user
	}
}

// userOf is the name by which credentials are told apart.
func userOf(authorization string) string {
	scheme, rest, _ := strings.Cut(authorization, " ")
	if strings.EqualFold(scheme, "basic") {
		if plain, err := base64.StdEncoding.DecodeString(rest); err == nil {
			name, _, _ := strings.Cut(string(plain), ":")
			return name
		}
	}
	sum := sha256.Sum256([]byte(rest))
	return fmt.Sprintf("the bearer of token %x", sum[:3])
}

func sessionOf(cookies string) string {
	for pair := range strings.SplitSeq(cookies, ";") {
		if name, value, _ := strings.Cut(strings.TrimSpace(pair), "="); strings.EqualFold(name, "JSESSIONID") {
			return value
		}
	}
	return ""
}

// personOf is who sent a request, as far as the archive tells several people apart.
func (h *har) personOf(r harRequest) string {
	for _, x := range r.Headers {
		if strings.EqualFold(x.Name, "authorization") {
			return userOf(x.Value)
		}
	}
	for _, x := range r.Headers {
		if strings.EqualFold(x.Name, "cookie") {
			if user := h.users[sessionOf(x.Value)]; user != "" {
				return user
			}
		}
	}
	if len(h.users) == 1 {
		for _, user := range h.users {
			return user
		}
	}
	return "the browser"
}
