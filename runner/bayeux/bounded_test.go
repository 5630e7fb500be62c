package bayeux

import (
	"errors"
	"io"
	"net"
	"testing"
)

type endless struct{ net.Conn }

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// What a server answers to an upgrade ends somewhere; what it sends over the socket is another matter.
func TestBounded(t *testing.T) {
	t.Parallel()
	b := &bounded{Conn: endless{}, left: maxUpgrade}
	n, err := io.Copy(io.Discard, b)
	if n != maxUpgrade || !errors.Is(err, errUpgradeTooLong) {
		t.Errorf("%d bytes, %v", n, err)
	}
	b.open.Store(true)
	if n, err := io.CopyN(io.Discard, b, 10*maxUpgrade); n != 10*maxUpgrade || err != nil {
		t.Errorf("once it is open: %d bytes, %v", n, err)
	}
}
