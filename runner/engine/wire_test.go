package engine_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// wired are answers that are wrong on the wire, below what net/http shows. They stand in for the answer to each request but
// polls, from the first operation on a call on. Each is told by a required check; none hangs, and none is taken for a good answer.
var wired = map[string]string{
	"status line that is none":        "VOICE 1 fine\r\n\r\n{\"statusCode\":0}",
	"status without a number":         "HTTP/1.1 OK\r\nContent-Length: 16\r\n\r\n{\"statusCode\":0}",
	"less than its length":            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 160\r\n\r\n{\"statusCode\":0}",
	"more than its length":            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"statusCode\":0}{\"statusCode\":0}",
	"cut by its length":               "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{\"statusCode\":0}",
	"two lengths":                     "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 16\r\nContent-Length: 17\r\n\r\n{\"statusCode\":0}",
	"a length that is no number":      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: many\r\n\r\n{\"statusCode\":0}",
	"a negative length":               "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: -1\r\n\r\n{\"statusCode\":0}",
	"chunks that are none":            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{\"statusCode\":0}\r\n0\r\n\r\n",
	"chunks without an end":           "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{\"statusCode\":0}\r\n",
	"a coding that nobody asked for":  "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: gzip\r\nConnection: close\r\n\r\n{\"statusCode\":0}",
	"called gzip and is not":          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 16\r\n\r\n{\"statusCode\":0}",
	"called br":                       "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: br\r\nContent-Length: 16\r\n\r\n{\"statusCode\":0}",
	"a header line without a colon":   "HTTP/1.1 200 OK\r\nContent-Type application/json\r\nContent-Length: 16\r\n\r\n{\"statusCode\":0}",
	"a thousand times early hints":    strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n", 1000) + "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"statusCode\":0}",
	"processing and then nothing":     "HTTP/1.1 102 Processing\r\n\r\n",
	"204 with a body":                 "HTTP/1.1 204 No Content\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"statusCode\":0}",
	"HTTP/0.9":                        "{\"statusCode\":0}",
	"HTTP/2 without being asked":      "HTTP/2.0 200 OK\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"statusCode\":0}",
	"an upgrade to h2c that was none": "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}

func TestWrongOnTheWire(t *testing.T) {
	t.Parallel()
	for name, answer := range wired {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			_, target := newRogue(t, onREST(func(g *rogue, w http.ResponseWriter, _ *http.Request) {
				if conn := g.hijack(w); conn != nil {
					_, _ = io.WriteString(conn, answer)
					_ = conn.CloseWrite()
				}
			}))
			out, err := run(t, target, "calls.hold.*", "invariants")
			told(t, out, err)
		})
	}
}

// One interim response before an answer is good HTTP (RFC 9110, 15.2), and nothing fails by it.
func TestInterimResponses(t *testing.T) {
	t.Parallel()
	_, target := newRogue(t, func(_ *rogue, w http.ResponseWriter, r *http.Request) bool {
		if r.ProtoAtLeast(1, 1) && r.Header.Get("Upgrade") == "" {
			w.WriteHeader(http.StatusEarlyHints)
		}
		return false
	})
	out, err := run(t, target, "calls.hold.*", "invariants")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range failed(out.Report) {
		t.Errorf("%s: %s", c.ID, c.Message)
	}
}

// junk are frames in place of the next of a WebSocket, after which it is silent.
var junk = []badSocket{
	{name: "a masked frame", spoil: frame("\x81\x82\x01\x02\x03\x04\x5a\x5f")},
	{name: "an opcode that nobody knows", spoil: frame("\x83\x02[]")},
	{name: "reserved bits", spoil: frame("\xf1\x02[]")},
	{name: "a continuation of nothing", spoil: frame("\x80\x02[]")},
	{name: "a message within a message", spoil: frame("\x01\x01[\x81\x02[]")},
	{name: "a ping of 200 bytes", spoil: frame("\x89\x7e\x00\xc8" + strings.Repeat("p", 200))},
	{name: "binary", spoil: frame("\x82\x02[]")},
	{name: "a close code that is none", spoil: frame("\x88\x02\x00\x01")},
	{"a length beyond all measure", frame("\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff"), mayBeLost},
}

func frame(text string) func(net.Conn) {
	return func(c net.Conn) { _, _ = io.WriteString(c, text) }
}
