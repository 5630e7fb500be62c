package reference

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"unicode/utf8"
)

const (
	// maxBody is well above the one megabyte that a client may try.
	maxBody = 4 << 20
	// maxDiscard is read and thrown away of a body that is too long, so that
	// the client gets the refusal instead of a broken connection.
	maxDiscard = 64 << 20
	// maxDepth keeps what a request nests far below what a client's JSON
	// parser refuses, since user data is sent back to it.
	maxDepth = 200
)

var errTooLong = errors.New("body too long")

// readBody returns the whole body, or errTooLong.
func readBody(r *http.Request) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > maxBody {
		_, _ = io.CopyN(io.Discard, r.Body, maxDiscard)
		return nil, errTooLong
	}
	return raw, nil
}

// isJSON reports whether the request declares a JSON body.
func isJSON(r *http.Request) bool {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && media == "application/json"
}

// decodeValue reads one JSON value: valid UTF-8, not nested too deeply, and
// nothing behind it. Numbers stay as they were written.
func decodeValue(raw []byte) (any, error) {
	if !utf8.Valid(raw) {
		return nil, errors.New("not UTF-8")
	}
	if depth(raw) > maxDepth {
		return nil, errors.New("nested too deeply")
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one value")
	}
	return v, nil
}

// decodeObject reads the body of a REST operation.
func decodeObject(raw []byte) (object, *apiError) {
	v, err := decodeValue(raw)
	if err != nil {
		return nil, invalid("The request body is not JSON")
	}
	body, ok := v.(object)
	if !ok {
		return nil, invalid("The request body is not a JSON object")
	}
	return body, nil
}

// depth is how deeply arrays and objects nest, without parsing them: the
// parser must not be the one to find out.
func depth(raw []byte) int {
	now, most := 0, 0
	inString, escaped := false, false
	for _, c := range raw {
		switch {
		case escaped:
			escaped = false
		case inString:
			inString, escaped = c != '"', c == '\\'
		case c == '"':
			inString = true
		case c == '{' || c == '[':
			now++
			most = max(most, now)
		case c == '}' || c == ']':
			now--
		}
	}
	return most
}
