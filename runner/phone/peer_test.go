package phone_test

import (
	"bytes"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/phone"
)

// patience is how long a test waits for what must come.
const patience = 10 * time.Second

// peer is the other end, written by hand from what a Genesys SIP Server was recorded to send: it reads and writes texts.
type peer struct {
	t       *testing.T
	socket  net.PacketConn
	phone   net.Addr
	contact string
	count   int
	arrived chan string
}

func newPeer(t *testing.T) *peer {
	t.Helper()
	socket, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &peer{t: t, socket: socket, arrived: make(chan string, 100)}
	t.Cleanup(func() { _ = socket.Close() })
	return p
}

func (p *peer) address() string { return p.socket.LocalAddr().String() }

// next is the message that comes next; a copy of one that came is left out.
func (p *peer) next(begins string) string {
	p.t.Helper()
	buf := make([]byte, 1<<16)
	for {
		_ = p.socket.SetReadDeadline(time.Now().Add(patience))
		n, from, err := p.socket.ReadFrom(buf)
		if err != nil {
			p.t.Fatalf("%s did not come: %v", begins, err)
		}
		text := string(buf[:n])
		p.phone = from
		if strings.HasPrefix(text, begins) {
			return text
		}
		if first, _, _ := strings.Cut(text, "\r\n"); !strings.HasPrefix(first, "SIP/2.0 100") && !strings.HasPrefix(first, "SIP/2.0 200") && !strings.HasPrefix(first, "REGISTER") {
			p.t.Fatalf("came %q, not %q", first, begins)
		}
	}
}

func (p *peer) send(lines ...string) {
	p.t.Helper()
	head, body := lines, ""
	if last := lines[len(lines)-1]; strings.HasPrefix(last, "v=0") {
		head, body = lines[:len(lines)-1], last
	}
	var b bytes.Buffer
	for _, l := range head {
		b.WriteString(l + "\r\n")
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(body), body)
	if _, err := p.socket.WriteTo(b.Bytes(), p.phone); err != nil {
		p.t.Fatal(err)
	}
}

// header is the value of a message's header.
func header(message, name string) string {
	for line := range strings.SplitSeq(message, "\r\n") {
		if n, v, found := strings.Cut(line, ": "); found && strings.EqualFold(n, name) {
			return v
		}
	}
	return ""
}

// answer answers a request of the telephone.
func (p *peer) answer(request, status string, more ...string) {
	p.t.Helper()
	to := header(request, "To")
	if !strings.Contains(to, "tag=") {
		to += ";tag=peer"
	}
	p.send(append([]string{"SIP/2.0 " + status, "Via: " + header(request, "Via"), "From: " + header(request, "From"), "To: " + to,
		"Call-ID: " + header(request, "Call-ID"), "CSeq: " + header(request, "CSeq")}, more...)...)
}

// register opens a telephone while the peer plays the registrar.
func (p *peer) register(o phone.Options, answers func(request string)) (*phone.Phone, error) {
	p.t.Helper()
	type opened struct {
		phone *phone.Phone
		err   error
	}
	done := make(chan opened, 1)
	o.Registrar = p.address()
	go func() {
		ph, err := phone.Register(p.t.Context(), o)
		done <- opened{ph, err}
	}()
	answers(p.next("REGISTER"))
	got := <-done
	if got.err == nil {
		p.t.Cleanup(func() {
			closed := make(chan error, 1)
			go func() { closed <- got.phone.Close(p.t.Context()) }()
			<-closed
		})
	}
	return got.phone, got.err
}

func (p *peer) registered(o phone.Options) *phone.Phone {
	p.t.Helper()
	ph, err := p.register(o, func(request string) {
		p.contact = strings.Trim(header(request, "Contact"), "<>")
		p.answer(request, "200 OK", "Contact: "+header(request, "Contact")+";expires=1800", "Expires: 1800")
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return ph
}

// dialog is what the peer's requests of one call have in common.
type dialog struct {
	*peer
	id, to string
	uuid   string
}

func (p *peer) dialog(id string) *dialog {
	return &dialog{peer: p, id: id, to: "sip:5005@127.0.0.1:5060", uuid: "UUID" + id}
}

// request sends one within the call, in the words of the recorded server: addresses without angle brackets.
func (d *dialog) request(method string, cseq int, more ...string) (branch string) {
	d.t.Helper()
	d.count++
	branch = fmt.Sprintf("z9hG4bKpeer%s%d", d.id, d.count)
	head := []string{
		method + " " + d.contact + " SIP/2.0", "From: sip:5000@127.0.0.1:5060;tag=server" + d.id, "To: " + d.to, "Call-ID: " + d.id + "@127.0.0.1",
		fmt.Sprintf("CSeq: %d %s", cseq, method), "Via: SIP/2.0/UDP " + d.address() + ";branch=" + branch, "Contact: <sip:5000@" + d.address() + ">", "Max-Forwards: 70",
	}
	if method != "CANCEL" && d.uuid != "" {
		head = append(head, "X-Genesys-CallUUID: "+d.uuid)
	}
	d.send(append(head, more...)...)
	return branch
}

// ringing sends an INVITE and waits until the telephone rings.
func (d *dialog) ringing(more ...string) (invite string) {
	d.t.Helper()
	branch := d.request("INVITE", 1, append([]string{"Session-Expires: 1800;refresher=uac", "Min-SE: 90", "Supported: uui,100rel,timer"}, more...)...)
	d.to = header(d.next("SIP/2.0 180"), "To")
	return branch
}

const offer = "v=0\r\no=Genesys 1 1 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 8006 RTP/AVP 18 8 0 101\r\n" +
	"a=rtpmap:18 g729/8000\r\na=rtpmap:8 pcma/8000\r\na=rtpmap:101 telephone-event/8000\r\n"

const sdp = "Content-Type: application/sdp"
