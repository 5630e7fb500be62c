package phone_test

import (
	"context"
	"crypto/md5" // what digests are made with
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/voicespec/voicespec/runner/phone"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// seen keeps what a telephone observed.
type seen struct {
	mu   sync.Mutex
	list []phone.Message
}

func (s *seen) observe(m phone.Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, m)
}

func (s *seen) all() []phone.Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]phone.Message(nil), s.list...)
}

func md5of(parts ...string) string {
	return fmt.Sprintf("%x", md5.Sum([]byte(strings.Join(parts, ":"))))
}

func TestDigest(t *testing.T) {
	p, s := newPeer(t), &seen{}
	ph, err := p.register(phone.Options{User: "5005", AuthUser: "agent", Password: "phone-secret", Observe: s.observe}, func(first string) {
		if header(first, "Authorization") != "" {
			t.Error("credentials were sent unasked")
		}
		p.answer(first, "401 Unauthorized", `WWW-Authenticate: Digest realm="here", nonce="once", algorithm=MD5, qop="auth"`)
		second := p.next("REGISTER sip:127.0.0.1")
		auth := header(second, "Authorization")
		part := func(name string) string {
			_, rest, _ := strings.Cut(auth, name+"=")
			value, _, _ := strings.Cut(strings.TrimPrefix(rest, `"`), ",")
			return strings.Trim(value, `"`)
		}
		ha1, ha2 := md5of("agent", "here", "phone-secret"), md5of("REGISTER", part("uri"))
		if want := md5of(ha1, "once", part("nc"), part("cnonce"), "auth", ha2); part("response") != want {
			t.Errorf("the response is not %s: %s", want, auth)
		}
		if uri := part("uri"); uri != strings.Fields(second)[1] {
			t.Errorf("the digest is about %s, not about %s", uri, strings.Fields(second)[1])
		}
		p.answer(second, "200 OK", "Contact: "+header(second, "Contact")+";expires=60")
	})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(ph.Address(), "sip:5005@127.0.0.1:") {
		t.Errorf("registered at %s", ph.Address())
	}
	for _, m := range s.all() {
		if strings.Contains(m.Text, "response=") || strings.Contains(m.Text, "nonce=") || strings.Contains(m.Text, "phone-secret") {
			t.Errorf("credentials are told: %s", m.Text)
		}
	}
	if len(s.all()) != 4 {
		t.Errorf("%d messages were told, not 4", len(s.all()))
	}
}

func TestRefused(t *testing.T) {
	for answer, want := range map[string]int{"403 Forbidden": 403, "404 Not Found": 404, "503 Service Unavailable": 503} {
		p := newPeer(t)
		_, err := p.register(phone.Options{User: "5005", Password: "x"}, func(request string) {
			p.answer(request, answer, "Expires: 3600", "Contact: "+header(request, "Contact")+";expires=3600") // a recorded server does so
		})
		refused, is := errors.AsType[*phone.RegisterError](err)
		if !is || refused.Status != want || refused.Error() != answer {
			t.Errorf("%s: %v", answer, err)
		}
	}
}

func TestWrongPassword(t *testing.T) {
	p := newPeer(t)
	challenge := `WWW-Authenticate: Digest realm="here", nonce="once"`
	_, err := p.register(phone.Options{User: "5005", Password: "wrong"}, func(first string) {
		p.answer(first, "401 Unauthorized", challenge)
		p.answer(p.next("REGISTER"), "401 Unauthorized", challenge)
	})
	if refused, is := errors.AsType[*phone.RegisterError](err); !is || refused.Status != 401 {
		t.Errorf("%v", err)
	}
}

// A registrar that sees the telephone elsewhere keeps the wrong contact: only Via tells.
func TestBehindATranslator(t *testing.T) {
	p := newPeer(t)
	ph, err := p.register(phone.Options{User: "5005"}, func(first string) {
		p.send("SIP/2.0 200 OK", "Via: "+header(first, "Via")+";received=127.0.0.9", "From: "+header(first, "From"), "To: "+header(first, "To")+";tag=x",
			"Call-ID: "+header(first, "Call-ID"), "CSeq: "+header(first, "CSeq"), "Contact: "+header(first, "Contact")+";expires=1800")
		gone := p.next("REGISTER")
		if header(gone, "Expires") != "0" || !strings.Contains(header(gone, "Contact"), "127.0.0.1") {
			t.Errorf("the wrong binding stays: %s", gone)
		}
		p.answer(gone, "200 OK")
		right := p.next("REGISTER")
		p.answer(right, "200 OK", "Contact: "+header(right, "Contact")+";expires=1800")
	})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(ph.Address(), "@127.0.0.9:") {
		t.Errorf("registered at %s", ph.Address())
	}
}

func TestUnregisters(t *testing.T) {
	p := newPeer(t)
	ph := p.registered(phone.Options{User: "5005"})
	done := make(chan error, 1)
	go func() { done <- ph.Close(context.Background()) }()
	gone := p.next("REGISTER")
	if header(gone, "Expires") != "0" || !strings.Contains(header(gone, "Contact"), "expires=0") {
		t.Errorf("not unregistered by %s", gone)
	}
	p.answer(gone, "200 OK")
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := ph.Close(context.Background()); err != nil {
		t.Errorf("closed again: %v", err)
	}
}

// A recorded server never answers when a telephone that it does not know unregisters.
func TestUnregisterUnanswered(t *testing.T) {
	p := newPeer(t)
	if err := p.registered(phone.Options{User: "5005"}).Close(context.Background()); err == nil {
		t.Error("nobody answered, and that is not told")
	}
}
