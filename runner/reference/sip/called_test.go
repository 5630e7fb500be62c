package sip_test

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/voicespec/voicespec/runner/reference/sip"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// caller is somebody outside, who writes his messages by hand.
type caller struct {
	*testing.T
	conn net.Conn
}

// side opens a side, and gives the line of every call and of every hang-up.
func side(t *testing.T, o sip.Options) (c *caller, called, left <-chan *sip.Line) {
	t.Helper()
	calls, gone := make(chan *sip.Line, 10), make(chan *sip.Line, 10)
	o.Called, o.HungUp = func(l *sip.Line) { calls <- l }, func(l *sip.Line) { gone <- l }
	s, err := sip.Listen("127.0.0.1:0", o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	conn, err := new(net.Dialer).DialContext(t.Context(), "udp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &caller{t, conn}, calls, gone
}

func (c *caller) send(method string, cseq int, branch, to string, more ...string) {
	c.Helper()
	lines := append([]string{
		method + " sip:5005@127.0.0.1 SIP/2.0", fmt.Sprintf("Via: SIP/2.0/UDP %s;rport;branch=z9hG4bK%s", c.conn.LocalAddr(), branch), "From: <sip:5900@127.0.0.1>;tag=caller",
		"To: " + to, "Call-ID: one", fmt.Sprintf("CSeq: %d %s", cseq, method), "Contact: <sip:5900@" + c.conn.LocalAddr().String() + ">", "Max-Forwards: 70", "Content-Length: 0",
	}, more...)
	if _, err := c.conn.Write([]byte(strings.Join(lines, "\r\n") + "\r\n\r\n")); err != nil {
		c.Fatal(err)
	}
}

// next is what comes next; copies of what came are left out with copies.
func (c *caller) next(begins string, copies ...string) string {
	c.Helper()
	buf := make([]byte, 1<<16)
	for {
		_ = c.conn.SetReadDeadline(time.Now().Add(10 * time.Second))
		n, err := c.conn.Read(buf)
		if err != nil {
			c.Fatalf("%s did not come: %v", begins, err)
		}
		switch text := string(buf[:n]); {
		case strings.HasPrefix(text, begins):
			return text
		case !strings.HasPrefix(text, "SIP/2.0 100") && (len(copies) == 0 || !strings.HasPrefix(text, copies[0])):
			c.Fatalf("not %s came, but %s", begins, text)
		}
	}
}

func valueOf(message, name string) string {
	for line := range strings.SplitSeq(message, "\r\n") {
		if n, v, found := strings.Cut(line, ": "); found && n == name {
			return v
		}
	}
	return ""
}

const callee = "<sip:5005@127.0.0.1>"

// TestCalled is a call from outside that rings, is answered, and is hung up there.
func TestCalled(t *testing.T) {
	c, called, left := side(t, sip.Options{})
	c.send("INVITE", 1, "a", callee)
	l := <-called
	if l.Number != "5900" || l.Other != "5005" {
		t.Errorf("%s calls %s", l.Number, l.Other)
	}
	c.send("INVITE", 1, "a", callee) // a copy begins no second call
	l.Ring("uuid")
	ringing := c.next("SIP/2.0 180")
	if err := l.Accept(); err != nil {
		t.Fatal(err)
	}
	ok := c.next("SIP/2.0 200", "SIP/2.0 180")
	if valueOf(ok, "To") != valueOf(ringing, "To") || !strings.Contains(ok, "m=audio") || valueOf(ok, "Contact") == "" {
		t.Errorf("answered: %s", ok)
	}
	if again := c.next("SIP/2.0 200"); again != ok {
		t.Errorf("without ACK it is not sent again: %s", again)
	}
	c.send("ACK", 1, "b", valueOf(ok, "To"))
	c.send("INVITE", 2, "c", valueOf(ok, "To"))
	if held := c.next("SIP/2.0 200", "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP "+c.conn.LocalAddr().String()); valueOf(held, "CSeq") != "2 INVITE" && valueOf(held, "CSeq") != "1 INVITE" {
		t.Errorf("re-INVITE: %s", held)
	}
	c.send("BYE", 3, "d", valueOf(ok, "To"))
	if gone := <-left; gone != l {
		t.Error("another line was hung up")
	}
	l.End("")
	select {
	case <-called:
		t.Error("a copy began a call of its own")
	default:
	}
}

// TestCancelled gives up while it rings.
func TestCancelled(t *testing.T) {
	c, called, left := side(t, sip.Options{})
	c.send("INVITE", 1, "a", callee)
	l := <-called
	l.Ring("uuid")
	to := valueOf(c.next("SIP/2.0 180"), "To")
	c.send("CANCEL", 1, "a", callee)
	if ok := c.next("SIP/2.0 200"); valueOf(ok, "CSeq") != "1 CANCEL" {
		t.Errorf("CANCEL: %s", ok)
	}
	refused := c.next("SIP/2.0 487")
	if valueOf(refused, "To") != to {
		t.Errorf("its tag is another: %s", refused)
	}
	c.next("SIP/2.0 487") // until it is acknowledged
	c.send("ACK", 1, "a", to)
	<-left
	if l.Accept() == nil {
		t.Error("what was given up was answered")
	}
	l.End("")
}

// TestEnded is hung up by who was called: before he has answered, and after.
func TestEnded(t *testing.T) {
	c, called, _ := side(t, sip.Options{})
	c.send("INVITE", 1, "a", callee)
	l := <-called
	l.End("")
	c.send("ACK", 1, "a", valueOf(c.next("SIP/2.0 480"), "To"))
	c, called, _ = side(t, sip.Options{})
	c.send("INVITE", 1, "b", callee, "Record-Route: <sip:"+c.conn.LocalAddr().String()+";lr;n=1>, <sip:other.example.com;lr;n=2>")
	l = <-called
	if err := l.Accept(); err != nil {
		t.Fatal(err)
	}
	ok := c.next("SIP/2.0 200")
	done := make(chan struct{})
	go func() {
		l.End("") // not before its answer has arrived
		close(done)
	}()
	c.send("ACK", 1, "c", valueOf(ok, "To"))
	bye := c.next("BYE sip:5900@", "SIP/2.0 200")
	if valueOf(bye, "From") != valueOf(ok, "To") || valueOf(bye, "To") != valueOf(ok, "From") || !strings.Contains(valueOf(bye, "Route"), "n=1") {
		t.Errorf("BYE: %s", bye)
	}
	if _, err := fmt.Fprintf(c.conn, "SIP/2.0 200 OK\r\nVia: %s\r\nFrom: %s\r\nTo: %s\r\nCall-ID: one\r\nCSeq: %s\r\nContent-Length: 0\r\n\r\n",
		valueOf(bye, "Via"), valueOf(bye, "From"), valueOf(bye, "To"), valueOf(bye, "CSeq")); err != nil {
		t.Fatal(err)
	}
	<-done
}

// TestWhoMayCall are the answers to those who may not, and to one without a password.
func TestWhoMayCall(t *testing.T) {
	c, called, _ := side(t, sip.Options{Password: func(number string) string { return map[string]string{"5900": "secret"}[number] }})
	c.send("INVITE", 1, "a", callee)
	if asked := c.next("SIP/2.0 407"); !strings.Contains(valueOf(asked, "Proxy-Authenticate"), "nonce=") {
		t.Errorf("not asked for: %s", asked)
	}
	c, _, _ = side(t, sip.Options{Password: func(string) string { return "" }})
	c.send("INVITE", 1, "a", callee)
	c.next("SIP/2.0 403")
	select {
	case <-called:
		t.Error("who is not known has called")
	default:
	}
}

// TestClosing ends at once what a side is in the middle of.
func TestClosing(t *testing.T) {
	s, err := sip.Listen("127.0.0.1:0", sip.Options{})
	if err != nil {
		t.Fatal(err)
	}
	l := s.NewLine("5005", "5000", "uuid")
	s.Close()
	if err := l.Invite(nil); err == nil {
		t.Error("a side that is closed calls")
	}
	l.End("")
}
