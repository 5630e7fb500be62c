package phone_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/phone"
)

var (
	sentBy   = regexp.MustCompile(`(?m)^(Via: SIP/2.0/UDP )[^;\r]+`)
	address  = regexp.MustCompile(`(?m)^(Contact: <sip:\w+@)[^>]+>`)
	toTag    = regexp.MustCompile(`(?m)^(To: .*;tag=)([^;\r]+)`)
	firstURI = regexp.MustCompile(`^(\w+) \S+ `)
)

// TestRecordedCalls replays what a genuine SIP Server sent to telephones: ours says at each point what the recorded one said.
func TestRecordedCalls(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "live")
	for _, name := range []string{"sip-dial-caller", "sip-answer-callee", "sip-answer-callee-bye-481"} {
		file, err := os.Open(filepath.Join(dir, name+".ndjson"))
		if err != nil {
			t.Skipf("no recordings beside the checkout")
		}
		t.Run(name, func(t *testing.T) {
			defer file.Close()
			p, own := newPeer(t), ""
			p.registered(phone.Options{User: "1002"})
			for lines := bufio.NewScanner(file); lines.Scan(); {
				var l struct{ Direction, Message string }
				if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
					t.Fatal(err)
				}
				message := strings.ReplaceAll(l.Message, "\n", "\r\n")
				first, _, _ := strings.Cut(message, "\r\n")
				switch {
				case l.Direction == "received" && !strings.HasPrefix(first, "SIP/2.0"):
					message = firstURI.ReplaceAllString(message, "$1 "+p.contact+" ")
					message = sentBy.ReplaceAllString(message, "${1}"+p.address())
					message = address.ReplaceAllString(message, "${1}"+p.address()+">")
					message = toTag.ReplaceAllString(message, "${1}"+own)
					if _, err := p.socket.WriteTo([]byte(message), p.phone); err != nil {
						t.Fatal(err)
					}
				case l.Direction == "sent" && strings.HasPrefix(first, "SIP/2.0"):
					got := p.next("SIP/2.0 " + strings.Fields(first)[1])
					for header(got, "CSeq") != header(message, "CSeq") {
						got = p.next("SIP/2.0 " + strings.Fields(first)[1])
					}
					if m := toTag.FindStringSubmatch(got); m != nil && own == "" {
						own = m[2]
					}
					if strings.Contains(message, "m=audio") != strings.Contains(got, "m=audio") {
						t.Errorf("a description of sound where the recorded telephone sent none, or none:\n%s\nrecorded:\n%s", got, message)
					}
				case l.Direction == "sent": // it hung up by itself, which ours does not
					return
				}
			}
		})
	}
}
