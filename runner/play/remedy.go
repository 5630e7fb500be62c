package play

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/bayeux"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
	"github.com/voicespec/voicespec/runner/voiceapi"
)

// What keeps a target from being tested has one cause, and each cause a remedy of its own.

var remedies = map[string]string{
	voiceapi.FaultRefused: "check host and port in target:, and that the server runs",
	voiceapi.FaultDNS:     "check the host name in target:",
	voiceapi.FaultTLS:     "check the certificate; tls: in the target file names an authority to trust",
	voiceapi.FaultTimeout: "check that the address is right and not behind a firewall, or raise --slow",
	voiceapi.FaultReset:   "check that target: has the right scheme (http or https) and port",
}

// remedyFor is the remedy for a kind of trouble with the connection.
func remedyFor(kind, text string) string {
	switch {
	case kind == voiceapi.FaultTLS && (strings.Contains(text, "certificate required") || strings.Contains(text, "bad certificate")):
		return "the server asks for a client's certificate: name it as tls: {cert: client.pem, key: client.key} in the target file"
	case kind == voiceapi.FaultTLS && (strings.Contains(text, "protocol version") || strings.Contains(text, "handshake failure")):
		return "server and voicespec have no TLS version or cipher in common; let the server speak TLS 1.2 or newer"
	}
	return remedies[kind]
}

func whatCame(e *recording.Entry) string {
	if e.AnswerObject() == nil && e.Problem == "" {
		return fmt.Sprintf("HTTP %d with %s, not a JSON object", e.Status, orNothing(e.Headers["Content-Type"]))
	}
	return Outcome(e)
}

func orNothing(contentType string) string {
	if contentType == "" {
		return "no content type"
	}
	return contentType
}

// refusedCredentials tells wrong credentials from a server that wants another kind of them.
func refusedCredentials(who string, me *recording.Entry) *Problem {
	p := &Problem{
		Cause:  fmt.Sprintf("the server refused the credentials of %s (HTTP %d)", who, me.Status),
		Remedy: "check user and password in the target file",
	}
	asked := me.Headers["Www-Authenticate"]
	if scheme, _, _ := strings.Cut(asked, " "); scheme != "" && !strings.Contains(strings.ToLower(asked), "basic") {
		p.Cause += ": it asks for " + recording.Cut(scheme) + " (WWW-Authenticate), and was sent Basic"
		p.Remedy = "let the server, or what stands before it, take Basic credentials, with which the Voice API is used"
		if strings.EqualFold(scheme, "bearer") {
			p.Remedy = "name how a token is had: auth: {kind: oauth2-password, …} in the target file, or kind: bearer for tokens that you have"
		}
	}
	return p
}

var signIn = regexp.MustCompile(`(?i)sign[ -]?(in|on)\b|log[ -]?(in|on)\b|type=["']?password`)

// signInPage reports whether a page for people came that wants to know who they are.
func signInPage(me *recording.Entry) bool {
	return strings.Contains(me.Headers["Content-Type"], "html") && signIn.MatchString(me.ResponseText)
}

// cannotWork is the problem that nothing can be played in a person's name: what is posted is not let through, the
// telephone is not there, or the server has no place left. Any other refusal is judged.
func (a *Actor) cannotWork(ctx context.Context, e *recording.Entry) error {
	answer := string(e.Response) + e.ResponseText
	said := strings.ToLower(answer)
	cause := fmt.Sprintf("StartContactCenterSession of %s (%s) was refused: HTTP %d %s", a.Party.User, a.Role, e.Status, recording.Cut(answer))
	if failed := voice.FailedVoice(e); failed != "" {
		cause = fmt.Sprintf("StartContactCenterSession opened no voice channel for %s (%s): %s", a.Party.User, a.Role, recording.Cut(failed))
	}
	switch {
	case e.Problem != "" || voice.OpensVoice(e) || NoSuchOperation(e):
		return nil
	case e.Status == http.StatusForbidden && strings.Contains(said, "csrf"):
		return &Problem{
			Cause:  cause,
			Remedy: "the CSRF token of the GET before did not come back, or not as it was: does a proxy take the headers X-CSRF-HEADER and X-CSRF-TOKEN away?",
		}
	case strings.Contains(said, "not registered"):
		return &Problem{Cause: cause, Remedy: "start and register the telephone of " + a.Party.Number + ", and run again", Passing: true}
	case noSeat.MatchString(said):
		return &Problem{Cause: cause, Remedy: "the server has no place for one more: let somebody log out, or raise the limit", Passing: true}
	case voice.FailedVoice(e) != "" && !a.inService(ctx):
		return &Problem{Cause: cause, Remedy: "mend what the server says of the voice channel of " + a.Party.User + ", and run again"}
	}
	return nil
}

var noSeat = regexp.MustCompile(`licen[cs]e|\bseats?\b|(session|agent|user|login)s? limit|(too many|maximum number of|maximum of \d+) (concurrent )?(session|agent|user|login)`)

// inService reports whether the person's device is Active all the same.
func (a *Actor) inService(ctx context.Context) bool {
	e := a.get(ctx, recording.Connect.Label("device"), "/me/devices?fields=*")
	list, _ := voice.DevicesIn(e)
	for _, d := range list {
		if voice.SameID(d.ID(), a.Device) {
			return d.DeviceState() == "Active"
		}
	}
	return false
}

// orAbsent takes the destination for a number alone where its telephone cannot work: nobody answers there, and the rest can be
// tested.
func (a *Actor) orAbsent(ctx context.Context, err error) error {
	why, isProblem := errors.AsType[*Problem](err)
	if !isProblem || a.Role != voice.Destination {
		return err
	}
	a.absent = fmt.Sprintf("nobody can work as the destination (%s): %s", a.Party.Number, a.station.run.Redact(why.Error()))
	a.close(ctx)
	a.notifications, a.rest = nil, nil
	return nil
}

// bayeuxRemedy says what to do where there are no notifications.
func (a *Actor) bayeuxRemedy(err error) string {
	if remedy := a.unknownSession(err); remedy != "" {
		return remedy
	}
	var refused *bayeux.Error
	if errors.As(err, &refused) && refused.Kind == bayeux.Refused && refused.Status == 0 {
		return "CometD is there and refuses the session: mend the reason that it gives, and run again"
	}
	r := a.station.run
	return fmt.Sprintf("check that CometD is served at %s/api/v2%s and that --transport fits", r.Target.URL, r.notifications())
}

// unknownSession is the remedy where a session that was just begun is not known; "" for another error.
func (a *Actor) unknownSession(err error) string {
	if text := strings.ToLower(err.Error()); !strings.Contains(text, "402:") && !strings.Contains(text, "unknown client") {
		return ""
	}
	return a.KeepsSession()
}

// KeepsSession asks what keeps a session that was begun from being known: a cookie that does not come back, or its node.
func (a *Actor) KeepsSession() string {
	at, err := url.Parse(a.rest.URL(a.station.run.notifications()))
	if err != nil {
		return ""
	}
	sent := a.rest.Jar().Cookies(at)
	a.cookiesMu.Lock()
	defer a.cookiesMu.Unlock()
	for _, c := range a.cookies {
		if !slices.ContainsFunc(sent, func(s *http.Cookie) bool { return s.Name == c.Name }) {
			return fmt.Sprintf("the cookie %s does not come back to %s: its %s keeps it away; does a proxy that changes paths or hosts leave cookies as they are?",
				recording.Cut(c.Name), at.Path, keptAwayBy(c, at))
		}
	}
	return "all cookies were sent: is every request of a session sent to the same node?"
}

// keptAwayBy is the attribute of a cookie by which it is not sent to an address.
func keptAwayBy(c *http.Cookie, at *url.URL) string {
	host := strings.ToLower(at.Hostname())
	domain := strings.ToLower(strings.TrimPrefix(c.Domain, "."))
	switch {
	case c.Secure && at.Scheme != "https":
		return "attribute Secure (the target is http)"
	case domain != "" && host != domain && !strings.HasSuffix(host, "."+domain):
		return "attribute Domain=" + recording.Cut(c.Domain)
	case c.Path != "" && !strings.HasPrefix(strings.TrimSuffix(at.Path, "/")+"/", strings.TrimSuffix(c.Path, "/")+"/"):
		return "attribute Path=" + recording.Cut(c.Path)
	case c.MaxAge < 0 || !c.Expires.IsZero():
		return "end (Max-Age or Expires)"
	default:
		return "default path (it was set without Path)"
	}
}

// mostRemembered bounds the cookies of which is known how they were set.
const mostRemembered = 50

// learnCookie hides the value of a cookie, and remembers how it was set.
func (a *Actor) learnCookie(c *http.Cookie) bool {
	a.cookiesMu.Lock()
	a.cookies = slices.DeleteFunc(a.cookies, func(old *http.Cookie) bool { return old.Name == c.Name })
	if c.MaxAge >= 0 && len(a.cookies) < mostRemembered {
		a.cookies = append(a.cookies, c)
	}
	a.cookiesMu.Unlock()
	return a.station.run.secrets.learn(c)
}
