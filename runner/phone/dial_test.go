package phone_test

import (
	"context"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/phone"
)

// dialled begins a call of a telephone, and gives its INVITE.
func dialled(p *peer, ph *phone.Phone) (call *phone.Outgoing, invite string, ended <-chan struct{}) {
	p.t.Helper()
	over := make(chan struct{})
	call, err := ph.Dial("5005", func() { close(over) })
	if err != nil {
		p.t.Fatal(err)
	}
	return call, p.next("INVITE sip:5005@127.0.0.1"), over
}

// hangsUp hangs a call up, and says when that is through.
func hangsUp(call *phone.Outgoing) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		call.HangUp(context.Background())
		close(done)
	}()
	return done
}

// TestDials is a call that a proxy asks credentials for, that comes up by way of two proxies and is hung up here.
func TestDials(t *testing.T) {
	p, s := newPeer(t), &seen{}
	ph := p.registered(phone.Options{User: "5900", AuthUser: "trunk", Password: "phone-secret", Observe: s.observe})
	call, first, _ := dialled(p, ph)
	if !strings.Contains(first, "m=audio ") || header(first, "Supported") != "timer" || strings.Contains(header(first, "To"), "tag=") {
		t.Errorf("INVITE: %s", first)
	}
	p.answer(first, "407 Proxy Authentication Required", `Proxy-Authenticate: Digest realm="here", nonce="once", algorithm=MD5, qop="auth"`)
	if ack := p.next("ACK"); header(ack, "CSeq") != strings.Replace(header(first, "CSeq"), "INVITE", "ACK", 1) || branch(ack) != branch(first) {
		t.Errorf("the refusal is acknowledged by %s", ack)
	}
	invite := p.next("INVITE")
	if !strings.Contains(header(invite, "Proxy-Authorization"), `username="trunk"`) || header(invite, "CSeq") == header(first, "CSeq") || branch(invite) == branch(first) {
		t.Errorf("with credentials: %s", invite)
	}
	p.answer(invite, "100 Trying")
	p.answer(invite, "180 Ringing")
	up := func() {
		p.answer(invite, "200 OK", "Contact: <sip:line7@"+p.address()+";x=y>", "Record-Route: <sip:"+p.address()+";lr;n=2>", "Record-Route: <sip:"+p.address()+";lr;n=1>",
			"Session-Expires: 1800;refresher=uas", sdp, offer)
	}
	up()
	ack := p.next("ACK sip:line7@")
	if header(ack, "CSeq") != strings.Replace(header(invite, "CSeq"), "INVITE", "ACK", 1) || branch(ack) == branch(invite) || !strings.Contains(header(ack, "To"), "tag=peer") {
		t.Errorf("ACK: %s", ack)
	}
	if first, second := strings.Index(ack, "n=1"), strings.Index(ack, "n=2"); first < 0 || second < first {
		t.Errorf("the route is not the recorded one, turned round: %s", ack)
	}
	up()
	if again := p.next("ACK"); again != ack {
		t.Errorf("the answer came again, and the ACK is another one:\n%s\n%s", ack, again)
	}
	done := hangsUp(call)
	bye := p.next("BYE sip:line7@")
	if n, ack := strings.Fields(header(bye, "CSeq"))[0], strings.Fields(header(ack, "CSeq"))[0]; n <= ack || header(bye, "Route") == "" {
		t.Errorf("BYE: %s", bye)
	}
	p.answer(bye, "200 OK")
	<-done
	if why := call.Failed(); why != "" {
		t.Errorf("failed: %s", why)
	}
	for _, m := range s.all() {
		if strings.Contains(m.Text, "response=") || strings.Contains(m.Text, "nonce=") {
			t.Errorf("credentials are told: %s", m.Text)
		}
	}
}

func branch(message string) string {
	_, after, _ := strings.Cut(header(message, "Via"), "branch=")
	value, _, _ := strings.Cut(after, ";")
	return value
}

// TestGivenUp is hung up while it rings; before anybody has answered no CANCEL may be sent.
func TestGivenUp(t *testing.T) {
	p := newPeer(t)
	ph := p.registered(phone.Options{User: "5900"})
	call, invite, _ := dialled(p, ph)
	done := hangsUp(call)
	if again := p.next("INVITE"); again != invite {
		t.Errorf("unanswered it is sent again: %s", again)
	}
	p.answer(invite, "180 Ringing")
	cancel := p.next("CANCEL")
	if branch(cancel) != branch(invite) || header(cancel, "CSeq") != strings.Replace(header(invite, "CSeq"), "INVITE", "CANCEL", 1) ||
		header(cancel, "To") != header(invite, "To") || header(cancel, "From") != header(invite, "From") {
		t.Errorf("CANCEL: %s", cancel)
	}
	p.answer(cancel, "200 OK")
	p.answer(invite, "487 Request Terminated")
	p.next("ACK")
	<-done
	if why := call.Failed(); why != "" {
		t.Errorf("failed: %s", why)
	}
}

// TestGivenUpTooLate is answered when the CANCEL is on its way.
func TestGivenUpTooLate(t *testing.T) {
	p := newPeer(t)
	ph := p.registered(phone.Options{User: "5900"})
	call, invite, _ := dialled(p, ph)
	p.answer(invite, "180 Ringing")
	done := hangsUp(call)
	cancel := p.next("CANCEL")
	p.answer(invite, "200 OK", "Contact: <sip:5005@"+p.address()+">", sdp, offer)
	p.next("ACK")
	p.answer(p.next("BYE"), "200 OK")
	p.answer(cancel, "481 Call/Transaction Does Not Exist")
	<-done
}

// TestNotTaken are calls that come to nothing.
func TestNotTaken(t *testing.T) {
	p := newPeer(t)
	ph := p.registered(phone.Options{User: "5900"})
	for _, status := range []string{"486 Busy Here", "404 Not Found", "407 Proxy Authentication Required"} {
		call, invite, ended := dialled(p, ph)
		p.answer(invite, status, `Proxy-Authenticate: Digest realm="here", nonce="once"`)
		p.next("ACK")
		<-ended
		if why := call.Failed(); why != status {
			t.Errorf("%s: %q", status, why)
		}
		call.HangUp(t.Context())
	}
}

// TestHungUpThere ends by the BYE of the other end, which is no failure.
func TestHungUpThere(t *testing.T) {
	p := newPeer(t)
	ph := p.registered(phone.Options{User: "5900"})
	call, invite, ended := dialled(p, ph)
	p.answer(invite, "200 OK", "Contact: <sip:5005@"+p.address()+">", sdp, offer)
	p.next("ACK")
	p.send("BYE "+p.contact+" SIP/2.0", "From: "+header(invite, "To")+";tag=peer", "To: "+header(invite, "From"), "Call-ID: "+header(invite, "Call-ID"), "CSeq: 1 BYE",
		"Via: SIP/2.0/UDP "+p.address()+";branch=z9hG4bKbye", "Max-Forwards: 70")
	p.next("SIP/2.0 200")
	<-ended
	if why := call.Failed(); why != "" {
		t.Errorf("failed: %s", why)
	}
	call.HangUp(t.Context())
}

// TestClosedWhileItRings gives up what the telephone has begun.
func TestClosedWhileItRings(t *testing.T) {
	p := newPeer(t)
	ph := p.registered(phone.Options{User: "5900"})
	_, invite, _ := dialled(p, ph)
	p.answer(invite, "180 Ringing")
	done := make(chan error, 1)
	go func() { done <- ph.Close(context.Background()) }()
	p.answer(p.next("CANCEL"), "200 OK")
	p.answer(invite, "487 Request Terminated")
	p.next("ACK")
	p.answer(p.next("REGISTER"), "200 OK")
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestPicksUp is a telephone that rings until its owner picks up, before the call has come or after it.
func TestPicksUp(t *testing.T) {
	p := newPeer(t)
	ph := p.registered(phone.Options{User: "5900"})
	for n, early := range []bool{true, false} {
		d := p.dialog(string(rune('1' + n)))
		picked := make(chan bool, 1)
		pickUp := func() { picked <- ph.PickUp(t.Context()) }
		if early {
			go pickUp()
		}
		d.ringing(sdp, offer)
		if !early {
			go pickUp()
		}
		if ok := d.next("SIP/2.0 200"); header(ok, "CSeq") != "1 INVITE" {
			t.Errorf("answered: %s", ok)
		}
		d.request("ACK", 1)
		if !<-picked {
			t.Error("it is not said that it was answered")
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if ph.PickUp(ctx) {
		t.Error("a call that never came was answered")
	}
}

// TestTakesNoCalls is a telephone that only dials: it is not registered.
func TestTakesNoCalls(t *testing.T) {
	p := newPeer(t)
	ph, err := phone.Register(t.Context(), phone.Options{User: "5900", Registrar: p.address(), Answer: phone.None})
	if err != nil {
		t.Fatal(err)
	}
	call, invite, ended := dialled(p, ph)
	p.contact = strings.Trim(header(invite, "Contact"), "<>")
	p.answer(invite, "486 Busy Here")
	p.next("ACK")
	<-ended
	call.HangUp(t.Context())
	p.dialog("1").request("INVITE", 1, sdp, offer)
	p.next("SIP/2.0 480")
	if err := ph.Close(t.Context()); err != nil {
		t.Error(err)
	}
}
