package phone

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Directions of sound.
const (
	sendrecv = "sendrecv"
	sendonly = "sendonly"
	recvonly = "recvonly"
	inactive = "inactive"
)

// sound is what of a session description matters here.
type sound struct {
	direction string
	formats   []string          // payload types of the audio line, in order
	names     map[string]string // of the payload types, as rtpmap has them
	lines     []string          // media lines, in order
	audio     int               // which of them is the sound
	address   string            // where it is to come to
	port      int
}

// readSDP reads a session description; ok is false where there is none.
func readSDP(body []byte) (s sound, ok bool) {
	s = sound{direction: sendrecv, names: map[string]string{"0": "PCMU/8000", "8": "PCMA/8000"}}
	audio, common := false, ""
	for line := range strings.SplitSeq(string(body), "\n") {
		line = strings.TrimRight(line, "\r")
		kind, value, found := strings.Cut(line, "=")
		if !found {
			continue
		}
		switch kind {
		case "c":
			if fields := strings.Fields(value); len(fields) == 3 && (len(s.lines) == 0 || audio) {
				s.address = fields[2]
			}
		case "m":
			s.lines = append(s.lines, value)
			fields := strings.Fields(value)
			if audio = !ok && len(fields) > 3 && fields[0] == "audio"; audio {
				ok, s.formats, s.audio = true, fields[3:], len(s.lines)-1
				s.port, _ = strconv.Atoi(fields[1]) // none that is a number is none
			}
		case "a":
			number, name, _ := strings.Cut(strings.TrimPrefix(value, "rtpmap:"), " ")
			switch {
			case slices.Contains([]string{sendrecv, sendonly, recvonly, inactive}, value):
				if len(s.lines) == 0 {
					common = value
				} else if audio {
					s.direction = value
				}
			case audio && name != "" && number != value:
				s.names[number] = name
			}
		}
	}
	if common != "" && s.direction == sendrecv {
		s.direction = common
	}
	switch { // an address that is none is the old way to hold: who offers it takes nothing
	case s.address != "0.0.0.0":
	case s.direction == sendrecv:
		s.direction = sendonly
	case s.direction == recvonly:
		s.direction = inactive
	}
	return s, ok
}

// facing is the direction that answers an offered one: what one end sends the other receives. Who holds sends only.
func facing(offered string, holding bool) string {
	switch {
	case offered == inactive, offered == sendonly && holding:
		return inactive
	case offered == sendonly:
		return recvonly
	case offered == recvonly, holding:
		return sendonly
	}
	return sendrecv
}

// describe writes a session description of the telephone, in its so-manieth version. Media beside the sound are refused.
func (p *Phone) describe(version int, direction, formats string, maps, others []string, at int) []byte {
	kind := "IP4"
	if strings.Contains(p.wire.host, ":") {
		kind = "IP6"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "v=0\r\no=voicespec 1 %d IN %s %s\r\ns=voicespec\r\nc=IN %s %s\r\nt=0 0\r\n", version, kind, p.wire.host, kind, p.wire.host)
	for i := range len(others) + 1 {
		if i == at {
			fmt.Fprintf(&b, "m=audio %d RTP/AVP %s\r\n", portOf(p.wire.media.LocalAddr()), formats)
			for _, m := range maps {
				fmt.Fprintf(&b, "a=%s\r\n", m)
			}
			fmt.Fprintf(&b, "a=%s\r\n", direction)
			continue
		}
		other := others[min(i, len(others)-1)]
		if i > at {
			other = others[i-1]
		}
		fmt.Fprintf(&b, "m=%s\r\n", other)
	}
	return []byte(b.String())
}

func (p *Phone) offer(version int, holding bool) []byte {
	direction := sendrecv
	if holding {
		direction = sendonly
	}
	return p.describe(version, direction, "0 8 101", []string{"rtpmap:0 PCMU/8000", "rtpmap:8 PCMA/8000", "rtpmap:101 telephone-event/8000", "fmtp:101 0-15"}, nil, 0)
}

// answer describes what answers an offer: its first format that every telephone knows, and the digits.
func (p *Phone) answer(version int, offered sound, holding bool) []byte {
	format, maps := "0", []string{"rtpmap:0 PCMU/8000"}
	for _, f := range offered.formats {
		if f == "0" || f == "8" {
			format, maps = f, []string{"rtpmap:" + f + " " + offered.names[f]}
			break
		}
	}
	for _, f := range offered.formats {
		if strings.HasPrefix(strings.ToLower(offered.names[f]), "telephone-event/8000") {
			format, maps = format+" "+f, append(maps, "rtpmap:"+f+" telephone-event/8000", "fmtp:"+f+" 0-15")
			break
		}
	}
	var others []string
	for i, m := range offered.lines {
		if fields := strings.Fields(m); i != offered.audio && len(fields) > 3 {
			fields[1] = "0"
			others = append(others, strings.Join(fields, " "))
		}
	}
	return p.describe(version, facing(offered.direction, holding), format, maps, others, min(offered.audio, len(others)))
}
