package phone_test

import (
	"encoding/binary"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/phone"
)

// TestSilence is sent while the other end listens, in the format that both know, and not where it is not asked for.
func TestSilence(t *testing.T) {
	for _, asked := range []bool{true, false} {
		p := newPeer(t)
		p.registered(phone.Options{User: "5005", Answer: phone.Auto, Silence: asked})
		ear, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = ear.Close() })
		_, port, _ := net.SplitHostPort(ear.LocalAddr().String())
		listening := strings.Replace(offer, "8006", port, 1)
		d := p.dialog("1")
		d.ringing(sdp, listening+"a=sendonly\r\n") // it does not listen
		d.next("SIP/2.0 200")
		d.request("ACK", 1)
		d.request("INVITE", 2) // it is asked for an offer, and the answer says who listens
		offered := d.next("SIP/2.0 200")
		for header(offered, "CSeq") != "2 INVITE" {
			offered = d.next("SIP/2.0 200")
		}
		d.request("ACK", 2, sdp, listening)
		packet, last := make([]byte, 2000), uint32(0)
		for range 3 {
			_ = ear.SetReadDeadline(time.Now().Add(map[bool]time.Duration{true: patience, false: 3 * 20 * time.Millisecond}[asked]))
			n, from, err := ear.ReadFrom(packet)
			if (err == nil) != asked {
				t.Fatalf("asked for: %v; %v", asked, err)
			}
			if err != nil {
				break
			}
			_, sender, _ := net.SplitHostPort(from.String())
			at := binary.BigEndian.Uint32(packet[4:])
			if n != 172 || packet[0] != 0x80 || packet[1] != 8 || packet[12] != 0xd5 || packet[171] != 0xd5 || last != 0 && at != last+160 || !strings.Contains(offered, fmt.Sprintf("m=audio %s ", sender)) {
				t.Errorf("no silence: % x, from %s", packet[:n], from)
			}
			last = at
		}
	}
}
