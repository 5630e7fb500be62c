package phone

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// callUUID is the header in which a Genesys SIP Server names the call as its web services do (callUuid).
const callUUID = "X-Genesys-CallUUID"

// HeaderOf is the value of the first header of a message with one of the names.
func HeaderOf(text string, names ...string) string {
	head, _, _ := strings.Cut(text, "\r\n\r\n")
	for line := range strings.SplitSeq(head, "\r\n") {
		name, value, found := strings.Cut(line, ":")
		for _, n := range names {
			if found && strings.EqualFold(strings.TrimSpace(name), n) {
				return strings.TrimSpace(value)
			}
		}
	}
	return ""
}

var credentials = regexp.MustCompile(`(?im)^((?:proxy-)?authorization|(?:www|proxy)-authenticate)([ \t]*:[ \t]*)[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*`)

// withoutCredentials cuts what a digest is made of, the challenge too: from both a password can be guessed.
func withoutCredentials(text string) string {
	return credentials.ReplaceAllString(text, "${1}${2}[secret]")
}

// ownTag is the tag of the telephone in a dialog that an INVITE begins. It follows from that request, so that a copy of it gets
// the same, and a request of that dialog, which has another branch, is told from it.
func ownTag(req *sip.Request) string {
	via, from, id := req.Via(), req.From(), req.CallID()
	if via == nil || from == nil || id == nil {
		return ""
	}
	branch, _ := via.Params.Get("branch")
	tag, _ := from.Params.Get("tag")
	sum := sha256.Sum256([]byte(strings.Join([]string{id.Value(), tag, branch}, "\x00")))
	return hex.EncodeToString(sum[:8])
}

func tagOf(params sip.HeaderParams) string {
	tag, _ := params.Get("tag")
	return tag
}

// valueOf is the value of a request's header, "" without it.
func valueOf(m sip.Message, name string) string {
	for _, h := range m.GetHeaders(name) {
		return strings.TrimSpace(h.Value())
	}
	return ""
}
