package watch

import (
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"io"
	"strings"
	"sync"
	"time"
)

// Operations of WebSocket frames (RFC 6455, section 5.2).
const (
	opContinue = 0
	opText     = 1
	opBinary   = 2
)

// window is how far back a compressed message may refer (RFC 7692).
const window = 32 << 10

// socket reads the messages that went one way over a WebSocket.
type socket struct {
	r        *bufio.Reader
	deflated bool
	fresh    bool // each message is compressed by itself
	past     []byte
}

// frames reads both directions of a WebSocket until it ends.
func (w *Watcher) frames(who string, x *exchange, requests, answers *bufio.Reader, asked, answered *tap) {
	extension := x.answered.Get("Sec-WebSocket-Extensions")
	deflated := strings.Contains(extension, "permessage-deflate")
	up := &socket{r: requests, deflated: deflated, fresh: strings.Contains(extension, "client_no_context_takeover")}
	down := &socket{r: answers, deflated: deflated, fresh: strings.Contains(extension, "server_no_context_takeover")}
	var both sync.WaitGroup
	both.Go(func() { w.follow(who, up, asked, true) })
	both.Go(func() { w.follow(who, down, answered, false) })
	both.Wait()
}

func (w *Watcher) follow(who string, s *socket, t *tap, sent bool) {
	defer t.drop()
	id := ""
	for {
		text, err := s.next()
		switch {
		case err == io.EOF: //nolint:errorlint // as the reader gives it
			return
		case err != nil:
			w.lost(who, time.Now(), "what went over a WebSocket could not be read: "+err.Error())
			return
		}
		if text != nil {
			id = w.framed(who, id, text, t.last(), sent)
		}
	}
}

// next is the next message of text; nil for any other.
func (s *socket) next() ([]byte, error) {
	var message []byte
	kind, compressed := 0, false
	for {
		var head [2]byte
		if _, err := io.ReadFull(s.r, head[:]); err != nil {
			return nil, err
		}
		final, op := head[0]&0x80 != 0, int(head[0]&0x0f)
		size := uint64(head[1] & 0x7f)
		switch size {
		case 126:
			var n [2]byte
			if _, err := io.ReadFull(s.r, n[:]); err != nil {
				return nil, unexpected(err)
			}
			size = uint64(binary.BigEndian.Uint16(n[:]))
		case 127:
			var n [8]byte
			if _, err := io.ReadFull(s.r, n[:]); err != nil {
				return nil, unexpected(err)
			}
			size = binary.BigEndian.Uint64(n[:])
		}
		var mask [4]byte
		if head[1]&0x80 != 0 {
			if _, err := io.ReadFull(s.r, mask[:]); err != nil {
				return nil, unexpected(err)
			}
		}
		if size > largest || uint64(len(message))+size > largest {
			return nil, errLost
		}
		payload := make([]byte, size)
		if _, err := io.ReadFull(s.r, payload); err != nil {
			return nil, unexpected(err)
		}
		for i := range payload {
			payload[i] ^= mask[i%4]
		}
		if op > opBinary {
			continue // control frames may stand between those of a message
		}
		if op != opContinue {
			kind, compressed = op, head[0]&0x40 != 0
		}
		message = append(message, payload...)
		if final {
			return s.plain(message, kind, compressed)
		}
	}
}

// plain is a message as it was before it was compressed.
func (s *socket) plain(message []byte, kind int, compressed bool) ([]byte, error) {
	if compressed && s.deflated {
		end := []byte{0, 0, 0xff, 0xff, 1, 0, 0, 0xff, 0xff}
		z := flate.NewReaderDict(io.MultiReader(bytes.NewReader(message), bytes.NewReader(end)), s.past)
		plain, err := io.ReadAll(io.LimitReader(z, largest))
		if err != nil {
			return nil, err
		}
		message = plain
		if !s.fresh {
			s.past = append(s.past, plain...)
			s.past = append([]byte(nil), s.past[max(0, len(s.past)-window):]...)
		}
	}
	if kind != opText {
		return nil, nil
	}
	return message, nil
}
