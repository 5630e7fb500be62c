package recording

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// DecodeJSON decodes one JSON value, numbers as json.Number; nil if it is none.
func DecodeJSON(raw []byte) any {
	if len(raw) == 0 {
		return nil
	}
	v, _ := decode(raw)
	return v
}

// decode is DecodeJSON. regular says that nothing in the text can be read in two ways; where it is false something may.
func decode(raw []byte) (v any, regular bool) {
	if v, plain := decodePlain(raw); plain {
		return v, true
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return nil, true
	}
	return v, false
}

// deepest is how far plain JSON is nested.
const deepest = 64

// plain reads JSON as nearly every message is: whole, without escapes, not nested deeply. Its texts share the memory
// of one string, so that a long recording is read in a third of the time. What is otherwise is left to encoding/json,
// and so is the word on what is wrong with it.
type plain struct {
	text  string
	at    int
	depth int
}

func decodePlain(raw []byte) (v any, ok bool) {
	if bytes.IndexByte(raw, '\\') >= 0 || !utf8.Valid(raw) {
		return nil, false
	}
	p := &plain{text: string(raw)}
	v, ok = p.value()
	if !ok || p.next() != 0 || p.at < len(p.text) {
		return nil, false
	}
	return v, true
}

// next is the next byte that is no space; 0 at the end.
func (p *plain) next() byte {
	for ; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// skip passes the next byte that is no space, if it is c.
func (p *plain) skip(c byte) bool {
	if p.next() != c {
		return false
	}
	p.at++
	return true
}

func (p *plain) value() (any, bool) {
	switch c := p.next(); {
	case c == '"':
		return p.string()
	case c == '{':
		return p.nested((*plain).object)
	case c == '[':
		return p.nested((*plain).list)
	case c == '-' || c >= '0' && c <= '9':
		return p.number()
	case p.word("true"):
		return true, true
	case p.word("false"):
		return false, true
	case p.word("null"):
		return nil, true
	}
	return nil, false
}

func (p *plain) word(w string) bool {
	if !strings.HasPrefix(p.text[p.at:], w) {
		return false
	}
	p.at += len(w)
	return true
}

func (p *plain) nested(read func(*plain) (any, bool)) (any, bool) {
	p.at++
	p.depth++
	if p.depth > deepest {
		return nil, false
	}
	v, ok := read(p)
	p.depth--
	return v, ok
}

func (p *plain) object() (any, bool) {
	out := map[string]any{}
	if p.skip('}') {
		return out, true
	}
	for {
		if p.next() != '"' {
			return nil, false
		}
		key, ok := p.string()
		if !ok || !p.skip(':') {
			return nil, false
		}
		v, ok := p.value()
		if !ok {
			return nil, false
		}
		if _, twice := out[key]; twice {
			return nil, false
		}
		out[key] = v
		if !p.skip(',') {
			return out, p.skip('}')
		}
	}
}

func (p *plain) list() (any, bool) {
	out := []any{}
	if p.skip(']') {
		return out, true
	}
	for {
		v, ok := p.value()
		if !ok {
			return nil, false
		}
		out = append(out, v)
		if !p.skip(',') {
			return out, p.skip(']')
		}
	}
}

// string reads a text without escapes, from its opening quote on.
func (p *plain) string() (string, bool) {
	p.at++
	start := p.at
	for ; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; {
		case c == '"':
			p.at++
			return p.text[start : p.at-1], true
		case c < ' ':
			return "", false
		}
	}
	return "", false
}

func (p *plain) number() (any, bool) {
	start := p.at
	if p.text[p.at] == '-' {
		p.at++
	}
	zero := p.at < len(p.text) && p.text[p.at] == '0'
	if n := p.digits(); n == 0 || zero && n > 1 {
		return nil, false
	}
	if p.at < len(p.text) && p.text[p.at] == '.' {
		p.at++
		if p.digits() == 0 {
			return nil, false
		}
	}
	if p.at < len(p.text) && (p.text[p.at] == 'e' || p.text[p.at] == 'E') {
		p.at++
		if p.at < len(p.text) && (p.text[p.at] == '+' || p.text[p.at] == '-') {
			p.at++
		}
		if p.digits() == 0 {
			return nil, false
		}
	}
	return json.Number(p.text[start:p.at]), true
}

// digits passes them and returns how many there were.
func (p *plain) digits() int {
	start := p.at
	for p.at < len(p.text) && p.text[p.at] >= '0' && p.text[p.at] <= '9' {
		p.at++
	}
	return p.at - start
}
