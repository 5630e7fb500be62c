package sip_test

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/reference/sip"
)

// telephone is one that is called, and whose messages are written by hand.
func telephone(t *testing.T) (c *caller, s *sip.Side) {
	t.Helper()
	s, err := sip.Listen("127.0.0.1:0", sip.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	conn, err := new(net.Dialer).DialContext(t.Context(), "udp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	c = &caller{t, conn}
	c.send("REGISTER", 1, "r", "<sip:5900@127.0.0.1>")
	c.next("SIP/2.0 200")
	return c, s
}

// answer answers a request.
func (c *caller) answer(request, status string) {
	c.Helper()
	to := valueOf(request, "To")
	if !strings.Contains(to, "tag=") {
		to += ";tag=telephone"
	}
	if _, err := fmt.Fprintf(c.conn, "SIP/2.0 %s\r\nVia: %s\r\nFrom: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %s\r\nContact: <sip:5900@%s>\r\nContent-Length: 0\r\n\r\n",
		status, valueOf(request, "Via"), valueOf(request, "From"), to, valueOf(request, "Call-ID"), valueOf(request, "CSeq"), c.conn.LocalAddr()); err != nil {
		c.Fatal(err)
	}
}

// TestAnswersAlthoughCancelled is a telephone that answers CANCEL, and never says that its call is over: nobody else waits for that.
// Then it says that it was answered.
func TestAnswersAlthoughCancelled(t *testing.T) {
	c, s := telephone(t)
	l := s.NewLine("5900", "5005", "uuid")
	rings := make(chan error, 1)
	go func() { rings <- l.Invite(s.Description()) }()
	invite := c.next("INVITE")
	c.answer(invite, "180 Ringing")
	if err := <-rings; err != nil {
		t.Fatal(err)
	}
	ended, began := make(chan time.Duration, 1), time.Now()
	go func() {
		l.EndWithin(10 * time.Millisecond)
		ended <- time.Since(began)
	}()
	c.answer(c.next("CANCEL"), "200 OK")
	if took := <-ended; took > 5*time.Second {
		t.Errorf("the end was waited for, %s", took)
	}
	c.answer(invite, "200 OK")
	if ack := c.next("ACK", "CANCEL"); !strings.Contains(valueOf(ack, "To"), "tag=telephone") {
		t.Errorf("ACK: %s", ack)
	}
	c.answer(c.next("BYE"), "200 OK")
}

// TestLeftRinging is such a telephone, and a side that is closed meanwhile.
func TestLeftRinging(t *testing.T) {
	c, s := telephone(t)
	l := s.NewLine("5900", "5005", "uuid")
	go func() { _ = l.Invite(s.Description()) }()
	c.answer(c.next("INVITE"), "180 Ringing")
	ended := make(chan struct{})
	go func() {
		l.End("")
		close(ended)
	}()
	c.next("CANCEL")
	s.Close()
	<-ended
}
