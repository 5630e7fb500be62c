package reference

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestHosts: a server on a loopback address answers to its own names only.
func TestHosts(t *testing.T) {
	_, base, said := serveBound(t, Options{AllowHosts: []string{"GWS.example"}}, func(*limits) {})
	port := base[strings.LastIndex(base, ":"):]
	for host, want := range map[string]int{
		"localhost": 200, "localhost" + port: 200, "LocalHost.:1": 200, "127.0.0.1" + port: 200, "127.9.9.9": 200, "[::1]:8080": 200, "[::1]": 200,
		"[::ffff:127.0.0.1]": 200, "gws.example": 200, "gws.example.:80": 200,
		"evil.example": 421, "evil.example" + port: 421, "localhost.evil.example": 421, "127.0.0.1.evil.example": 421, "notlocalhost": 421,
		"0.0.0.0": 421, "10.0.0.1": 421, "[::2]:8080": 421, "2130706433": 421, "www.gws.example": 421,
	} {
		r, err := http.NewRequest(http.MethodGet, base+"/api/v2/me", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		r.SetBasicAuth("agent", "agent-secret")
		resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("Host %s: HTTP %d, want %d", host, resp.StatusCode, want)
		}
	}
	said.once(t, "--allow-host lets it answer for further hosts")
}

func TestHostOfSocket(t *testing.T) {
	_, base := serveWith(t, Options{})
	for origin, opens := range map[string]bool{
		"": true, "http://localhost:3000": true, base: true,
		"https://evil.example": false, "null": false, "http://127.0.0.1.evil.example": false,
	} {
		conn, resp, err := dialFrom(t, base, DefaultAgents(1)[0], origin)
		if (conn != nil) != opens {
			t.Errorf("Origin %q: %v %v", origin, resp, err)
		}
	}
}

// TestOtherHosts: an address that is not loopback, and a Handler in a server of
// somebody else's, have names that only the network knows.
func TestOtherHosts(t *testing.T) {
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if _, err := s.Start("0.0.0.0:0"); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "http://gws.example/api/v2/me", nil)
	r.SetBasicAuth("agent", "agent-secret")
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Errorf("HTTP %d %s", w.Code, w.Body)
	}
}
