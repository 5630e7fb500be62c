package foreign

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
)

// cut stands where a secret was.
const cut = "***"

// shortestSecret: shorter values, such as that of a cookie that says on, stand for other things too.
const shortestSecret = 6

// named are members of JSON and parameters of a query whose value is a secret.
var (
	member = regexp.MustCompile(`(?i)("(?:[a-z_-]*(?:password|passwd|secret|token|credential|authorization|cookie|jsessionid|csrf|apikey|api_key)[a-z_-]*)"\s*:\s*)"(?:[^"\\]|\\.)*"`)
	query  = regexp.MustCompile(`(?i)([?&;](?:[a-z_-]*(?:password|secret|token|credential|authorization|jsessionid|csrf|apikey|api_key)[a-z_-]*)=)[^&#;]*`)
)

// Secrets are values that a file shows to be secret, and must not be found in what is made of it.
type Secrets struct {
	values []string
	cutter *strings.Replacer
}

// Header notes what a header with a secret holds.
func (s *Secrets) Header(name, value string) {
	switch name = strings.ToLower(name); {
	case name == "authorization" || name == "proxy-authorization":
		scheme, rest, _ := strings.Cut(value, " ")
		s.add(rest)
		if strings.EqualFold(scheme, "basic") {
			if plain, err := base64.StdEncoding.DecodeString(rest); err == nil {
				_, password, _ := strings.Cut(string(plain), ":")
				s.add(password)
			}
		}
	case name == "cookie":
		for pair := range strings.SplitSeq(value, ";") {
			s.pair(pair)
		}
	case name == "set-cookie":
		pair, _, _ := strings.Cut(value, ";")
		s.pair(pair)
	case strings.Contains(name, "csrf") && !strings.HasSuffix(name, "header") && !strings.HasSuffix(name, "headername"), strings.Contains(name, "token"):
		s.add(value)
	}
}

func (s *Secrets) pair(cookie string) {
	_, value, _ := strings.Cut(cookie, "=")
	s.add(strings.Trim(value, `" `))
}

func (s *Secrets) add(value string) {
	if len(value) >= shortestSecret && !slices.Contains(s.values, value) {
		s.values = append(s.values, value)
		s.cutter = nil
	}
}

// Cut is a text without secrets.
func (s *Secrets) Cut(text string) string {
	if len(s.values) > 0 {
		if s.cutter == nil {
			slices.SortFunc(s.values, func(a, b string) int { return len(b) - len(a) })
			var pairs []string
			for _, v := range s.values {
				pairs = append(pairs, v, cut)
			}
			s.cutter = strings.NewReplacer(pairs...)
		}
		text = s.cutter.Replace(text)
	}
	text = member.ReplaceAllString(text, `$1"`+cut+`"`)
	return query.ReplaceAllString(text, "${1}"+cut)
}
