package foreign_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/foreign"
	"github.com/voicespec/voicespec/runner/recording"
)

// Whatever a file holds: one sentence says why it cannot be read, or a recording comes of it that reads as one.
func FuzzRead(f *testing.F) {
	f.Add(har(poll(0, 2, "["+told("1", "Held", "5005", "5000")+"]"), exchange{
		at: 1, took: 0.5, user: "agent", method: "POST", path: "/me/calls/1", sent: hold, status: 200, came: accepted, base64: true,
	}))
	f.Add(cometd("23:59:59.000", "00:00:01.000"))
	f.Add([]byte(`{"kind":"rest","at":"2026-11-25T11:20:00Z","source_line":1,"method":"GET","path":"/me","response":{"statusCode":0}}` + "\n"))
	f.Add([]byte(`{"at":1,"direction":"sent","phone":"5005","message":"INVITE sip:5000@example.com SIP/2.0\r\nCall-ID: 1\r\n\r\n"}` + "\n"))
	f.Add([]byte("\xff\xfe{\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		log, err := foreign.Read(foreign.Source{Name: "x", Data: data})
		if err != nil {
			if strings.ContainsAny(err.Error(), "\r\n") {
				t.Errorf("%q is not one line", err)
			}
			return
		}
		var text bytes.Buffer
		if err := log.Write(&text); err != nil {
			t.Fatal(err)
		}
		for _, err := range recording.Read(&text) {
			if err != nil {
				t.Errorf("what was written is no recording: %v", err)
			}
		}
	})
}
