package voiceapi

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
)

// A server that sets cookies without end has so many sent back and no more; one that gives a cookie a new value each time
// has the newest.
func TestCookiesHaveAnEnd(t *testing.T) {
	var n atomic.Int32
	var sent atomic.Value
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		sent.Store(r.Header.Get("Cookie"))
		for i := range 100 {
			http.SetCookie(w, &http.Cookie{Name: fmt.Sprintf("c%d-%d", n.Load(), i), Value: "value"})
		}
		http.SetCookie(w, &http.Cookie{Name: "session", Value: fmt.Sprint("s", n.Add(1))})
		http.SetCookie(w, &http.Cookie{Name: "large", Value: strings.Repeat("x", cookieLimit)})
	})
	seen := 0
	c := client(t, s.URL, func(o *Options) {
		o.OnCookie = func(*http.Cookie) bool { seen++; return true }
	})
	for range 5 {
		c.Do(t.Context(), Request{Path: "/me"})
	}
	cookies, _ := sent.Load().(string)
	if got := strings.Count(cookies, "="); got != mostCookies || !strings.Contains(cookies, "session=s4") || strings.Contains(cookies, "large") {
		t.Errorf("%d cookies: %.300s", got, cookies)
	}
	if seen > mostCookies+5 {
		t.Errorf("told of %d", seen)
	}
}

// What nobody can keep secret is not kept.
func TestACookieIsRefused(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "value"})
		fmt.Fprint(w, r.Header.Get("Cookie"))
	})
	c := client(t, s.URL, func(o *Options) { o.OnCookie = func(*http.Cookie) bool { return false } })
	c.Do(t.Context(), Request{Path: "/me"})
	if x := c.Do(t.Context(), Request{Path: "/me"}); len(x.Body) > 0 {
		t.Errorf("sent %s", x.Body)
	}
}
