package phone_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/phone"
)

// What real networks do beside what is wanted.

// TestTwoAnswer is an INVITE that two have answered: the second is acknowledged and hung up, the first has the call.
func TestTwoAnswer(t *testing.T) {
	p := newPeer(t)
	ph := p.registered(phone.Options{User: "5900"})
	call, invite, _ := dialled(p, ph)
	answer := func(tag string) {
		p.send("SIP/2.0 200 OK", "Via: "+header(invite, "Via"), "From: "+header(invite, "From"), "To: "+header(invite, "To")+";tag="+tag, "Call-ID: "+header(invite, "Call-ID"),
			"CSeq: "+header(invite, "CSeq"), "Contact: <sip:"+tag+"@"+p.address()+">", sdp, offer)
	}
	answer("one")
	p.next("ACK sip:one@")
	answer("two")
	ack := p.next("ACK sip:two@")
	bye := p.next("BYE sip:two@")
	if !strings.HasSuffix(header(ack, "To"), "tag=two") || header(bye, "To") != header(ack, "To") || header(bye, "From") != header(invite, "From") {
		t.Errorf("of the second: %s\n%s", ack, bye)
	}
	p.answer(bye, "200 OK")
	answer("two")
	if again := p.next("ACK"); again != ack {
		t.Errorf("the second's answer came again, and the ACK is another one:\n%s\n%s", ack, again)
	}
	answer("one")
	if again := p.next("ACK"); !strings.HasSuffix(header(again, "To"), "tag=one") {
		t.Errorf("of the first: %s", again)
	}
	done := hangsUp(call)
	p.answer(p.next("BYE sip:one@"), "200 OK")
	<-done
}

// TestSessionTooShort asks for a session of the length that is wanted, when it dials and when it refreshes.
func TestSessionTooShort(t *testing.T) {
	p := newPeer(t)
	ph := p.registered(phone.Options{User: "5900", Password: "x", Answer: phone.Auto})
	call, first, over := dialled(p, ph)
	p.answer(first, "422 Session Interval Too Small", "Min-SE: 120")
	p.next("ACK")
	longer := p.next("INVITE")
	if header(longer, "Session-Expires") != "120;refresher=uac" || header(longer, "Min-SE") != "120" || header(longer, "CSeq") <= header(first, "CSeq") ||
		header(longer, "Call-ID") != header(first, "Call-ID") || branch(longer) == branch(first) || !strings.Contains(longer, "m=audio ") {
		t.Errorf("asked for longer by %s", longer)
	}
	p.answer(longer, "407 Proxy Authentication Required", `Proxy-Authenticate: Digest realm="here", nonce="once"`)
	p.next("ACK")
	p.answer(p.next("INVITE"), "422 Session Interval Too Small", "Min-SE: 120") // it cannot be had
	p.next("ACK")
	<-over // who hangs up before the answer has come through has no failure
	if why := call.Failed(); !strings.HasPrefix(why, "422") {
		t.Errorf("failed: %q", why)
	}
	d, _ := timed(p, "Supported: timer", "2;refresher=uas")
	again := d.next("INVITE sip:5000@")
	d.answer(again, "422 Session Interval Too Small", "Min-SE: 90")
	d.next("ACK")
	if longer := d.next("INVITE sip:5000@"); header(longer, "Session-Expires") != "90;refresher=uac" || header(longer, "Min-SE") != "90" {
		t.Errorf("refreshed by %s", longer)
	} else {
		d.answer(longer, "200 OK", "Contact: <sip:5000@"+d.address()+">", "Session-Expires: 90;refresher=uac", sdp, offer)
	}
	d.next("ACK")
}

// TestOutOfOrder are requests that were sent before others that have come: they do nothing.
func TestOutOfOrder(t *testing.T) {
	p := newPeer(t)
	p.registered(phone.Options{User: "5005"})
	d := established(p)
	d.request("INFO", 9)
	d.next("SIP/2.0 200")
	for _, method := range []string{"NOTIFY", "INVITE", "BYE"} {
		d.request(method, 8, "Event: hold")
		if late := d.next("SIP/2.0 500"); header(late, "CSeq") != "8 "+method {
			t.Errorf("%s: %s", method, late)
		}
		if method == "INVITE" {
			d.request("ACK", 8)
		}
	}
	d.request("NOTIFY", 10, "Event: hold")
	p.answer(d.next("INVITE sip:5000@"), "200 OK", "Contact: <sip:5000@"+d.address()+">", sdp, offer)
	d.next("ACK")
}

// TestComesAgain is an INVITE of which a copy comes, while it rings and when it is answered.
func TestComesAgain(t *testing.T) {
	p := newPeer(t)
	p.registered(phone.Options{User: "5005"})
	d := p.dialog("1")
	to := d.to
	branch := d.ringing(sdp, offer)
	copied := func() {
		d.send("INVITE "+d.contact+" SIP/2.0", "From: sip:5000@127.0.0.1:5060;tag=server1", "To: "+to, "Call-ID: 1@127.0.0.1", "CSeq: 1 INVITE",
			"Via: SIP/2.0/UDP "+d.address()+";branch="+branch, "Contact: <sip:5000@"+d.address()+">", "Max-Forwards: 70", sdp, offer)
	}
	copied()
	if again := d.next("SIP/2.0 180"); header(again, "To") != d.to {
		t.Errorf("a copy is another call: %s", again)
	}
	d.request("NOTIFY", 2, "Event: talk")
	d.next("SIP/2.0 200")
	ok := d.next("SIP/2.0 200")
	copied()
	if again := d.next("SIP/2.0 200"); header(again, "To") != d.to || header(again, "CSeq") != header(ok, "CSeq") {
		t.Errorf("answered: %s", again)
	}
	d.request("ACK", 1)
}

// TestCanceledTooLate is cancelled when it is answered, and then hung up before it was acknowledged.
func TestCanceledTooLate(t *testing.T) {
	p := newPeer(t)
	p.registered(phone.Options{User: "5005", Answer: phone.Auto})
	d := p.dialog("1")
	to := d.to
	branch := d.ringing(sdp, offer)
	d.next("SIP/2.0 200")
	d.send("CANCEL "+d.contact+" SIP/2.0", "From: sip:5000@127.0.0.1:5060;tag=server1", "To: "+to, "Call-ID: 1@127.0.0.1", "CSeq: 1 CANCEL",
		"Via: SIP/2.0/UDP "+d.address()+";branch="+branch, "Max-Forwards: 70")
	for got := d.next("SIP/2.0 200"); header(got, "CSeq") != "1 CANCEL"; got = d.next("SIP/2.0 200") { // or a copy of the answer
		if header(got, "CSeq") != "1 INVITE" {
			t.Errorf("CANCEL: %s", got)
		}
	}
	d.request("INFO", 2) // it is up
	for header(d.next("SIP/2.0 200"), "CSeq") != "2 INFO" {
		continue
	}
	d.request("BYE", 3)
	for header(d.next("SIP/2.0 200"), "CSeq") != "3 BYE" {
		continue
	}
	d.request("INFO", 4)
	d.next("SIP/2.0 481")
}

// TestHeld is a call that the other end holds, in the ways in which that is said.
func TestHeld(t *testing.T) {
	p := newPeer(t)
	p.registered(phone.Options{User: "5005"})
	d := established(p)
	direction := func(said string) string { return strings.Replace(offer, "m=audio", said+"m=audio", 1) }
	nowhere := strings.Replace(offer, "c=IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0", 1)
	for n, c := range []struct{ offered, answered string }{
		{offer + "a=sendonly\r\n", "recvonly"}, {direction("a=sendonly\r\n"), "recvonly"}, {offer + "a=inactive\r\n", "inactive"}, {offer, "sendrecv"},
		{nowhere, "recvonly"}, {nowhere + "a=sendrecv\r\n", "recvonly"}, {nowhere + "a=inactive\r\n", "inactive"}, {nowhere + "a=recvonly\r\n", "inactive"},
		{offer + "c=IN IP4 0.0.0.0\r\n", "recvonly"}, {offer + "m=video 0 RTP/AVP 99\r\nc=IN IP4 0.0.0.0\r\n", "sendrecv"}, {nowhere + "c=IN IP4 127.0.0.1\r\n", "sendrecv"},
	} {
		d.request("INVITE", 10+n, sdp, c.offered)
		if ok := d.next("SIP/2.0 200"); !strings.Contains(ok, "a="+c.answered+"\r\n") {
			t.Errorf("%s\nis answered by\n%s", c.offered, ok)
		}
		d.request("ACK", 10+n)
	}
}

// TestOfAnUnknownCall are requests within a call that there is not.
func TestOfAnUnknownCall(t *testing.T) {
	p := newPeer(t)
	p.registered(phone.Options{User: "5005"})
	for _, c := range []struct{ method, more string }{
		{"OPTIONS", "Accept: */*"}, {"NOTIFY", "Event: talk"}, {"NOTIFY", "Event: hold"}, {"NOTIFY", "Event: dialog"}, {"INVITE", "X: y"}, {"UPDATE", "X: y"},
		{"INFO", "X: y"}, {"MESSAGE", "X: y"}, {"BYE", "X: y"},
	} {
		d := p.dialog(c.method + c.more[len(c.more)-2:])
		d.to += ";tag=gone"
		d.request(c.method, 1, c.more)
		d.next("SIP/2.0 481")
		if c.method == "INVITE" {
			d.request("ACK", 1)
		}
	}
}

// TestNonceIsOver registers again with the next one.
func TestNonceIsOver(t *testing.T) {
	p := newPeer(t)
	if _, err := p.register(phone.Options{User: "5005", Password: "x"}, func(first string) {
		p.answer(first, "401 Unauthorized", `WWW-Authenticate: Digest realm="here", nonce="once", algorithm=MD5, qop="auth"`)
		p.answer(p.next("REGISTER"), "401 Unauthorized", `WWW-Authenticate: Digest realm="here", nonce="twice", stale = TRUE, algorithm=MD5, qop="auth"`)
		third := p.next("REGISTER")
		if auth := header(third, "Authorization"); !strings.Contains(auth, `nonce="twice"`) || strings.Count(third, "Authorization:") != 1 {
			t.Errorf("registered by %s", third)
		}
		p.answer(third, "200 OK", "Contact: "+header(third, "Contact")+";expires=60")
	}); err != nil {
		t.Fatal(err)
	}
	// The nonce of a call is over, too.
	ph := p.registered(phone.Options{User: "5900", Password: "x"})
	call, invite, _ := dialled(p, ph)
	for _, challenge := range []string{`nonce="once"`, `nonce="twice", stale=true`} {
		p.answer(invite, "401 Unauthorized", `WWW-Authenticate: Digest realm="here", `+challenge)
		p.next("ACK")
		invite = p.next("INVITE")
	}
	p.answer(invite, "486 Busy Here")
	p.next("ACK")
	call.HangUp(t.Context())
}

// TestSentElsewhere names where a registrar sends a telephone.
func TestSentElsewhere(t *testing.T) {
	for status, more := range map[string]string{"302 Moved Temporarily": " to sip:5005@other.example.com", "500 Server Internal Error": "", "513 Message Too Large": ""} {
		p := newPeer(t)
		_, err := p.register(phone.Options{User: "5005"}, func(request string) {
			p.answer(request, status, "Contact: <sip:5005@other.example.com>", "Retry-After: 5")
		})
		if refused, is := errors.AsType[*phone.RegisterError](err); !is || refused.Error() != status+more {
			t.Errorf("%s: %v", status, err)
		}
	}
}
