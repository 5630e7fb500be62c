package foreign

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

var (
	markUTF8 = []byte("\xef\xbb\xbf")
	markLE   = []byte("\xff\xfe")
	markBE   = []byte("\xfe\xff")
)

// Text is a file as UTF-8 without byte order mark. A shell of Windows writes UTF-16.
func Text(data []byte) []byte {
	switch {
	case bytes.HasPrefix(data, markUTF8):
		return data[len(markUTF8):]
	case bytes.HasPrefix(data, markLE):
		return fromUTF16(data[2:], binary.LittleEndian)
	case bytes.HasPrefix(data, markBE):
		return fromUTF16(data[2:], binary.BigEndian)
	case len(data) > 3 && data[1] == 0 && data[3] == 0 && data[0] != 0:
		return fromUTF16(data, binary.LittleEndian)
	case len(data) > 3 && data[0] == 0 && data[2] == 0 && data[1] != 0:
		return fromUTF16(data, binary.BigEndian)
	}
	return data
}

func fromUTF16(data []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	out := make([]byte, 0, len(data))
	for _, r := range utf16.Decode(units) {
		out = utf8.AppendRune(out, r)
	}
	return out
}
