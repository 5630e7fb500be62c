package phone

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// stream is a connection to the registrar that outlives those by which it is made: where one breaks, another takes its place. The library
// knows nothing of that; its transactions and dialogs go on. What is sent is seen, and what comes is handed on in whole messages, so
// that one of which the end was lost spoils no other.
type stream struct {
	net.Conn // the first; the library goes on knowing it by its addresses

	life      context.Context //nolint:containedctx // for as long as it is opened again
	config    *tls.Config     // nil: TCP alone
	sent      func([]byte)
	again     func(moved bool) // it was opened again, from another port or not
	listening func()
	lasting   atomic.Bool // one that breaks before is not opened again

	part  []byte // of a message that is still to come; the reader's
	ready []byte // whole messages that the library has not taken yet; the reader's

	mu     sync.Mutex
	conn   net.Conn // the one that there is now
	closed bool
}

const (
	reopenPause  = time.Second
	reopenLimit  = 10 * time.Second
	writeLimit   = 5 * time.Second // messages are small: who does not take one for so long is gone
	longestInput = 1 << 20
)

var errTooLong = errors.New("a SIP message of more than a megabyte")

// secured makes a connection one of TLS.
func secured(ctx context.Context, conn net.Conn, config *tls.Config) (net.Conn, error) {
	if config == nil {
		return conn, nil
	}
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return secure, nil
}

func (s *stream) current() net.Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conn
}

// Read gives what comes next: whole messages, or the line ends by which a connection is kept. It is called when the library listens.
func (s *stream) Read(b []byte) (int, error) {
	s.listening()
	buf := make([]byte, 1<<16)
	for len(s.ready) == 0 {
		conn := s.current()
		n, err := conn.Read(buf)
		s.part = append(s.part, buf[:n]...)
		s.ready, s.part = whole(s.part)
		if err == nil && len(s.part) > longestInput {
			err = errTooLong
		}
		if err != nil && len(s.ready) == 0 {
			_ = conn.Close()
			s.part = nil
			if !s.lasting.Load() || !s.reopen() {
				return 0, err
			}
		}
	}
	n := copy(b, s.ready)
	s.ready = s.ready[n:]
	return n, nil
}

// whole divides what has come behind the last message that is complete.
func whole(b []byte) (messages, rest []byte) {
	for {
		rest = b[len(messages):]
		keep := len(rest) - len(bytes.TrimLeft(rest, "\r\n"))
		head, _, found := bytes.Cut(rest[keep:], []byte("\r\n\r\n"))
		if !found {
			if keep == len(rest) {
				return b, nil
			}
			return messages, rest
		}
		length, err := strconv.Atoi(HeaderOf(string(head)+"\r\n\r\n", "Content-Length", "l"))
		if err != nil || length < 0 {
			length = 0
		}
		end := keep + len(head) + len("\r\n\r\n") + length
		if end > len(rest) || end < 0 {
			return messages, rest
		}
		messages = b[:len(messages)+end]
	}
}

// reopen opens the connection again, from the port that it had if that can be: by it a registrar finds who has registered. It tries
// until the telephone is closed, and reports whether it came to something.
func (s *stream) reopen() bool {
	for again := false; ; again = true {
		conn, moved, err := s.dialAgain(again)
		if err == nil {
			s.mu.Lock()
			closed := s.closed
			if !closed {
				s.conn = conn
			}
			s.mu.Unlock()
			if closed {
				_ = conn.Close()
				return false
			}
			s.again(moved)
			return true
		}
		t := time.NewTimer(reopenPause)
		select {
		case <-t.C:
		case <-s.life.Done():
			t.Stop()
			return false
		}
	}
}

// dialAgain opens a connection, from another port only where that may be: the own one may be free in a moment.
func (s *stream) dialAgain(mayMove bool) (conn net.Conn, moved bool, err error) {
	ctx, cancel := context.WithTimeout(s.life, reopenLimit)
	defer cancel()
	local, remote := s.current().LocalAddr(), s.RemoteAddr().String()
	conn, err = (&net.Dialer{LocalAddr: local}).DialContext(ctx, "tcp", remote)
	if mayMove && taken(err) {
		conn, err = new(net.Dialer).DialContext(ctx, "tcp", remote)
	}
	if err != nil {
		return nil, false, err
	}
	moved = portOf(conn.LocalAddr()) != portOf(local)
	conn, err = secured(ctx, conn, s.config)
	return conn, moved, err
}

// taken reports whether it was the own port that kept a connection from being opened.
func taken(err error) bool {
	call, is := errors.AsType[*os.SyscallError](err)
	return is && (call.Syscall == "bind" || errors.Is(err, syscall.EADDRNOTAVAIL))
}

// drop ends a connection of which nothing comes any more, so that it is opened again. Its port is free at once.
func (s *stream) drop() {
	conn := s.current()
	if secure, is := conn.(*tls.Conn); is {
		conn = secure.NetConn()
	}
	if plain, is := conn.(*net.TCPConn); is {
		_ = plain.SetLinger(0)
	}
	_ = conn.Close()
}

// Write sends a message, which is told first: the library writes each at once.
func (s *stream) Write(b []byte) (int, error) {
	s.sent(b)
	conn := s.current()
	_ = conn.SetWriteDeadline(time.Now().Add(writeLimit))
	n, err := conn.Write(b)
	if err != nil {
		_ = conn.Close() // half a message is on it, or none goes
	}
	return n, err
}

// Close ends it for good.
func (s *stream) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return s.conn.Close()
}
