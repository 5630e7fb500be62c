package play

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/voiceapi"
)

// How people say who they are, where a gateway stands before the server that takes no Basic credentials.

// authorize learns how an actor says who he is; a token is fetched, so that what keeps it from being had is told first.
func (a *Actor) authorize(ctx context.Context) error {
	auth := a.station.run.Target.Auth
	switch auth.Kind {
	case config.Bearer:
		a.present = bearer(a.Party.Password)
	case config.Cookie:
		a.present = func(req *http.Request) {
			req.AddCookie(&http.Cookie{Name: auth.Cookie, Value: a.Party.Password}) //nolint:gosec // what a client sends has no attributes
		}
	case config.OAuth2Client, config.OAuth2Password:
		source := a.tokens(ctx, auth)
		token, err := source.Token()
		if err != nil {
			return &Problem{
				Cause:  fmt.Sprintf("no token was had for %s (%s) from %s: %s", a.Party.User, a.Role, auth.URL, a.station.run.Redact(firstLine(err.Error()))),
				Remedy: "check auth: in the target file, and user and password",
			}
		}
		a.station.run.secrets.token("Authorization", token.AccessToken)
		a.present = func(req *http.Request) {
			if token, err := source.Token(); err == nil { // without one the server refuses, which is told
				a.station.run.secrets.token("Authorization", token.AccessToken)
				bearer(token.AccessToken)(req)
			}
		}
	}
	return nil
}

// ByToken reports whether people say who they are by tokens: who checks those before the server looks for one in each request.
func (s *Stage) ByToken() bool {
	kind := s.station.run.Target.Auth.Kind
	return kind == config.Bearer || kind == config.OAuth2Client || kind == config.OAuth2Password
}

// ByPassword reports whether people say who they are by user and password, so that all cookies are those of the server itself.
func (s *Stage) ByPassword() bool {
	kind := s.station.run.Target.Auth.Kind
	return kind == "" || kind == config.Basic
}

// tokens fetches tokens as they are needed, as long as the run lasts.
func (a *Actor) tokens(ctx context.Context, auth config.Auth) oauth2.TokenSource {
	r := a.station.run
	transport := http.DefaultTransport.(*http.Transport).Clone() //nolint:forbidigo,forcetypeassert // a copy; it is one
	transport.TLSClientConfig = r.TLS.Clone()
	client := &http.Client{Transport: transport, Timeout: r.Budgets.Request}
	life := context.WithValue(context.WithoutCancel(ctx), oauth2.HTTPClient, client)
	if auth.Kind == config.OAuth2Client {
		c := clientcredentials.Config{ClientID: a.Party.User, ClientSecret: a.Party.Password, TokenURL: auth.URL, Scopes: auth.Scopes}
		return c.TokenSource(life)
	}
	c := &oauth2.Config{ClientID: auth.Client, ClientSecret: auth.Secret, Scopes: auth.Scopes, Endpoint: oauth2.Endpoint{TokenURL: auth.URL}}
	return oauth2.ReuseTokenSource(nil, byPassword{life, c, a.Party})
}

// byPassword fetches a token anew with a person's password: not every server gives tokens to refresh with.
type byPassword struct {
	ctx    context.Context //nolint:containedctx // a run's life
	config *oauth2.Config
	who    config.Party
}

// Token is called by oauth2.
func (p byPassword) Token() (*oauth2.Token, error) {
	return p.config.PasswordCredentialsToken(p.ctx, p.who.User, p.who.Password)
}

func bearer(token string) func(*http.Request) {
	return func(req *http.Request) { req.Header.Set("Authorization", "Bearer "+token) }
}

// presentAs is how an actor says who he is, where it is he himself; nil for Basic credentials.
func (a *Actor) presentAs(who voiceapi.Credentials) func(*http.Request) {
	if who.User != a.Party.User || who.Password != a.Party.Password {
		return nil
	}
	return a.present
}

func firstLine(s string) string {
	first, _, _ := strings.Cut(s, "\n")
	return first
}
