package phone_test

import (
	"context"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/phone"
)

// TestDialledFor is the caller's own telephone, as recorded: INVITE without SDP, NOTIFY at once, the answer in the ACK, a re-INVITE
// with the other's offer, BYE.
func TestDialledFor(t *testing.T) {
	p, s := newPeer(t), &seen{}
	p.registered(phone.Options{User: "5005", Observe: s.observe})
	d := p.dialog("1")
	d.ringing()
	d.request("NOTIFY", 2, "Event: talk", "Subscription-State: active")
	notified := d.next("SIP/2.0 200")
	if header(notified, "CSeq") != "2 NOTIFY" {
		t.Fatalf("NOTIFY is answered first: %s", notified)
	}
	ok := d.next("SIP/2.0 200")
	if header(ok, "CSeq") != "1 INVITE" || !strings.Contains(ok, "m=audio ") || !strings.Contains(ok, "a=sendrecv") {
		t.Errorf("no offer: %s", ok)
	}
	if header(ok, "To") != d.to {
		t.Errorf("the tag of the answer is another: %s, %s", header(ok, "To"), d.to)
	}
	if header(ok, "Session-Expires") != "1800;refresher=uac" {
		t.Errorf("no session timer: %s", ok)
	}
	if again := d.next("SIP/2.0 200"); header(again, "CSeq") != "1 INVITE" {
		t.Errorf("without ACK it is sent again: %s", again)
	}
	d.request("ACK", 1, sdp, offer)
	d.request("INVITE", 3, sdp, offer)
	ok = d.next("SIP/2.0 200")
	for header(ok, "CSeq") != "3 INVITE" {
		ok = d.next("SIP/2.0 200")
	}
	if !strings.Contains(ok, "RTP/AVP 8 101\r\n") {
		t.Errorf("not the first format that both know: %s", ok)
	}
	d.request("ACK", 3)
	d.request("OPTIONS", 4)
	if got := d.next("SIP/2.0 200"); !strings.Contains(header(got, "Allow"), "NOTIFY") {
		t.Errorf("OPTIONS: %s", got)
	}
	d.request("BYE", 5)
	if got := d.next("SIP/2.0 200"); header(got, "CSeq") != "5 BYE" {
		t.Errorf("BYE: %s", got)
	}
	d.request("BYE", 6)
	d.next("SIP/2.0 481")
	for _, m := range s.all()[2:] { // behind REGISTER
		if m.UUID != "UUID1" {
			t.Errorf("of call %q: %s", m.UUID, m.Text)
		}
	}
}

// established brings a call up at a telephone that was called.
func established(p *peer) *dialog {
	p.t.Helper()
	d := p.dialog("1")
	d.ringing(sdp, offer)
	d.request("NOTIFY", 2, "Event: talk")
	d.next("SIP/2.0 200")
	d.next("SIP/2.0 200")
	d.request("ACK", 1)
	return d
}

// TestHolds is what NOTIFY asks for within a call: re-INVITEs of the telephone.
func TestHolds(t *testing.T) {
	p := newPeer(t)
	p.registered(phone.Options{User: "5005"})
	d := established(p)
	for n, step := range []struct{ event, direction string }{{"hold", "a=sendonly"}, {"talk", "a=sendrecv"}} {
		d.request("NOTIFY", 3+n, "Event: "+step.event)
		again := d.next("INVITE sip:5000@" + d.address())
		if !strings.Contains(again, step.direction) || !strings.Contains(header(again, "To"), "tag=server1") {
			t.Errorf("%s: %s", step.event, again)
		}
		d.answer(again, "200 OK", "Contact: <sip:5000@"+d.address()+">", sdp, offer)
		if ack := d.next("ACK"); strings.Fields(header(ack, "CSeq"))[0] != strings.Fields(header(again, "CSeq"))[0] {
			t.Errorf("ACK: %s", ack)
		}
	}
}

// An offer of the server is under way when it asks to hold: the telephone waits.
func TestHoldMeetsAnOffer(t *testing.T) {
	p := newPeer(t)
	p.registered(phone.Options{User: "5005"})
	d := established(p)
	d.request("INVITE", 3)
	if ok := d.next("SIP/2.0 200"); !strings.Contains(ok, "m=audio") {
		t.Errorf("an INVITE without offer is answered with one: %s", ok)
	}
	d.request("NOTIFY", 4, "Event: hold")
	if got := d.next("SIP/2.0 200"); header(got, "CSeq") != "4 NOTIFY" {
		t.Errorf("NOTIFY: %s", got)
	}
	d.request("ACK", 3, sdp, offer)
	again := d.next("INVITE")
	d.answer(again, "491 Request Pending")
	d.next("ACK")
	if later := d.next("INVITE"); !strings.Contains(later, "a=sendonly") || header(later, "CSeq") == header(again, "CSeq") {
		t.Errorf("it collided and was not tried again: %s", later)
	}
	d.request("INVITE", 5)
	d.next("SIP/2.0 491")
}

func TestCanceled(t *testing.T) {
	p := newPeer(t)
	p.registered(phone.Options{User: "5005", Answer: phone.Never})
	d := p.dialog("1")
	branch := d.ringing(sdp, offer)
	ringing := d.to
	d.to = "sip:5005@127.0.0.1:5060"
	d.send("CANCEL "+d.contact+" SIP/2.0", "From: sip:5000@127.0.0.1:5060;tag=server1", "To: "+d.to, "Call-ID: 1@127.0.0.1", "CSeq: 1 CANCEL",
		"Via: SIP/2.0/UDP "+d.address()+";branch="+branch, "Max-Forwards: 70")
	if got := d.next("SIP/2.0 487"); header(got, "To") != ringing {
		t.Errorf("the tag is another: %s", got)
	}
}

// TestForeign is a call that nobody of the run has made: it rings, whatever the server asks for.
func TestForeign(t *testing.T) {
	p, asked := newPeer(t), make(chan phone.Invitation, 2)
	p.registered(phone.Options{User: "5005", Ours: func(_ context.Context, c phone.Invitation) bool {
		asked <- c
		return c.UUID == "UUID2"
	}})
	foreign := p.dialog("1")
	foreign.ringing(sdp, offer)
	foreign.request("NOTIFY", 2, "Event: talk")
	foreign.next("SIP/2.0 200")
	if got := <-asked; got != (phone.Invitation{UUID: "UUID1", From: "5000", To: "5005"}) {
		t.Errorf("asked about %+v", got)
	}
	own := p.dialog("2")
	own.ringing(sdp, offer)
	own.request("NOTIFY", 2, "Event: talk")
	own.next("SIP/2.0 200")
	if got := own.next("SIP/2.0 200"); header(got, "Call-ID") != "2@127.0.0.1" {
		t.Errorf("answered: %s", got)
	}
	<-asked
	own.request("ACK", 1)
}

func TestAnswersByItself(t *testing.T) {
	p := newPeer(t)
	p.registered(phone.Options{User: "5005", Answer: phone.Auto})
	d := p.dialog("1")
	d.ringing(sdp, strings.Replace(offer, "t=0 0\r\n", "t=0 0\r\na=sendonly\r\n", 1)+"m=video 9000 RTP/AVP 99\r\n")
	if ok := d.next("SIP/2.0 200"); !strings.Contains(ok, "a=recvonly") || !strings.HasSuffix(ok, "m=video 0 RTP/AVP 99\r\n") {
		t.Errorf("answered: %s", ok)
	}
	d.request("ACK", 1)
}

// TestClosedInACall hangs up, and refuses what rings.
func TestClosedInACall(t *testing.T) {
	p := newPeer(t)
	ph := p.registered(phone.Options{User: "5005"})
	d := established(p)
	done := make(chan error, 1)
	go func() { done <- ph.Close(context.Background()) }()
	p.answer(d.next("BYE sip:5000@"+d.address()), "200 OK")
	p.answer(p.next("REGISTER"), "200 OK")
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestOutsideACall(t *testing.T) {
	p := newPeer(t)
	p.registered(phone.Options{User: "5005"})
	for _, c := range []struct{ method, more, status string }{
		{"OPTIONS", "Accept: */*", "200"}, {"NOTIFY", "Event: talk", "481"}, {"NOTIFY", "Event: message-summary", "200"}, {"BYE", "X: y", "481"},
		{"INFO", "X: y", "481"}, {"UPDATE", "X: y", "481"}, {"INVITE", "Require: 100rel", "420"}, {"PUBLISH", "X: y", "405"},
		{"REFER", "Refer-To: <sip:5001@127.0.0.1>", "405"},
	} {
		d := p.dialog(c.method + c.more[:3])
		d.request(c.method, 1, c.more)
		if got := d.next("SIP/2.0"); !strings.HasPrefix(got, "SIP/2.0 "+c.status) {
			t.Errorf("%s, %s: %s", c.method, c.more, got)
		}
	}
}
