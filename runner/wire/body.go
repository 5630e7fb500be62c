package wire

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/voicespec/voicespec/runner/jsontext"
)

// Body is what can be read of the body of an answer, and what is wrong with it. A body of which nothing can be made is
// returned as it is, without a word: that it is no JSON is seen by whoever reads it. No more than limit bytes are unpacked.
func Body(header http.Header, body []byte, limit int64) (out []byte, flaws []string) {
	out, flaw := unpacked(header, body, limit)
	if flaw != "" {
		flaws = append(flaws, flaw)
	}
	text, wrong := jsontext.Text(out)
	if wrong != "" {
		flaws = append(flaws, jsontext.JSON+wrong)
	}
	return text, flaws
}

// unpacked undoes a content coding. Requests ask for none.
func unpacked(header http.Header, body []byte, limit int64) ([]byte, string) {
	coding := strings.ToLower(strings.TrimSpace(header.Get("Content-Encoding")))
	plain, packed := gunzip(body, limit)
	switch {
	case packed && strings.TrimPrefix(coding, "x-") == "gzip":
		return plain, jsontext.JSON + "the body is compressed (gzip), which the request did not ask for: Accept-Encoding was identity"
	case packed:
		return plain, jsontext.HTTP + fmt.Sprintf("the body is compressed (gzip), and Content-Encoding is %.40q", coding)
	case coding == "" || coding == "identity" || len(body) == 0:
		return body, ""
	case coding == "deflate":
		if plain, ok := inflate(body, limit); ok {
			return plain, jsontext.JSON + "the body is compressed (deflate), which the request did not ask for: Accept-Encoding was identity"
		}
	}
	return body, jsontext.HTTP + fmt.Sprintf("Content-Encoding is %.40q, and the body is not in it, or not as the request asked for", coding)
}

func gunzip(body []byte, limit int64) ([]byte, bool) {
	if !bytes.HasPrefix(body, []byte{0x1f, 0x8b}) {
		return nil, false
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, false
	}
	return all(z, limit)
}

// inflate reads zlib, which deflate means, and what some servers take it for.
func inflate(body []byte, limit int64) ([]byte, bool) {
	if z, err := zlib.NewReader(bytes.NewReader(body)); err == nil {
		if plain, ok := all(z, limit); ok {
			return plain, true
		}
	}
	return all(flate.NewReader(bytes.NewReader(body)), limit)
}

func all(r io.Reader, limit int64) ([]byte, bool) {
	out, err := io.ReadAll(io.LimitReader(r, limit+1))
	return out, err == nil && int64(len(out)) <= limit && len(out) > 0
}
