package voiceapi

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const password = "agent-secret"

func serve(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s
}

func client(t *testing.T, base string, change ...func(*Options)) *Client {
	t.Helper()
	o := Options{BaseURL: base, Credentials: Credentials{"agent", password}, RequestTimeout: 5 * time.Second, UserAgent: "voicespec/1"}
	for _, f := range change {
		f(&o)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestAnExchange(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		user, pass, _ := r.BasicAuth()
		body := make([]byte, r.ContentLength)
		_, _ = r.Body.Read(body)
		got := strings.Join([]string{r.Method, r.RequestURI, user, pass, r.Header.Get("Content-Type"), r.UserAgent(), r.Header.Get("Origin"), string(body)}, " ")
		want := "POST /gws/api/v2/me/calls/1?fields=* agent agent-secret application/json voicespec/1 http://" + r.Host + " {}"
		if got != want {
			t.Errorf("the server got %s", got)
		}
		w.Header().Set("X-Odd", "1")
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = w.Write([]byte(`{"statusCode":4}`))
	})
	c := client(t, s.URL+"/gws/")
	x := c.Do(t.Context(), Request{Method: "POST", Path: "/me/calls/1?fields=*", Body: []byte("{}"), ContentType: "application/json"})
	if x.Fault != nil || x.Status != 500 || string(x.Body) != `{"statusCode":4}` || x.Header.Get("X-Odd") != "1" {
		t.Errorf("exchange %+v", x)
	}
	if x.URL != s.URL+"/gws/api/v2/me/calls/1?fields=*" || x.Request.Path != "/me/calls/1?fields=*" || string(x.Request.Body) != "{}" {
		t.Errorf("exchange %+v", x)
	}
	if x.SentAt.IsZero() || x.AnsweredAt.Before(x.SentAt) {
		t.Errorf("from %s to %s", x.SentAt, x.AnsweredAt)
	}
}

// A cache on the way is asked not to answer for the server.
func TestReadsPassCaches(t *testing.T) {
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Cache-Control"); (got == "no-cache") != (r.Method == "GET") {
			t.Errorf("%s with Cache-Control %q", r.Method, got)
		}
	})
	c := client(t, s.URL)
	for _, method := range []string{"GET", "POST"} {
		if x := c.Do(t.Context(), Request{Method: method, Path: "/me"}); x.Fault != nil {
			t.Error(x.Fault)
		}
	}
}

// asked is what a server learns of who asks.
func asked(r *http.Request) string {
	var parts []string
	if user, _, ok := r.BasicAuth(); ok {
		parts = append(parts, user)
	}
	if _, err := r.Cookie("JSESSIONID"); err == nil {
		parts = append(parts, "cookie")
	}
	if v := r.Header.Get("X-Token-Name"); v != "" {
		parts = append(parts, v)
	}
	return strings.Join(parts, " ")
}

func TestWhoAsks(t *testing.T) {
	seen := make(chan string, 1)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen <- asked(r)
		who, _, _ := r.BasicAuth()
		http.SetCookie(w, &http.Cookie{Name: "JSESSIONID", Value: "of-" + who, Path: "/"})
		w.Header().Set("X-CSRF-HEADER", "X-Token-Name")
		w.Header().Set("X-CSRF-TOKEN", "token-of-"+who)
	})
	c := client(t, s.URL)
	for _, step := range []struct {
		what    string
		request Request
		want    string
	}{
		{"the first GET", Request{Path: "/me"}, "agent"},
		{"no credentials", Request{Path: "/me", NoCredentials: true}, ""},
		{"another's", Request{Path: "/me", Credentials: &Credentials{"mallory", "x"}}, "mallory"},
		{"the next GET", Request{Path: "/me"}, "agent cookie"},
		{"a POST", Request{Method: "POST", Path: "/me"}, "agent cookie token-of-agent"},
		{"a DELETE", Request{Method: "DELETE", Path: "/me"}, "agent cookie token-of-agent"},
		{"a POST by cookie", Request{Method: "POST", Path: "/me", CookieOnly: true}, "cookie token-of-agent"},
		{"a POST without token", Request{Method: "POST", Path: "/me", NoCSRF: true}, "agent cookie"},
		{"a POST without credentials", Request{Method: "POST", Path: "/me", NoCredentials: true}, ""},
		{"another's POST", Request{Method: "POST", Path: "/me", Credentials: &Credentials{"mallory", "x"}}, "mallory"},
	} {
		x := c.Do(t.Context(), step.request)
		if x.Fault != nil {
			t.Fatalf("%s: %+v", step.what, x.Fault)
		}
		if got := <-seen; got != step.want {
			t.Errorf("%s: the server saw %q instead of %q", step.what, got, step.want)
		}
	}
}

func TestTheBayeuxClientSharesTheSession(t *testing.T) {
	seen := make(chan string, 2)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen <- asked(r)
		http.SetCookie(w, &http.Cookie{Name: "JSESSIONID", Value: "1", Path: "/"})
		w.Header().Set("X-CSRF-HEADER", "X-Token-Name")
		w.Header().Set("X-CSRF-TOKEN", "token")
	})
	c := client(t, s.URL)
	c.Do(t.Context(), Request{Path: "/me"})
	<-seen
	req, _ := http.NewRequestWithContext(t.Context(), "POST", c.URL("/notifications"), nil)
	c.Authorize(req)
	resp, err := c.HTTPClient().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if got := <-seen; got != "agent cookie token" {
		t.Errorf("the server saw %q", got)
	}
	if c.HTTPClient().Jar != c.Jar() || c.HTTPClient().Timeout != 0 {
		t.Error("not the jar, or a timeout that would cut a poll")
	}
}

func TestTheServerChoosesNoDangerousHeader(t *testing.T) {
	for _, name := range []string{"Authorization", "host", "Content-Length", "cookie", "Proxy-Authorization", "a b", "a:b", "ä"} {
		c := client(t, "http://127.0.0.1")
		c.learn("GET", http.Header{"X-Csrf-Header": {name}, "X-Csrf-Token": {"v"}})
		req := httptest.NewRequest("POST", "/", nil)
		c.protect(req)
		if len(req.Header) > 0 {
			t.Errorf("%q was set: %v", name, req.Header)
		}
	}
	c := client(t, "http://127.0.0.1")
	c.learn("GET", http.Header{"X-Csrf-Token": {"v"}}) // without the name: the usual one
	req := httptest.NewRequest("POST", "/", nil)
	if c.protect(req); req.Header.Get("X-CSRF-TOKEN") != "v" {
		t.Errorf("header %v", req.Header)
	}
}

func TestThePathGoesOutAsItIs(t *testing.T) {
	seen := make(chan string, 1)
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) { seen <- r.RequestURI })
	c := client(t, s.URL+"/gws")
	for _, path := range []string{
		"", "/", "?fields=*", "/me/calls/..%2f..%2fx", "/me//calls", "/me/../me", "/me/%41", "/me?a=b&a=%20c", "/me/calls/{id}", "/" + strings.Repeat("x", 5000),
	} {
		if x := c.Do(t.Context(), Request{Path: path}); x.Fault != nil || x.URL != c.URL(path) {
			t.Errorf("%s: %+v %s", path, x.Fault, x.URL)
			continue
		}
		if got := <-seen; got != "/gws/api/v2"+path {
			t.Errorf("%s went out as %s", path, got)
		}
	}
	for _, path := range []string{"/a b", "/a\r\nX: y", "/\x00"} {
		if x := c.Do(t.Context(), Request{Path: path}); x.Fault == nil || x.Fault.Kind != FaultProtocol {
			t.Errorf("%q: %+v", path, x)
		}
	}
}

func TestTheSessionCookieGoesWithAnOddPath(t *testing.T) {
	seen := make(chan string, 1)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen <- asked(r)
		http.SetCookie(w, &http.Cookie{Name: "JSESSIONID", Value: "1", Path: "/gws"})
	})
	c := client(t, s.URL+"/gws")
	c.Do(t.Context(), Request{Path: "/me"})
	<-seen
	c.Do(t.Context(), Request{Path: "/me/%41?a|b"})
	if got := <-seen; got != "agent cookie" {
		t.Errorf("the server saw %q", got)
	}
}

func TestNoSecretsInAnExchange(t *testing.T) {
	s := serve(t, func(http.ResponseWriter, *http.Request) {})
	c := client(t, s.URL)
	x := c.Do(t.Context(), Request{
		Path: "/me", Credentials: &Credentials{"mallory", "hidden"}, Header: http.Header{"Authorization": {"Bearer hidden"}, "X-Kept": {"1"}},
	})
	want := Request{Method: "GET", Path: "/me", Credentials: &Credentials{User: "mallory"}, Header: http.Header{"X-Kept": {"1"}}}
	if diff := cmp.Diff(want, x.Request); diff != "" {
		t.Error(diff)
	}
}

func TestBadBaseURLs(t *testing.T) {
	for _, base := range []string{"", "host:80", "ftp://host", "http://", "http://u:hidden@host", "http://host/?x", "http://host/#x", "http://%zz:hidden@"} {
		_, err := New(Options{BaseURL: base})
		if err == nil || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: %v", base, err)
		}
	}
}

func TestCloseEndsAnExchange(t *testing.T) {
	came := make(chan struct{})
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		close(came)
		<-r.Context().Done()
	})
	c := client(t, s.URL)
	go func() {
		<-came
		c.Close()
	}()
	if x := c.Do(context.Background(), Request{Path: "/me"}); x.Fault == nil || x.Fault.Kind != FaultCanceled {
		t.Errorf("%+v", x.Fault)
	}
}

func TestCookiesThatAreTakenOverStayAsTheyWere(t *testing.T) {
	seen := make(chan string, 3)
	age := 0
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen <- asked(r)
		http.SetCookie(w, &http.Cookie{Name: "JSESSIONID", Value: "1", Path: "/", MaxAge: age})
		w.Header().Set("X-CSRF-HEADER", "X-Token-Name")
		w.Header().Set("X-CSRF-TOKEN", "token")
	})
	c, former := client(t, s.URL), client(t, s.URL)
	c.Do(t.Context(), Request{Path: "/me"})
	<-seen
	former.TakeOver(c)
	age = -1
	c.Do(t.Context(), Request{Method: "POST", Path: "/me"})
	<-seen
	former.Do(t.Context(), Request{Method: "POST", Path: "/me", CookieOnly: true})
	if got := <-seen; got != "cookie token" {
		t.Errorf("the server saw %q", got)
	}
}
