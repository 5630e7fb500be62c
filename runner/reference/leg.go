package reference

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// States of a call.
const (
	ringing     = "Ringing"
	dialing     = "Dialing"
	established = "Established"
	held        = "Held"
	released    = "Released"
)

// leg is one party's end of a call. Both ends of a call share id and connId;
// each agent sees the own leg as "the call".
type leg struct {
	id, connID string
	state      string
	agent      *agent // nil for a number that is no agent's
	number     string
	dnis       string
	callType   string
	data       *callData
	peers      []*leg // the other parties
	parent     *leg   // the original call of a consult call, of the same agent
	conference bool   // the consult call of InitiateConference
	owner      bool   // the owner of a conference may remove participants
	mute       string
	recording  string
	muted      bool        // monitoredUserMuted
	watched    *leg        // the leg that this supervisor's leg monitors
	monitor    *monitoring // how
	background bool        // a variation's call that nobody asked for
	created    time.Time
	shown      string // the capabilities that were last notified
}

// callData is the user data of a call, shared by its legs.
type callData struct{ pairs object }

func newData(maps ...object) *callData {
	d := &callData{pairs: object{}}
	d.merge(maps...)
	return d
}

func (d *callData) merge(more ...object) {
	for _, m := range more {
		maps.Copy(d.pairs, m)
	}
}

// maxUserData is far above what anybody attaches to a call; each notification
// of the call carries it.
const maxUserData = 2 * maxBody

// roomFor refuses user data that would make a call's exceed the limit.
func (d *callData) roomFor(more object) *apiError {
	if len(encode(d.pairs))+len(encode(more)) > maxUserData {
		return invalid("The call would have more than %d bytes of user data", maxUserData)
	}
	return nil
}

func (l *leg) live() bool { return l != nil && l.state != released }

// consults are the live consult calls of a call, the newest last.
func (l *leg) consults() []*leg {
	if l == nil || l.agent == nil {
		return nil
	}
	var out []*leg
	for _, c := range l.agent.legs {
		if c.parent == l && c.live() {
			out = append(out, c)
		}
	}
	return out
}

// partner is the other call of a consultation, or nil.
func (l *leg) partner() *leg {
	if l.parent.live() {
		return l.parent
	}
	if c := l.consults(); len(c) > 0 {
		return c[len(c)-1]
	}
	return nil
}

// related finds the other call of a consultation by its uri.
func (l *leg) related(uri string) *leg {
	for _, c := range append(l.consults(), l.parent) {
		if c.live() && strings.HasSuffix(uri, "/calls/"+c.id) {
			return c
		}
	}
	return nil
}

// without returns the parties but one; the list itself is not changed.
func without(legs []*leg, out *leg) []*leg {
	return slices.DeleteFunc(slices.Clone(legs), func(l *leg) bool { return l == out })
}

// identity gives out ids: 32 characters of A-Z0-9 as in the samples, and a
// connId of 16 hex digits.
type identity struct {
	prefix, conn string
	serial       int
	cycle        int // see hooks
}

func newIdentity() identity {
	var random [28]byte
	_, _ = rand.Read(random[:]) // never fails
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUV"
	var b strings.Builder
	b.WriteString("01")
	for _, c := range random[:24] {
		b.WriteByte(digits[c&31])
	}
	return identity{prefix: b.String(), conn: "0071" + hex.EncodeToString(random[24:])}
}

func (i *identity) next() (id, connID string) {
	if i.serial++; i.cycle > 0 && i.serial > i.cycle {
		i.serial = 1
	}
	return fmt.Sprintf("%s%06X", i.prefix, i.serial&0xffffff), fmt.Sprintf("%s%04x", i.conn, i.serial&0xffff)
}

// newUUID is a random UUID, for tokens and ids that nobody named.
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// idOf is the id of a user, the same at every server that knows him: processes that play side by side may have a server each.
func idOf(user string) string {
	sum := sha256.Sum256([]byte(user))
	return hex.EncodeToString(sum[:16])
}

func (s *Server) callURI(id string) string  { return s.publicBase() + "/me/calls/" + id }
func (s *Server) deviceURI(a *agent) string { return s.publicBase() + "/devices/" + a.DeviceID }
func (s *Server) duration(l *leg) string {
	return strconv.Itoa(int(time.Since(l.created) / time.Second))
}
func participant(number string) object {
	return object{"e164Number": "", "formattedPhoneNumber": number, "phoneNumber": number, "digits": number}
}
func (s *Server) has(feature string) bool { return slices.Contains(s.opts.Features, feature) }

// renderCall is the call resource as the leg's agent sees it, in
// notifications and in answers alike.
func (s *Server) renderCall(l *leg) object {
	parties := make([]any, 0, len(l.peers))
	for _, p := range l.peers {
		parties = append(parties, participant(p.number))
	}
	call := object{
		"id": l.id, "state": l.state, "callUuid": l.id, "connId": l.connID,
		"deviceUri": s.deviceURI(l.agent), "participants": parties,
		"dnis": l.dnis, "callType": l.callType, "capabilities": s.capabilities(l),
		"duration": s.duration(l), "mute": l.mute,
		"supervisorListeningIn": l.monitor != nil && l.monitor.state == "ListenIn",
		"monitoredUserMuted":    l.muted,
		"uri":                   s.callURI(l.id), "path": "/calls/" + l.id,
	}
	if l.parent != nil {
		call["parentCallUri"] = s.callURI(l.parent.id)
		if s.hooks.sample1 {
			call["parentCallPath"] = "/calls/" + l.parent.id
		}
	}
	if len(l.data.pairs) > 0 {
		call["userData"] = maps.Clone(l.data.pairs)
	}
	if s.has(featureRecording) {
		call["recordingState"] = l.recording
	}
	if s.hooks.sample1 || l.watched != nil {
		call["monitoring"] = l.watched != nil
	}
	for _, h := range s.hooks.call {
		h(s, l, call)
	}
	return call
}
