package config

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/voicespec/voicespec/runner/suggest"
)

// maxBudget keeps a slip of the pen (10h) from looking like a hang.
const maxBudget = 10 * time.Minute

// invalid is a value that cannot be used; path is its place in the file.
type invalid struct{ path, text string }

func (i *invalid) Error() string { return i.text }

func invalidf(path, format string, args ...any) error {
	return &invalid{path: path, text: fmt.Sprintf(format, args...)}
}

// SetDefaults fills what was left out.
func (t *Target) SetDefaults() {
	setDefaults(reflect.ValueOf(t).Elem())
	for i := range t.Stations {
		for _, p := range []*Party{&t.Stations[i].Agent, &t.Stations[i].Caller, &t.Stations[i].Destination} {
			t.SIP.share(&p.Phone)
			t.SIP.share(&p.SIP)
		}
	}
}

func setDefaults(v reflect.Value) {
	for i := range v.NumField() {
		field, value := v.Field(i), v.Type().Field(i).Tag.Get("default")
		switch {
		case field.Kind() == reflect.Struct:
			setDefaults(field)
		case value == "" || !field.IsZero():
		case field.Type() == durationType:
			d, _ := time.ParseDuration(value) // a test reads all of them
			field.SetInt(int64(d))
		case field.Kind() == reflect.String:
			field.SetString(value)
		}
	}
}

// Validate trims the address and tells the first thing that makes the target unusable.
func (t *Target) Validate() error {
	checks := []func() error{
		t.checkURL, t.checkTransport, t.checkSIP, t.checkStations, t.checkFeatures, t.checkCapabilities, t.checkPasswords,
		t.checkBudgets, t.checkPace, t.checkHeaders, t.checkAuth,
	}
	for _, check := range checks {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (t *Target) checkURL() error {
	if strings.TrimSpace(t.URL) == "" {
		return invalidf("target", "no target is named; add target: http://HOST:PORT, the address of the server")
	}
	trimmed, note, err := cleanURL(t.URL)
	if err != nil {
		return err
	}
	t.URL = trimmed
	if note != "" && !slices.Contains(t.Notes, note) {
		t.Notes = append(t.Notes, note)
	}
	return nil
}

// cleanURL checks an address and cuts off what is not part of it. What the address holds is
// only quoted once it is known to hold no password.
func cleanURL(raw string) (trimmed, note string, err error) {
	raw = strings.TrimSpace(raw)
	bad := func(format string, args ...any) (string, string, error) {
		return "", "", invalidf("target", format, args...)
	}
	if strings.Contains(raw, "@") {
		return bad("the target's address holds an @, as if a user and password stood in it; leave them out, and name users under stations:")
	}
	if strings.ContainsAny(raw, "?#") {
		return bad("the target's address holds a query (?) or fragment (#); leave that out, the address ends with the path")
	}
	scheme, rest, found := strings.Cut(raw, "://")
	if !found {
		return bad("the target %q does not begin with http:// or https://; write http://%s", shorten(raw), shorten(strings.TrimLeft(raw, "/")))
	}
	if s := strings.ToLower(scheme); s != "http" && s != "https" {
		return bad("the target %q begins with %s://; only http:// and https:// can be tested", shorten(raw), shorten(scheme))
	}
	if strings.ContainsFunc(raw, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\\' }) {
		return bad("the target %q holds a space, a backslash or a control character; write it as http://HOST:PORT/PREFIX", shorten(raw))
	}
	u, parseErr := url.Parse(strings.ToLower(scheme) + "://" + rest)
	if parseErr != nil {
		return bad("the target %q is no address (check host, port and %% signs); write it as http://HOST:PORT/PREFIX", shorten(raw))
	}
	if u.Hostname() == "" {
		return bad("the target %q names no host; write it as http://HOST:PORT", shorten(raw))
	}
	if err := checkPort(u); err != nil {
		return bad("the target %q: %s", shorten(raw), err.Error())
	}
	path := strings.TrimRight(u.EscapedPath(), "/")
	if cut, had := strings.CutSuffix(path, "/api/v2"); had {
		path = strings.TrimRight(cut, "/")
		note = fmt.Sprintf("the target's address ends in /api/v2, which voicespec adds itself; taken as %s://%s%s", u.Scheme, u.Host, path)
	}
	return u.Scheme + "://" + u.Host + path, note, nil
}

func checkPort(u *url.URL) error {
	if _, _, err := net.SplitHostPort(u.Host); err == nil && u.Port() == "" {
		return errors.New("a colon without a port; write HOST:PORT")
	}
	if u.Port() == "" {
		return nil
	}
	if n, err := strconv.Atoi(u.Port()); err != nil || n < 1 || n > 65535 {
		return fmt.Errorf("port %s is none; ports are 1 to 65535", shorten(u.Port()))
	}
	return nil
}

func (t *Target) checkTransport() error {
	if !slices.Contains(Transports, t.Transport) {
		return invalidf("transport", "transport %q is unknown%s; it is one of %s",
			shorten(t.Transport), suggest.Remark(t.Transport, Transports), strings.Join(Transports, ", "))
	}
	if !strings.HasPrefix(t.Notifications, "/") || strings.ContainsAny(t.Notifications, "?# \\") || t.Notifications == "/" {
		return invalidf("notifications", "notifications must be a path below /api/v2, such as %s", DefaultNotifications)
	}
	t.Notifications = strings.TrimRight(t.Notifications, "/")
	return nil
}

// checkSIP checks what telephones have in common, which is of no use where there are none.
func (t *Target) checkSIP() error {
	if t.SIP == (SIP{}) {
		return nil
	}
	if t.SIP.Transport != "" && !slices.Contains(phoneTransports, t.SIP.Transport) {
		return invalidf("sip.transport", "sip has transport: %s%s; it is %s", shorten(t.SIP.Transport),
			suggest.Remark(t.SIP.Transport, phoneTransports), strings.Join(phoneTransports, ", "))
	}
	for _, s := range t.Stations {
		for _, role := range Roles {
			if p := s.Party(role); p.Phone != (Phone{}) || p.SIP != (Phone{}) {
				return nil
			}
		}
	}
	return invalidf("sip", "sip is about telephones, and nobody has one; add phone: {password: …} beside a person, or take sip: out")
}

func (t *Target) checkStations() error {
	if len(t.Stations) == 0 {
		return invalidf("stations", "no station is named; add one under stations: with an agent, a caller and a destination")
	}
	numbers, users := map[string]string{}, map[string]string{}
	for i := range t.Stations {
		for _, role := range Roles {
			path := fmt.Sprintf("stations.%d.%s", i, role)
			p := t.Stations[i].Party(role)
			if err := checkParty(path, role, p); err != nil {
				return err
			}
			if other := numbers[p.Number]; other != "" {
				return invalidf(path+".number", "%s and %s have the same number %s; give each person a number of its own", other, nameOf(path), shorten(p.Number))
			}
			numbers[p.Number] = nameOf(path)
			for _, form := range []struct{ key, number string }{{"shown", p.Shown}, {"dials", p.Dials}} {
				if other := numbers[form.number]; other != "" && form.number != "" && form.number != p.Number {
					return invalidf(path+"."+form.key, "%s has %s: %s, which is the number of %s; write the form of its own", nameOf(path), form.key, shorten(form.number), other)
				}
				if form.number != "" {
					numbers[form.number] = nameOf(path)
				}
			}
			if other := users[p.User]; other != "" && p.User != "" {
				return invalidf(path+".user", "%s and %s are the same user %s; give each person a user of its own", other, nameOf(path), shorten(p.User))
			}
			users[p.User] = nameOf(path)
		}
	}
	return nil
}

func checkParty(path, role string, p Party) error {
	name := nameOf(path)
	variable := strings.ToUpper(role) + "_PASSWORD"
	switch {
	case reflect.ValueOf(p).IsZero():
		return invalidf(path, "%s is missing; add %s: with %s", name, role, needs(role))
	case p.Number == "":
		return invalidf(path, "%s has no number; add number: with the number that it is called at", name)
	case strings.ContainsFunc(p.Number, unicode.IsControl) || strings.TrimSpace(p.Number) != p.Number:
		return invalidf(path+".number", "%s has a number with blanks around it or control characters in it; write the number alone", name)
	case (p.SIP != (Phone{}) || len(p.Command) > 0) && checkOutside(path, name, role, p) != nil:
		return checkOutside(path, name, role, p)
	case p.Phone != (Phone{}) && checkPhone(path+".phone", name, "a phone", p.Phone, phoneAnswers) != nil:
		return checkPhone(path+".phone", name, "a phone", p.Phone, phoneAnswers)
	case p.Dials != "" && role != "caller":
		return invalidf(path+".dials", "%s has dials:, which is what the caller dials to call the agent; write it beside the caller", name)
	case p.Answer != "" && p.Answer != Auto:
		return invalidf(path+".answer", "%s has answer: %s; it is auto, or left out", name, shorten(p.Answer))
	case role == "destination" && p.User == "" && p.Password == "", p.FromOutside():
		return nil
	case p.User == "":
		return invalidf(path, "%s has no user; add user: with the name it logs in by", name)
	case strings.ContainsFunc(p.User, unicode.IsControl) || strings.Contains(p.User, ":"):
		return invalidf(path+".user", "%s has a user with a colon or control character in it, which HTTP Basic cannot carry; "+
			"name another user, or add the comma that may be missing", name)
	case p.Password == "":
		return invalidf(path, "%s has no password; add password: \"${%s}\" and set that variable", name, variable)
	case strings.ContainsFunc(p.Password, unicode.IsControl):
		return invalidf(path+".password", "%s has a password with a control character in it (a line end?), which HTTP Basic cannot carry; take it out", name)
	}
	return nil
}

// How telephones of users may answer, and those of callers from outside.
var (
	phoneAnswers   = []string{Talk, Auto, Never}
	outsideAnswers = []string{Auto, None}
)

// checkOutside checks a caller who is no user of the server.
func checkOutside(path, name, role string, p Party) error {
	key := "command"
	if len(p.Command) == 0 {
		key = "sip"
	}
	switch {
	case role != "caller":
		return invalidf(path+"."+key, "%s has %s:, which is for a caller alone; take it out", name, key)
	case p.User != "" || p.Password != "":
		return invalidf(path, "%s has %s:, and a user or password; leave those out for a caller who is no user of the server, or %s: for one who is", name, key, key)
	case p.Phone != (Phone{}):
		return invalidf(path, "%s has %s: and phone:; keep one of them", name, key)
	case len(p.Command) == 0:
		return checkPhone(path+".sip", name, "sip:", p.SIP, outsideAnswers)
	case p.SIP != (Phone{}):
		return invalidf(path, "%s has command: and sip:; keep one of them", name)
	case strings.TrimSpace(p.Command[0]) == "":
		return invalidf(path+".command", "%s has a command without a program; name it as the first entry", name)
	}
	return nil
}

// checkPhone checks a telephone; what is how a sentence calls it.
func checkPhone(path, name, what string, t Phone, answers []string) error {
	switch {
	case t.Registrar == "":
		return invalidf(path, "%s has %s without registrar; add registrar: with the host where it registers, such as sip.example.com, there or to sip: at the top", name, what)
	case strings.ContainsFunc(t.Registrar+t.User+t.AuthUser+t.Password, unicode.IsControl) || strings.ContainsAny(t.Registrar+t.User, " <>@;\"/?"):
		return invalidf(path, "%s has %s with a character in it that no SIP address has; write registrar: as HOST:PORT, and user: as the number alone", name, what)
	case t.Transport != "" && !slices.Contains(phoneTransports, t.Transport):
		return invalidf(path+".transport", "%s has %s with transport: %s%s; it is %s", name, what, shorten(t.Transport),
			suggest.Remark(t.Transport, phoneTransports), strings.Join(phoneTransports, ", "))
	case t.Answer != "" && !slices.Contains(answers, t.Answer):
		return invalidf(path+".answer", "%s has %s with answer: %s%s; it is %s", name, what, shorten(t.Answer),
			suggest.Remark(t.Answer, answers), strings.Join(answers, ", "))
	}
	return nil
}

func needs(role string) string {
	if role == "destination" {
		return "a number (and user and password, if it shall answer)"
	}
	return "user, password and number"
}

func (t *Target) checkFeatures() error {
	for i, f := range t.Features {
		path := fmt.Sprintf("features.%d", i)
		switch {
		case strings.TrimSpace(f) == "":
			return invalidf(path, "features holds an empty entry; name a feature id, such as api-voice, or take it out")
		case !slices.Contains(Features, f):
			return invalidf(path, "features names %s, which is no feature%s; known ones are %s", shorten(f), suggest.Remark(f, Features), strings.Join(Features, ", "))
		case slices.Index(t.Features, f) < i:
			return invalidf(path, "features names %s twice; keep one of them", shorten(f))
		}
	}
	return nil
}

func (t *Target) checkPasswords() error {
	known := []string{Tried, None}
	if t.Passwords != "" && !slices.Contains(known, t.Passwords) {
		return invalidf("wrong-passwords", "wrong-passwords is %q%s; it is %s", shorten(t.Passwords), suggest.Remark(t.Passwords, known), strings.Join(known, " or "))
	}
	return nil
}

func (t *Target) checkCapabilities() error {
	for i, name := range t.Capabilities.Also {
		path := fmt.Sprintf("capabilities.also.%d", i)
		switch {
		case strings.TrimSpace(name) == "":
			return invalidf(path, "capabilities.also holds an empty entry; name an operation, or take it out")
		case slices.Index(t.Capabilities.Also, name) < i:
			return invalidf(path, "capabilities.also names %s twice; keep one of them", shorten(name))
		}
	}
	return nil
}

func (t *Target) checkBudgets() error {
	for _, b := range []struct {
		name  string
		value time.Duration
	}{{"connect", t.Budgets.Connect}, {"request", t.Budgets.Request}, {"event", t.Budgets.Event}, {"quiet", t.Budgets.Quiet}} {
		if b.value <= 0 || b.value > maxBudget {
			return invalidf("budgets."+b.name, "the budget %s is %s; it must be more than 0 and at most 10m", b.name, b.value)
		}
	}
	return nil
}

// HeaderNames and values of Headers are divided by a colon.
func (t *Target) checkHeaders() error {
	for i, h := range t.Headers {
		name, value, found := strings.Cut(h, ":")
		if !found || !headerName.MatchString(name) || strings.ContainsFunc(value, unicode.IsControl) {
			return invalidf(fmt.Sprintf("headers.%d", i), "headers holds an entry that is no header; write \"Name: value\"")
		}
	}
	if t.CheckHeader != "" && !headerName.MatchString(t.CheckHeader) {
		return invalidf("check-header", "check-header is no name of a header; write one such as X-Voicespec-Check")
	}
	return nil
}

var headerName = regexp.MustCompile(`^[A-Za-z0-9-]+$`)

// Header are the headers that go with every request.
func (t *Target) Header() http.Header {
	h := http.Header{}
	for _, line := range t.Headers {
		name, value, _ := strings.Cut(line, ":")
		h.Add(name, strings.TrimSpace(value))
	}
	return h
}

func (t *Target) checkAuth() error {
	kinds := []string{Basic, Bearer, Cookie, OAuth2Client, OAuth2Password}
	oauth2 := t.Auth.Kind == OAuth2Client || t.Auth.Kind == OAuth2Password
	switch {
	case t.Auth.Kind != "" && !slices.Contains(kinds, t.Auth.Kind):
		return invalidf("auth.kind", "auth.kind is %q%s; it is one of %s", shorten(t.Auth.Kind), suggest.Remark(t.Auth.Kind, kinds), strings.Join(kinds, ", "))
	case oauth2 && !strings.HasPrefix(t.Auth.URL, "https://") && !strings.HasPrefix(t.Auth.URL, "http://"):
		return invalidf("auth", "auth has no token-url; add the address where tokens are fetched, beginning with https://")
	case t.Auth.Kind == OAuth2Password && t.Auth.Client == "":
		return invalidf("auth", "auth has no client; add the id of the client in whose name tokens are fetched")
	case t.Auth.Kind == Cookie && !headerName.MatchString(strings.ReplaceAll(strings.ReplaceAll(t.Auth.Cookie, "_", "-"), ".", "-")):
		return invalidf("auth", "auth has no cookie; add the name of the cookie whose value is the password of each person")
	}
	return nil
}

// mostPace is more than any run sends.
const mostPace = 10_000

func (t *Target) checkPace() error {
	if t.Pace < 0 || t.Pace > mostPace {
		return invalidf("pace", "pace is %d; it is a number of requests a second, from 1 to %d, or 0 for no limit", t.Pace, mostPace)
	}
	return nil
}
