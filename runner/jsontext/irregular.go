package jsontext

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// Irregular is something in a JSON text that its grammar allows, and that readers take in different ways.
type Irregular struct {
	Path     string // of the member or text, as in data.call.id
	Repeated bool   // a member that stands twice in its object; otherwise half a surrogate pair
	Differs  bool   // with different values
	Seen     string
}

// mostIrregular is told of one text: where there are many, the first few say enough.
const mostIrregular = 20

var errEnough = errors.New("enough")

// Irregularities are those of a JSON text; none of what is no JSON.
func Irregularities(raw []byte) []Irregular {
	if !json.Valid(raw) {
		return nil
	}
	s := &scan{raw: raw}
	_ = s.value("") // errEnough, or the end of it
	return s.found
}

// scan walks through a JSON text that is known to be valid.
type scan struct {
	raw   []byte
	at    int
	found []Irregular
}

func (s *scan) tell(x Irregular) error {
	if s.found = append(s.found, x); len(s.found) >= mostIrregular {
		return errEnough
	}
	return nil
}

func (s *scan) next() byte {
	for s.at < len(s.raw) && strings.IndexByte(space, s.raw[s.at]) >= 0 {
		s.at++
	}
	return s.raw[s.at]
}

func (s *scan) value(path string) error {
	switch s.next() {
	case '{':
		return s.object(path)
	case '[':
		return s.list(path)
	case '"':
		_, err := s.text(path)
		return err
	}
	for s.at < len(s.raw) && strings.IndexByte(",]}"+space, s.raw[s.at]) < 0 {
		s.at++
	}
	return nil
}

func (s *scan) list(path string) error {
	for i := 0; ; i++ {
		s.at++ // '[' or ','
		if s.next() == ']' {
			s.at++
			return nil
		}
		if err := s.value(fmt.Sprintf("%s[%d]", path, i)); err != nil {
			return err
		}
		if s.next() == ']' {
			s.at++
			return nil
		}
	}
}

func (s *scan) object(path string) error {
	seen := map[string][]byte{}
	for {
		s.at++ // '{' or ','
		if s.next() == '}' {
			s.at++
			return nil
		}
		key, err := s.text(path)
		if err != nil {
			return err
		}
		s.next()
		s.at++ // ':'
		s.next()
		from, member := s.at, key
		if path != "" {
			member = path + "." + key
		}
		if err := s.value(member); err != nil {
			return err
		}
		value := s.raw[from:s.at]
		if before, twice := seen[key]; twice {
			x := Irregular{Path: member, Repeated: true, Differs: !same(before, value), Seen: fmt.Sprintf("%.60s and %.60s", before, value)}
			if err := s.tell(x); err != nil {
				return err
			}
		}
		seen[key] = value
		if s.next() == '}' {
			s.at++
			return nil
		}
	}
}

// same compares two values as they read, not as they are written.
func same(a, b []byte) bool {
	var x, y any
	if bytes.Equal(a, b) || json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return bytes.Equal(a, b)
	}
	return reflect.DeepEqual(x, y)
}

// text reads a string literal, and tells of half a surrogate pair in it.
func (s *scan) text(path string) (string, error) {
	from, escaped := s.at, false
	for s.at++; s.raw[s.at] != '"'; s.at++ {
		if s.raw[s.at] == '\\' {
			s.at++
			escaped = true
		}
	}
	s.at++
	literal := s.raw[from:s.at]
	if !escaped {
		return string(literal[1 : len(literal)-1]), nil
	}
	var out string
	_ = json.Unmarshal(literal, &out) // it is valid
	if half := lone(literal); half != "" {
		return out, s.tell(Irregular{Path: path, Seen: half})
	}
	return out, nil
}

// lone is the first escape of half a surrogate pair in a literal; "" if there is none.
func lone(literal []byte) string {
	for i := 0; i+6 <= len(literal); i++ {
		if literal[i] != '\\' {
			continue
		}
		unit, ok := surrogate(literal[i:])
		if !ok {
			i++ // the escaped character may be a backslash
			continue
		}
		if second, ok := surrogate(literal[i+6:]); unit == high && ok && second == low {
			i += 11
			continue
		}
		return string(literal[i : i+6])
	}
	return ""
}

type half int

const (
	high half = 1 + iota
	low
)

// surrogate reads an escape that stands at the beginning of text.
func surrogate(text []byte) (half, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' || text[2]|0x20 != 'd' {
		return 0, false
	}
	switch c := text[3] | 0x20; {
	case c == '8' || c == '9' || c == 'a' || c == 'b':
		return high, true
	case c >= 'c' && c <= 'f':
		return low, true
	}
	return 0, false
}
