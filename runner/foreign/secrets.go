package foreign

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
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

// words are what the names of such members and parameters hold.
var words = []string{"password", "passwd", "secret", "token", "credential", "authorization", "cookie", "jsessionid", "csrf", "apikey", "api_key"}

// Secrets are values that a file shows to be secret, and must not be found in what is made of it.
type Secrets struct {
	Most int // how many of them are kept, the newest ones; 0 for all

	known   map[string]bool
	cookies map[string]bool     // those of them that only stand in cookies that are not a session's
	shown   map[string]bool     // of these, ids that the API shows
	values  []string            // in the order in which they came
	starts  map[string][]string // by how they begin, the longest first
	pairs   [1 << 16]bool       // by their first two bytes, whether any begins so
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
		s.made(value)
	}
}

// made adds a value that a server has made, unless it may be a word of the API.
func (s *Secrets) made(value string) {
	if recording.Unguessable(value) {
		s.add(value)
	}
}

func (s *Secrets) pair(cookie string) {
	name, value, _ := strings.Cut(cookie, "=")
	s.Cookie(strings.TrimSpace(name), strings.Trim(value, `" `))
}

// Cookie notes the value of a cookie. The id of something that the API shows is none, but in the cookie of a session.
func (s *Secrets) Cookie(name, value string) {
	switch {
	case recording.PrivateCookie(name):
		delete(s.shown, value)
		s.made(value)
	case s.shown[value] || s.known[value]:
	default:
		s.made(value)
		if s.known[value] {
			if s.cookies == nil {
				s.cookies = map[string]bool{}
			}
			s.cookies[value] = true
		}
	}
}

// Show notes the ids that an entry shows, as it came: they are no secrets, although they stand in a cookie, too.
func (s *Secrets) Show(e *recording.Entry) {
	for _, id := range voice.IDsIn(e) {
		if !s.cookies[id] {
			continue
		}
		if s.shown == nil {
			s.shown = map[string]bool{}
		}
		s.shown[id] = true
		s.forget(id)
		s.values = slices.DeleteFunc(s.values, func(v string) bool { return v == id })
	}
}

func (s *Secrets) add(value string) {
	delete(s.cookies, value) // it is a secret elsewhere, too
	if len(value) < shortestSecret || s.known[value] {
		return
	}
	if s.known == nil {
		s.known, s.starts = map[string]bool{}, map[string][]string{}
	}
	if s.Most > 0 && len(s.values) >= s.Most {
		s.forget(s.values[0])
		s.values = append(s.values[:0], s.values[1:]...)
	}
	s.known[value] = true
	s.values = append(s.values, value)
	start := value[:shortestSecret]
	s.starts[start] = append(s.starts[start], value)
	slices.SortStableFunc(s.starts[start], func(a, b string) int { return len(b) - len(a) })
	s.pairs[pairAt(value, 0)] = true
}

func (s *Secrets) forget(value string) {
	delete(s.known, value)
	delete(s.cookies, value)
	start := value[:shortestSecret]
	if s.starts[start] = slices.DeleteFunc(s.starts[start], func(v string) bool { return v == value }); len(s.starts[start]) == 0 {
		delete(s.starts, start)
	}
}

func pairAt(text string, i int) uint16 { return uint16(text[i])<<8 | uint16(text[i+1]) }

// Cut is a text without secrets.
func (s *Secrets) Cut(text string) string {
	text = s.cutValues(text)
	lower := strings.ToLower(text)
	if !slices.ContainsFunc(words, func(w string) bool { return strings.Contains(lower, w) }) {
		return text
	}
	text = member.ReplaceAllString(text, `$1"`+cut+`"`)
	return query.ReplaceAllString(text, "${1}"+cut)
}

// cutValues is a text without the known values.
func (s *Secrets) cutValues(text string) string {
	if len(s.values) == 0 {
		return text
	}
	var out strings.Builder
	from := 0
	for i := 0; i+shortestSecret <= len(text); i++ {
		if !s.pairs[pairAt(text, i)] {
			continue
		}
		list := s.starts[text[i:i+shortestSecret]]
		n := slices.IndexFunc(list, func(v string) bool { return strings.HasPrefix(text[i:], v) })
		if n < 0 {
			continue
		}
		out.WriteString(text[from:i])
		out.WriteString(cut)
		from = i + len(list[n])
		i = from - 1
	}
	if from == 0 {
		return text
	}
	out.WriteString(text[from:])
	return out.String()
}
