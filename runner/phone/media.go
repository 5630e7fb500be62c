package phone

import (
	"encoding/binary"
	"math/rand/v2"
	"net"
	"time"
)

// Silence is sent where it is asked for: some telephones and gateways hang up a call of which no sound comes. What comes is not read.

// listener is where the other end wants its sound, and as what.
type listener struct {
	at      *net.UDPAddr // nil: it wants none
	payload byte
}

const (
	pcmu, pcma = 0, 8
	frame      = 20 * time.Millisecond
	samples    = 160 // of a frame
)

// quietest is the sample of silence in a format.
var quietest = map[byte]byte{pcmu: 0xff, pcma: 0xd5}

// listenerOf is who listens by a session description.
func listenerOf(s sound) listener {
	ip := net.ParseIP(s.address)
	if ip == nil || ip.IsUnspecified() || s.port == 0 || s.direction == sendonly || s.direction == inactive {
		return listener{}
	}
	for _, f := range s.formats {
		switch f {
		case "0":
			return listener{&net.UDPAddr{IP: ip, Port: s.port}, pcmu}
		case "8":
			return listener{&net.UDPAddr{IP: ip, Port: s.port}, pcma}
		}
	}
	return listener{}
}

// hears takes from a description of the other end where silence goes to from now on.
func (c *call) hears(body []byte) {
	s, has := readSDP(body)
	if !has || !c.phone.o.Silence {
		return
	}
	c.mu.Lock()
	c.listener = listenerOf(s)
	first := !c.talking && c.listener.at != nil
	c.talking = c.talking || first
	c.mu.Unlock()
	if first {
		c.phone.spawn(c.beSilent)
	}
}

// beSilent sends frames of silence for as long as the call goes on, and somebody listens.
func (c *call) beSilent() {
	packet := make([]byte, 12+samples)
	packet[0] = 2 << 6
	number, at := uint16(rand.Uint32()), rand.Uint32() //nolint:gosec // they need not be secret
	binary.BigEndian.PutUint32(packet[8:], rand.Uint32())
	t := time.NewTicker(frame)
	defer t.Stop()
	for {
		select {
		case <-c.over:
			return
		case <-c.phone.life.Done():
			return
		case <-t.C:
		}
		c.mu.Lock()
		to := c.listener
		c.mu.Unlock()
		at += samples
		if to.at == nil {
			continue
		}
		number++
		packet[1] = to.payload
		binary.BigEndian.PutUint16(packet[2:], number)
		binary.BigEndian.PutUint32(packet[4:], at)
		for said, i := packet[12:], 0; i < len(said); i++ {
			said[i] = quietest[to.payload]
		}
		_, _ = c.phone.wire.media.WriteTo(packet, to.at) // what is lost is silence
	}
}
