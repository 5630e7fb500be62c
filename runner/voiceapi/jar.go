package voiceapi

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"sync"
	"time"
)

// Limits of a jar are about those of browsers. A server may set as many cookies as it likes, and each would be sent to
// it with every request.
const (
	mostCookies = 180
	cookieLimit = 4 << 10 // of name and value
)

func newJar(o Options) (http.CookieJar, error) {
	jar, err := cookiejar.New(nil)
	return &boundedJar{CookieJar: jar, seen: o.OnCookie, names: map[string]bool{}}, err
}

// boundedJar tells of each cookie, whichever client of the agent it came to, and keeps so many and no more.
type boundedJar struct {
	http.CookieJar

	seen  func(*http.Cookie) bool
	mu    sync.Mutex
	names map[string]bool
}

// SetCookies is called by net/http and by gorilla.
func (j *boundedJar) SetCookies(u *url.URL, cookies []*http.Cookie) {
	kept := make([]*http.Cookie, 0, min(len(cookies), mostCookies))
	for _, c := range cookies {
		if j.keeps(c) {
			kept = append(kept, c)
		}
	}
	j.CookieJar.SetCookies(u, kept)
}

func (j *boundedJar) keeps(c *http.Cookie) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	key := c.Name + ";" + c.Domain + ";" + c.Path
	if c.MaxAge < 0 || !c.Expires.IsZero() && c.Expires.Before(time.Now()) {
		delete(j.names, key)
		return true
	}
	if len(c.Name)+len(c.Value) > cookieLimit || !j.names[key] && len(j.names) >= mostCookies || j.seen != nil && !j.seen(c) {
		return false
	}
	j.names[key] = true
	return true
}

// TakeOver gives the client the cookies and the CSRF token that another of the same server has now. What that is told afterwards, to drop
// a cookie for example, it does not hear of.
func (c *Client) TakeOver(other *Client) {
	u, err := url.Parse(c.URL("/"))
	if err != nil {
		return // New has looked at it
	}
	cookies := other.jar.Cookies(u)
	for _, k := range cookies {
		k.Path = "/"
	}
	c.jar.SetCookies(u, cookies)
	other.mu.Lock()
	token := other.csrf
	other.mu.Unlock()
	c.mu.Lock()
	c.csrf = token
	c.mu.Unlock()
}
