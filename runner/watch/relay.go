// Package watch stands between clients and a server: it passes on every byte as it came, in both directions, and makes a
// recording of what it sees, which is judged as it grows. Nothing that is done with what was seen can hold up what is passed on.
package watch

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"syscall"
	"time"
)

// Relay passes on connections. It reads no HTTP on the way: that is done on a copy, so that what is malformed passes, too.
type Relay struct {
	Target  *url.URL
	TLS     *tls.Config // towards the target; nil for the default
	Watcher *Watcher
}

const (
	dialing = 10 * time.Second
	piece   = 32 << 10 // bytes that are passed on at once
)

// unreachable is what a client gets when the target is not there.
const unreachable = "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\nContent-Length: 24\r\nConnection: close\r\n\r\nthe target is not there\n"

// Serve passes on what comes to a listener until ctx ends, and then closes all connections.
func (r *Relay) Serve(ctx context.Context, l net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	var open sync.WaitGroup
	defer open.Wait()
	for {
		conn, err := l.Accept()
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			var temporary net.Error
			if errors.As(err, &temporary) && temporary.Timeout() {
				continue
			}
			cancel()
			return err
		}
		open.Go(func() { r.pass(ctx, conn) })
	}
}

func (r *Relay) dial(ctx context.Context) (net.Conn, error) {
	host := r.Target.Host
	secure := r.Target.Scheme == "https"
	if r.Target.Port() == "" {
		host = net.JoinHostPort(r.Target.Hostname(), map[bool]string{true: "443", false: "80"}[secure])
	}
	plain := &net.Dialer{Timeout: dialing}
	if !secure {
		return plain.DialContext(ctx, "tcp", host)
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if r.TLS != nil {
		config = r.TLS.Clone()
	}
	if config.ServerName == "" {
		config.ServerName = r.Target.Hostname()
	}
	config.NextProtos = []string{"http/1.1"}
	return (&tls.Dialer{NetDialer: plain, Config: config}).DialContext(ctx, "tcp", host)
}

// pass passes on one connection, whole.
func (r *Relay) pass(ctx context.Context, client net.Conn) {
	defer func() { _ = client.Close() }()
	server, err := r.dial(ctx)
	if err != nil {
		_, _ = io.WriteString(client, unreachable)
		r.Watcher.unreachable(err)
		return
	}
	defer func() { _ = server.Close() }()
	stop := context.AfterFunc(ctx, func() {
		_ = client.Close()
		_ = server.Close()
	})
	defer stop()
	asked, answered := r.Watcher.tap(), r.Watcher.tap()
	var pumps, observer sync.WaitGroup
	observer.Go(func() { r.Watcher.observe(client.RemoteAddr().String(), asked, answered) })
	pumps.Go(func() { pump(server, client, asked) })
	pumps.Go(func() { pump(client, server, answered) })
	pumps.Wait()
	observer.Wait()
}

// pump copies one direction, byte for byte, and hands a copy to a tap. The end of one direction is passed on, too: the other may
// go on.
func pump(to, from net.Conn, t *tap) {
	buffer := make([]byte, piece)
	defer t.end()
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			at := time.Now()
			if _, err := to.Write(buffer[:n]); err != nil {
				_ = from.Close()
				return
			}
			t.put(at, buffer[:n])
		}
		if err != nil {
			closeLike(to, err)
			return
		}
	}
}

// closeLike passes on how a direction ended: in good order, or by a reset.
func closeLike(to net.Conn, err error) {
	if half, ok := to.(interface{ CloseWrite() error }); ok && errors.Is(err, io.EOF) {
		_ = half.CloseWrite()
		return
	}
	if secure, ok := to.(*tls.Conn); ok {
		to = secure.NetConn()
	}
	if plain, ok := to.(*net.TCPConn); ok && errors.Is(err, syscall.ECONNRESET) {
		_ = plain.SetLinger(0)
	}
	_ = to.Close()
}
