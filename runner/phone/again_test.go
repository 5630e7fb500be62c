package phone_test

import (
	"bufio"
	"fmt"
	"net"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/phone"
)

// connection is the registrar's end of one, written by hand.
type connection struct {
	*testing.T
	net.Conn
	in *bufio.Reader
}

func accepted(t *testing.T, l net.Listener) *connection {
	t.Helper()
	_ = l.(*net.TCPListener).SetDeadline(time.Now().Add(patience))
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &connection{t, conn, bufio.NewReader(conn)}
}

// next is the message that comes next, without its body.
func (c *connection) next(begins string) string {
	c.Helper()
	_ = c.SetReadDeadline(time.Now().Add(patience))
	lines := textproto.NewReader(c.in)
	for {
		first, err := lines.ReadLine()
		if err != nil {
			c.Fatalf("%s did not come: %v", begins, err)
		}
		var b strings.Builder
		b.WriteString(first + "\r\n")
		for line := first; line != ""; b.WriteString(line + "\r\n") {
			if line, err = lines.ReadLine(); err != nil {
				c.Fatal(err)
			}
		}
		length := 0
		_, _ = fmt.Sscan(header(b.String(), "Content-Length"), &length)
		if _, err := c.in.Discard(length); err != nil {
			c.Fatal(err)
		}
		if strings.HasPrefix(first, begins) {
			return b.String()
		}
	}
}

func (c *connection) send(lines ...string) {
	c.Helper()
	if _, err := c.Write([]byte(strings.Join(lines, "\r\n") + "\r\nContent-Length: 0\r\n\r\n")); err != nil {
		c.Fatal(err)
	}
}

func (c *connection) answer(request string, more ...string) {
	c.Helper()
	c.send(append([]string{"SIP/2.0 200 OK", "Via: " + header(request, "Via"), "From: " + header(request, "From"), "To: " + header(request, "To") + ";tag=r",
		"Call-ID: " + header(request, "Call-ID"), "CSeq: " + header(request, "CSeq")}, more...)...)
}

func (c *connection) request(method string, cseq int, to string) {
	c.Helper()
	c.send(method+" sip:5005@127.0.0.1 SIP/2.0", "Via: SIP/2.0/TCP 127.0.0.1:5060;branch=z9hG4bK"+fmt.Sprint(method, cseq), "From: <sip:5000@127.0.0.1>;tag=server", "To: "+to,
		"Call-ID: one", fmt.Sprintf("CSeq: %d %s", cseq, method), "Contact: <sip:5000@127.0.0.1;transport=tcp>", "Max-Forwards: 70")
}

// registeredBy is a telephone over TCP that a registrar has taken, its connection, and its REGISTER.
func registeredBy(t *testing.T, l net.Listener, o phone.Options) (*phone.Phone, *connection, string) {
	t.Helper()
	o.User, o.Registrar, o.Transport = "5005", l.Addr().String(), "tcp"
	opened := make(chan *phone.Phone, 1)
	go func() {
		ph, err := phone.Register(t.Context(), o)
		if err != nil {
			t.Error(err)
		}
		opened <- ph
	}()
	c := accepted(t, l)
	first := c.next("REGISTER")
	c.answer(first, "Contact: "+header(first, "Contact")+";expires=60")
	return <-opened, c, first
}

// TestConnectionBreaks is a registrar that drops its connection, in the middle of a message: the telephone comes back, from the same port
// if it can, registers anew, and its call goes on.
func TestConnectionBreaks(t *testing.T) {
	for _, taken := range []bool{false, true} {
		l := listen(t)
		address := l.Addr().String()
		ph, c, first := registeredBy(t, l, phone.Options{Answer: phone.Auto})
		c.request("INVITE", 1, "<sip:5005@127.0.0.1>")
		to := header(c.next("SIP/2.0 200"), "To")
		c.request("ACK", 1, to)
		_, _ = c.Write([]byte("INFO sip:5005@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1"))
		own := c.RemoteAddr().String()
		_ = l.Close() // so that it is refused until its port is taken
		_ = c.Close()
		if taken {
			other := held(t, own)
			t.Cleanup(func() { _ = other.Close() })
		}
		l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		c = accepted(t, l)
		anew := c.next("")
		now := c.RemoteAddr().String()
		if now != own { // who talks to it has to know
			invite := c.next("")
			if strings.HasPrefix(anew, "INVITE") {
				anew, invite = invite, anew
			}
			if !strings.HasPrefix(invite, "INVITE") || !strings.Contains(header(invite, "Contact"), now) {
				t.Errorf("told by %s", invite)
			}
			c.send("SIP/2.0 200 OK", "Via: "+header(invite, "Via"), "From: "+header(invite, "From"), "To: "+header(invite, "To"), "Call-ID: one", "CSeq: "+header(invite, "CSeq"),
				"Contact: <sip:5000@127.0.0.1;transport=tcp>")
			c.next("ACK")
		}
		c.answer(anew, "Contact: "+header(anew, "Contact")+";expires=60")
		if taken && now == own || !strings.Contains(header(anew, "Contact"), now) || header(anew, "Call-ID") != header(first, "Call-ID") {
			t.Errorf("taken: %v; registered anew from %s by %s", taken, now, anew)
		}
		c.request("BYE", 2, to)
		c.next("SIP/2.0 200")
		closed := make(chan error, 1)
		go func() { closed <- ph.Close(t.Context()) }()
		c.answer(c.next("REGISTER"))
		if err := <-closed; err != nil {
			t.Error(err)
		}
		_ = l.Close()
	}
}

// held takes a port as soon as it is free.
func held(t *testing.T, address string) net.Listener {
	t.Helper()
	for t.Context().Err() == nil {
		if l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", address); err == nil {
			return l
		}
	}
	return nil
}

// TestClosedWhileAway is a telephone that is closed while its registrar is away.
func TestClosedWhileAway(t *testing.T) {
	l := listen(t)
	ph, c, _ := registeredBy(t, l, phone.Options{})
	_ = l.Close()
	_ = c.Close()
	if err := ph.Close(t.Context()); err == nil {
		t.Error("nobody answered, and that is not told")
	}
}
