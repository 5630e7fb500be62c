package phone_test

import (
	"strings"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/phone"
)

// TestRegistersAgain renews its binding when half of its time is over, with the same Call-ID and the next CSeq, and goes on trying
// where the registrar refuses.
func TestRegistersAgain(t *testing.T) {
	p := newPeer(t)
	var first string
	began := time.Now()
	if _, err := p.register(phone.Options{User: "5005"}, func(request string) {
		first = request
		p.answer(request, "200 OK", "Contact: "+header(request, "Contact")+";expires=2", "Expires: 3600")
	}); err != nil {
		t.Fatal(err)
	}
	last := first
	for range 2 {
		again := p.next("REGISTER")
		if header(again, "Call-ID") != header(first, "Call-ID") || header(again, "CSeq") <= header(last, "CSeq") || header(again, "Contact") != header(first, "Contact") ||
			header(again, "Expires") == "0" {
			t.Errorf("registered again by %s", again)
		}
		p.answer(again, "200 OK", "Contact: "+header(again, "Contact")+";expires=2")
		last = again
	}
	if took := time.Since(began); took < 1900*time.Millisecond || took > patience {
		t.Errorf("two renewals of a binding of 2 s took %s", took)
	}
}

// TestAsksForLonger takes the time that the registrar wants, where what was asked for is too short.
func TestAsksForLonger(t *testing.T) {
	p := newPeer(t)
	if _, err := p.register(phone.Options{User: "5005"}, func(request string) {
		p.answer(request, "423 Interval Too Brief", "Min-Expires: 1800")
		longer := p.next("REGISTER")
		if header(longer, "Expires") != "1800" || header(longer, "CSeq") == header(request, "CSeq") {
			t.Errorf("asked for longer by %s", longer)
		}
		p.answer(longer, "200 OK", "Contact: "+header(longer, "Contact")+";expires=1800")
	}); err != nil {
		t.Fatal(err)
	}
}

// timed brings a call up with a session timer.
func timed(p *peer, supported, expires string) (d *dialog, ok string) {
	p.t.Helper()
	d = p.dialog("1")
	d.request("INVITE", 1, "Session-Expires: "+expires, supported, sdp, offer)
	d.to = header(d.next("SIP/2.0 180"), "To")
	ok = d.next("SIP/2.0 200")
	d.request("ACK", 1)
	return d, ok
}

// TestRefreshes refreshes a session for as long as it goes on, where the server wants the telephone to.
func TestRefreshes(t *testing.T) {
	for supported, require := range map[string]string{"Supported: timer": "timer", "X-Timer: unknown": ""} {
		p := newPeer(t)
		p.registered(phone.Options{User: "5005", Answer: phone.Auto})
		d, ok := timed(p, supported, "2;refresher=uas")
		if header(ok, "Session-Expires") != "2;refresher=uas" || header(ok, "Require") != require {
			t.Errorf("%s: %s", supported, ok)
		}
		for range 2 {
			again := d.next("INVITE sip:5000@")
			if header(again, "Session-Expires") != "2;refresher=uac" || !strings.Contains(again, "a=sendrecv") {
				t.Errorf("%s: refreshed by %s", supported, again)
			}
			d.answer(again, "200 OK", "Contact: <sip:5000@"+d.address()+">", "Session-Expires: 2;refresher=uac", sdp, offer)
			d.next("ACK")
		}
		again := d.next("INVITE sip:5000@")
		d.answer(again, "500 Server Internal Error") // it is tried again
		d.next("ACK")
		d.answer(d.next("INVITE sip:5000@"), "481 Call/Transaction Does Not Exist") // and then there is nothing to refresh
		d.next("ACK")
		d.gone(9)
	}
}

// gone waits until the telephone knows nothing of the call any more: it acknowledges a refusal before it draws its conclusion.
func (d *dialog) gone(number int) {
	d.t.Helper()
	for ; d.t.Context().Err() == nil; number++ {
		d.request("INVITE", number, sdp, offer)
		answer := d.next("SIP/2.0 ")
		for strings.HasPrefix(answer, "SIP/2.0 100") {
			answer = d.next("SIP/2.0 ")
		}
		d.request("ACK", number)
		if strings.HasPrefix(answer, "SIP/2.0 481") {
			return
		}
	}
}

// TestExpires hangs up a session that the server was to refresh, and did not; one that it refreshed goes on.
func TestExpires(t *testing.T) {
	p := newPeer(t)
	p.registered(phone.Options{User: "5005", Answer: phone.Auto})
	d, ok := timed(p, "Supported: timer", "3;refresher=uac")
	if header(ok, "Session-Expires") != "3;refresher=uac" {
		t.Errorf("agreed to: %s", ok)
	}
	d.request("INVITE", 2, "Session-Expires: 3;refresher=uac", "Supported: timer", sdp, offer)
	d.next("SIP/2.0 200")
	d.request("ACK", 2)
	refreshed := time.Now()
	bye := d.next("BYE sip:5000@")
	if took := time.Since(refreshed); took < 1900*time.Millisecond {
		t.Errorf("a session of 3 s was ended after %s", took)
	}
	d.answer(bye, "200 OK")
}

// TestTimerTakenBack is a session that was timed, until a re-INVITE said nothing of that: it does not end.
func TestTimerTakenBack(t *testing.T) {
	p := newPeer(t)
	p.registered(phone.Options{User: "5005", Answer: phone.Auto})
	d, _ := timed(p, "Supported: timer", "2;refresher=uac")
	d.request("INVITE", 2, "Supported: timer", sdp, offer)
	if ok := d.next("SIP/2.0 200"); header(ok, "Session-Expires") != "" {
		t.Errorf("agreed to: %s", ok)
	}
	d.request("ACK", 2)
	other := p.dialog("2") // a second call, whose time is over later than that of the first would be
	other.request("INVITE", 1, "Session-Expires: 3;refresher=uac", "Supported: timer", sdp, offer)
	other.to = header(other.next("SIP/2.0 180"), "To")
	other.next("SIP/2.0 200")
	other.request("ACK", 1)
	if bye := p.next("BYE"); header(bye, "Call-ID") != "2@127.0.0.1" {
		t.Errorf("ended: %s", bye)
	} else {
		p.answer(bye, "200 OK")
	}
}
