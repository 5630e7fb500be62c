// Package jsontext tells JSON from what is nearly JSON, and finds what readers of JSON take in different ways.
//
// It imports nothing else of the module.
package jsontext

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// The beginnings of flaws: what is not as it should be.
const (
	HTTP = "HTTP: " // the framing and the headers of an answer
	JSON = "JSON: " // its text
)

// space is the white space of JSON, which is less than that of Unicode.
const space = " \t\r\n"

// oddSpace are what libraries take for white space and JSON does not, and the NUL of languages that end texts with it.
var oddSpace = []string{"\f", "\v", "\x00", "\u00a0", "\u0085", "\u2028", "\u2029", "\ufeff"}

var byteOrderMark = []byte("\ufeff")

// Text is the JSON text that can be read from body, and why body itself is none: a byte order mark, white space that JSON
// does not know, something behind the end. wrong is "" where it is one, and where none can be read from it.
func Text(body []byte) (text []byte, wrong string) {
	if len(body) == 0 || json.Valid(body) {
		return body, ""
	}
	rest, marked := bytes.CutPrefix(body, byteOrderMark)
	rest = trimmed(rest)
	if len(rest) == 0 || rest[0] != '{' && rest[0] != '[' {
		return body, "" // not meant to be any
	}
	d := json.NewDecoder(bytes.NewReader(rest))
	var value json.RawMessage
	if err := d.Decode(&value); err != nil {
		return body, ""
	}
	switch behind := trimmed(rest[d.InputOffset():]); {
	case len(behind) > 0:
		return value, fmt.Sprintf("something stands behind the end of the JSON text: %.40q", behind)
	case marked:
		return value, "the text begins with a byte order mark"
	}
	return value, "white space stands at its ends that JSON does not know"
}

func trimmed(text []byte) []byte {
	for {
		n := len(text)
		text = bytes.Trim(text, space)
		for _, s := range oddSpace {
			text = bytes.TrimSuffix(bytes.TrimPrefix(text, []byte(s)), []byte(s))
		}
		if len(text) == n {
			return text
		}
	}
}
