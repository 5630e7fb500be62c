package engine_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
)

// tokenOf is the token that a front gives a user.
func tokenOf(user string) string { return "token-of-" + user + "-0123456789" }

// gateway lets in who says who he is in its own way, and knows the passwords of the server behind it.
func gateway(who func(*http.Request) string) between {
	agents := reference.DefaultAgents(1)
	return func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			giveToken(w, r, agents)
			return
		}
		for _, a := range agents {
			if who(r) == tokenOf(a.User) {
				r.SetBasicAuth(a.User, a.Password)
				next.ServeHTTP(w, r)
				return
			}
		}
		if r.Header.Get("Authorization") == "" {
			next.ServeHTTP(w, r) // a session's cookie, or nothing
			return
		}
		w.Header().Set("WWW-Authenticate", `Bearer realm="gws"`)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"statusCode":20,"statusMessage":"Access denied"}`)
	}
}

func giveToken(w http.ResponseWriter, r *http.Request, agents []reference.Agent) {
	user, password := r.FormValue("username"), r.FormValue("password")
	if r.FormValue("grant_type") == "client_credentials" {
		user, password, _ = r.BasicAuth()
	}
	for _, a := range agents {
		if a.User == user && a.Password == password {
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(map[string]any{"access_token": tokenOf(user), "token_type": "bearer", "expires_in": 3600})
			return
		}
	}
	http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
}

func bearerOf(r *http.Request) string {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return token
}

// Whatever stands before a server wants to know who asks: people say it as the target file says.
func TestAccess(t *testing.T) {
	t.Parallel()
	cookie := func(r *http.Request) string {
		if c, err := r.Cookie("SSO"); err == nil {
			return c.Value
		}
		return ""
	}
	tokens := func(target *config.Target) {
		s := &target.Stations[0]
		for _, p := range []*config.Party{&s.Agent, &s.Caller, &s.Destination} {
			p.Password = tokenOf(p.User)
		}
	}
	for name, x := range map[string]struct {
		who func(*http.Request) string
		set func(*config.Target)
	}{
		"bearer": {bearerOf, func(target *config.Target) { target.Auth.Kind = config.Bearer; tokens(target) }},
		"cookie": {cookie, func(target *config.Target) {
			target.Auth = config.Auth{Kind: config.Cookie, Cookie: "SSO"}
			tokens(target)
		}},
		"password": {bearerOf, func(target *config.Target) {
			target.Auth = config.Auth{Kind: config.OAuth2Password, URL: target.URL + "/token", Client: "voicespec", Secret: "client-secret"}
		}},
		"client": {bearerOf, func(target *config.Target) {
			target.Auth = config.Auth{Kind: config.OAuth2Client, URL: target.URL + "/token"}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, target := fronted(t, 1, gateway(x.who))
			x.set(target)
			out, err := run(t, target, "calls.hold", "session.me", "notifications.protocol")
			if err != nil || out.Report.Outcome == result.DoesNotConform {
				t.Fatalf("%v %s", err, out.Report.Outcome)
			}
			for _, c := range out.Report.Checks {
				if c.Outcome == result.Failed || c.Outcome == result.Blocked {
					t.Errorf("%s %s", c.ID, c.Message)
				}
			}
		})
	}
	t.Run("basic", func(t *testing.T) {
		t.Parallel()
		_, target := fronted(t, 1, gateway(bearerOf))
		_, err := run(t, target, "session.me")
		if err == nil || !strings.Contains(err.Error(), "it asks for Bearer") || !strings.Contains(err.Error(), "auth:") {
			t.Errorf("%v", err)
		}
	})
	t.Run("no token", func(t *testing.T) {
		t.Parallel()
		_, target := fronted(t, 1, gateway(bearerOf))
		target.Auth = config.Auth{Kind: config.OAuth2Client, URL: target.URL + "/token"}
		target.Stations[0].Agent.Password = "wrong"
		_, err := run(t, target, "session.me")
		if err == nil || !strings.Contains(err.Error(), "no token was had for agent") || strings.Contains(err.Error(), "wrong\"") {
			t.Errorf("%v", err)
		}
	})
}

// Headers go with every request, REST and Bayeux, and show nowhere.
func TestHeaders(t *testing.T) {
	t.Parallel()
	const key = "Zx81-Qw93-Kd02-hidden"
	var without, checks atomic.Int32
	_, target := fronted(t, 1, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Api-Key") != key || !strings.Contains(r.UserAgent(), "(run ") {
			without.Add(1)
		}
		if strings.HasPrefix(r.Header.Get("X-Check"), "calls.hold hold") {
			checks.Add(1)
		}
		next.ServeHTTP(w, r)
	})
	target.Headers, target.CheckHeader = []string{"X-Api-Key: " + key}, "X-Check"
	out, err := run(t, target, "calls.hold")
	if err != nil || out.Report.Outcome == result.DoesNotConform {
		t.Fatalf("%v", err)
	}
	if without.Load() > 0 || checks.Load() == 0 {
		t.Errorf("%d requests without, %d with the check", without.Load(), checks.Load())
	}
	for _, e := range out.Scenarios("calls.hold") {
		if raw, _ := json.Marshal(e.Shown()); strings.Contains(string(raw), key) {
			t.Errorf("shown: %s", raw)
		}
	}
}

// A single sign-on is named as what it may be.
func TestSingleSignOn(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.RedirectHandler("https://idp.example.com/saml?SAMLRequest=x", http.StatusFound))
	defer s.Close()
	_, target := start(t, reference.Options{}, 1)
	target.URL = s.URL
	found, err := engine.Doctor(t.Context(), engine.Options{Target: target})
	if last := found[len(found)-1]; err != nil || last.OK || !strings.Contains(last.Detail, "https://idp.example.com") || !strings.Contains(last.Remedy, "single sign-on") {
		t.Errorf("%v %+v", err, last)
	}
}
