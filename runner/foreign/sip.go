package foreign

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
)

// isSIP reports whether a JSON text is a message of SIP.
func isSIP(raw json.RawMessage) bool {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return false
	}
	first, _, _ := strings.Cut(text, "\n")
	return strings.Contains(first, "SIP/2.0")
}

type sipLine struct {
	At        string `json:"at"`
	Direction string `json:"direction"`
	Phone     string `json:"phone"`
	Message   string `json:"message"`
}

// readSIP reads NDJSON of SIP messages as remarks beside the notifications: what a phone was sent and sent, and of which call.
// Nothing of SIP is judged, and only the first line of a message and the names of its call are taken.
func readSIP(data []byte) (*content, error) {
	c := &content{zoneless: true}
	number := 0
	for text := range bytes.Lines(data) {
		number++
		if text = bytes.TrimSpace(text); len(text) == 0 {
			continue
		}
		var l sipLine
		if err := json.Unmarshal(text, &l); err != nil {
			return nil, fmt.Errorf("line %d is no JSON object: %w", number, err)
		}
		at, ok := consoleTime(l.At)
		if !ok {
			return nil, fmt.Errorf("line %d has no time of the form 2006-01-02 15:04:05.000", number)
		}
		c.lines = append(c.lines, line{at: at, entry: &recording.Entry{Kind: recording.KindNote, Text: l.says()}})
	}
	return c, nil
}

func (l sipLine) says() string {
	head, _, _ := strings.Cut(l.Message, "\n")
	out := []string{fmt.Sprintf("phone %s %s %s", l.Phone, l.Direction, strings.TrimSpace(head))}
	for h := range strings.SplitSeq(l.Message, "\n") {
		name, value, _ := strings.Cut(h, ":")
		switch strings.ToLower(name) {
		case "cseq":
			out = append(out, strings.TrimSpace(value))
		case "x-genesys-calluuid":
			out = append(out, "call "+strings.TrimSpace(value))
		}
	}
	return strings.Join(out, ", ")
}
