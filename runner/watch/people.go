package watch

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net"
	"net/http"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
)

// people are those whose connections are passed on. They are told apart by their credentials, of which nothing is kept but a hash.
type people struct {
	session map[string]string // hash of a cookie or token: who has it
	order   map[string]int
}

func newPeople() *people {
	return &people{session: map[string]string{}, order: map[string]int{}}
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// of is who sent a request: by Basic credentials, by a token or cookie whose user is known, else by the address.
func (p *people) of(x *exchange) string {
	who := ""
	scheme, rest, _ := strings.Cut(x.asked.Get("Authorization"), " ")
	var keys []string
	switch {
	case strings.EqualFold(scheme, "basic"):
		if plain, err := base64.StdEncoding.DecodeString(rest); err == nil {
			name, _, _ := strings.Cut(string(plain), ":")
			who = "user " + name
		}
	case rest != "":
		keys = append(keys, hash(rest))
	}
	for _, c := range (&http.Request{Header: x.asked}).Cookies() {
		if strings.EqualFold(c.Name, "JSESSIONID") {
			keys = append(keys, hash(c.Value))
		}
	}
	for _, k := range keys {
		if known := p.session[k]; who == "" && known != "" {
			who = known
		}
	}
	if name := userOf(x); who == "" && name != "" {
		who = "user " + name
	}
	if who == "" && len(keys) > 0 {
		who = "session " + keys[0]
	}
	if who == "" {
		host, _, err := net.SplitHostPort(x.remote)
		if err != nil {
			host = x.remote
		}
		return "address " + host
	}
	for _, c := range (&http.Response{Header: x.answered}).Cookies() {
		if strings.EqualFold(c.Name, "JSESSIONID") {
			keys = append(keys, hash(c.Value))
		}
	}
	for _, k := range keys {
		p.session[k] = who
	}
	for k := range p.session {
		if len(p.session) <= mostKnown {
			break
		}
		delete(p.session, k) // who sends it again without a name is somebody else then
	}
	return who
}

// mostKnown are the cookies and tokens whose owner is remembered.
const mostKnown = 100_000

// userOf is the user whom an answer to GET /me names.
func userOf(x *exchange) string {
	path, _, _ := strings.Cut(x.path, "?")
	if !strings.HasSuffix(path, root+"/me") || x.method != http.MethodGet {
		return ""
	}
	var answer struct {
		User struct {
			UserName string `json:"userName"`
		} `json:"user"`
	}
	if json.Unmarshal(x.came, &answer) != nil {
		return ""
	}
	return answer.User.UserName
}

// part is who somebody is in the recording: three make a station, in the order in which they appear.
func (p *people) part(who string) (role string, station int) {
	n, known := p.order[who]
	if !known {
		n = len(p.order)
		p.order[who] = n
	}
	return recording.Roles[n%len(recording.Roles)], n/len(recording.Roles) + 1
}
