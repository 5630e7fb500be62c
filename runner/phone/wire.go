package phone

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"sync"

	"github.com/emiago/sipgo"
)

// wire is the one way between a telephone and the network: a socket, or a connection to the registrar. It is made here and
// given to the library, so that all that is sent on it is seen.
type wire struct {
	transport string
	packets   *packets
	stream    *stream
	media     net.PacketConn // what sound would come to; nobody reads it
	local     net.Addr
	remote    string // address of the registrar
	host      string
	port      int
	ready     <-chan struct{} // the library listens
	once      sync.Once
	done      chan struct{}
}

// dial opens a wire. A connection that breaks is opened again for as long as life goes on, and again is told whether from another port.
func dial(ctx, life context.Context, transport, address, name string, config *tls.Config, sent func([]byte), again func(moved bool)) (*wire, error) {
	w := &wire{transport: transport, done: make(chan struct{})}
	ready := make(chan struct{})
	w.ready = ready
	listening := sync.OnceFunc(func() { close(ready) })
	var d net.Dialer
	network := "tcp"
	if transport == UDP {
		network = "udp"
	}
	conn, err := d.DialContext(ctx, network, address) // of a datagram this only finds the own address
	if err != nil {
		return nil, err
	}
	w.remote = conn.RemoteAddr().String()
	ip, _, err := net.SplitHostPort(conn.LocalAddr().String())
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	var listen net.ListenConfig
	switch transport {
	case UDP:
		_ = conn.Close()
		socket, err := listen.ListenPacket(ctx, "udp", net.JoinHostPort(ip, "0"))
		if err != nil {
			return nil, err
		}
		w.packets, w.local = &packets{PacketConn: socket, sent: sent, listening: listening}, socket.LocalAddr()
	default:
		if transport == TLS {
			if config = config.Clone(); config == nil {
				config = &tls.Config{MinVersion: tls.VersionTLS12}
			}
			config.ServerName = cmp.Or(config.ServerName, name)
			if conn, err = secured(ctx, conn, config); err != nil {
				return nil, err
			}
		} else {
			config = nil
		}
		w.stream = &stream{Conn: conn, conn: conn, life: life, config: config, sent: sent, again: again, listening: listening}
		w.local = conn.LocalAddr()
	}
	if w.media, err = listen.ListenPacket(ctx, "udp", net.JoinHostPort(ip, "0")); err != nil {
		w.close()
		return nil, fmt.Errorf("open a port for sound: %w", err)
	}
	w.host, w.port = ip, portOf(w.local)
	return w, nil
}

func portOf(a net.Addr) int {
	switch a := a.(type) {
	case *net.UDPAddr:
		return a.Port
	case *net.TCPAddr:
		return a.Port
	}
	return 0
}

// serve has the library listen until the wire is closed.
func (w *wire) serve(server *sipgo.Server) {
	switch { // what ends it is that it is closed
	case w.packets != nil:
		_ = server.ServeUDP(w.packets)
	case w.transport == TLS:
		_ = server.ServeTLS(&one{wire: w})
	default:
		_ = server.ServeTCP(&one{wire: w})
	}
}

func (w *wire) close() {
	w.once.Do(func() {
		close(w.done)
		if w.packets != nil {
			_ = w.packets.Close()
		}
		if w.stream != nil {
			_ = w.stream.Close()
		}
		if w.media != nil {
			_ = w.media.Close()
		}
	})
}

// packets is a socket whose datagrams are seen as they are sent.
type packets struct {
	net.PacketConn
	sent      func([]byte)
	listening func()
}

// ReadFrom is called when the library listens.
func (p *packets) ReadFrom(b []byte) (int, net.Addr, error) {
	p.listening()
	return p.PacketConn.ReadFrom(b)
}

// WriteTo sends a datagram, which is told first.
func (p *packets) WriteTo(b []byte, to net.Addr) (int, error) {
	p.sent(b)
	return p.PacketConn.WriteTo(b, to)
}

// one is a listener for one connection that is there already.
type one struct {
	wire  *wire
	given bool
}

// Accept gives the connection once, and then waits until the wire is closed.
func (o *one) Accept() (net.Conn, error) {
	if !o.given {
		o.given = true
		return o.wire.stream, nil
	}
	<-o.wire.done
	return nil, io.EOF
}

// Close does nothing: the connection is closed with the wire.
func (o *one) Close() error { return nil }

// Addr is the telephone's own.
func (o *one) Addr() net.Addr { return o.wire.local }
