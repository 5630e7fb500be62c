package sip

import (
	"fmt"
	"net"
	"strings"
)

// directionOf is the direction that answers an offer's.
func directionOf(offer []byte) string {
	switch text := string(offer); {
	case strings.Contains(text, "a=sendonly"):
		return "recvonly"
	case strings.Contains(text, "a=inactive"):
		return "inactive"
	}
	return "sendrecv"
}

// Describe is a description of sound that comes from nowhere.
func Describe(host, direction string) []byte {
	ip, _, err := net.SplitHostPort(host)
	if err != nil {
		ip = host
	}
	return fmt.Appendf(nil, "v=0\r\no=Genesys 1 1 IN IP4 %s\r\ns=3pcc Make Call\r\nc=IN IP4 %s\r\nt=0 0\r\nm=audio 8000 RTP/AVP 0 101\r\n"+
		"a=rtpmap:0 pcmu/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=%s\r\n", ip, ip, direction)
}

// Description is Describe for this side, both ways.
func (s *Side) Description() []byte { return Describe(s.host, "sendrecv") }
