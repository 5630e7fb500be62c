package bayeux

import (
	"errors"
	"net"
	"sync/atomic"
)

// maxUpgrade is what the answer to a WebSocket upgrade may have. The library reads a header line as long
// as it comes, and a server that never ends one would fill the memory within the deadline.
const maxUpgrade = 256 << 10

var errUpgradeTooLong = errors.New("the answer to the upgrade is too long")

// bounded is a connection that brings so much and no more until it is open.
type bounded struct {
	net.Conn

	left int // while one goroutine shakes hands
	open atomic.Bool
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.open.Load() {
		return b.Conn.Read(p)
	}
	if b.left <= 0 {
		return 0, errUpgradeTooLong
	}
	n, err := b.Conn.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
