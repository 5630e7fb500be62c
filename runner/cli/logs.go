package cli

import (
	"bytes"
	"io"
	"log"
)

// libraryLog is where libraries log. What they quote is a target's bytes (net/http quotes what stands behind an
// answer, with whatever the target echoes of a request), and a secret that is cut off in the middle, or that
// the client was never given, cannot be found in it. So a line ends before its first quotation mark.
type libraryLog struct{ to io.Writer }

// logTo lets libraries log to w, or nowhere.
func logTo(w io.Writer) {
	log.SetFlags(0)
	log.SetOutput(libraryLog{to: w})
}

// Write takes one message.
func (l libraryLog) Write(b []byte) (int, error) {
	if l.to == nil {
		return len(b), nil
	}
	line := b
	if i := bytes.IndexAny(line, "\"'`\n"); i >= 0 {
		line = line[:i]
	}
	_, err := io.WriteString(l.to, "voicespec: "+oneLine(string(line))+"\n")
	return len(b), err
}
