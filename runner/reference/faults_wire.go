package reference

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync/atomic"
)

// faultsWire break HTTP and JSON below what answers and messages say.
func faultsWire() []fault {
	return slices.Concat(framingFaults(), textFaults(), doubleFaults(), frameFaults())
}

func framingFaults() []fault {
	return []fault{
		row("status-line-000", "WIRE-1", "accepted operations are answered with the status line HTTP/1.1 000", handMade(func(body []byte) string {
			return fmt.Sprintf("HTTP/1.1 000 \r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		})),
		row("status-line-http-3", "WIRE-1", "the status line says HTTP/3.0", handMade(func(body []byte) string {
			return fmt.Sprintf("HTTP/3.0 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		})),
		row("content-length-beside-chunked", "WIRE-1", "Content-Length stands beside Transfer-Encoding: chunked", handMade(func(body []byte) string {
			return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n",
				len(body), len(body), body)
		})),
		row("content-encoding-untrue", "WIRE-1", "Content-Encoding is gzip, and the body is plain JSON", encoded("gzip", plainly)),
		row("content-encoding-untrue-for-get", "WIRE-1", "Content-Encoding of answers to GET is br, and the body is plain JSON", codedGet("br", plainly)),
		row("gzip-not-named", "WIRE-1", "answers are compressed, and no header says so", encoded("", gzipped)),
		row("bayeux-content-encoding-untrue", "BAYEUX-14", "Content-Encoding of Bayeux answers is gzip, and the body is plain", bayeuxCoded("gzip", plainly)),
		row("bayeux-chunks-untrue", "BAYEUX-14", "chunks of the answer to each eighth poll are none", func(h *hooks) {
			var polls atomic.Int64
			h.bayeux.byHand = func(body []byte) string {
				if !bytes.Contains(body, []byte(`"/meta/connect"`)) || polls.Add(1)%8 != 0 {
					return ""
				}
				return "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + string(body) + "\r\n0\r\n\r\n"
			}
		}),
	}
}

func textFaults() []fault {
	return []fault{
		row("gzip-unasked", "HTTP-2", "answers are compressed although the request wants them as they are", encoded("gzip", gzipped)),
		row("deflate-unasked", "HTTP-2", "answers are deflated although the request wants them as they are", encoded("deflate", deflated)),
		row("answer-with-byte-order-mark", "HTTP-2", "answers begin with a byte order mark", around("\ufeff", "")),
		row("get-with-byte-order-mark", "HTTP-2", "answers to GET begin with a byte order mark", writes(got, func(_ *exchange, raw []byte) (string, []byte) {
			return jsonType, slices.Concat([]byte("\ufeff"), raw)
		})),
		row("answer-with-text-behind", "HTTP-2", "a comment stands behind an answer", around("", "\n// done")),
		row("answer-twice-in-one", "HTTP-2", "an answer is two objects", writes(posted, func(_ *exchange, raw []byte) (string, []byte) {
			return jsonType, slices.Concat(raw, raw)
		})),
		row("answer-ends-in-form-feed", "HTTP-2", "a form feed stands behind an answer", around("", "\f")),
		row("answer-ends-in-nul", "HTTP-2", "a NUL stands behind an answer", around("", "\x00")),
		row("answer-begins-with-no-break-space", "HTTP-2", "an answer begins with white space that JSON does not know", around("\u00a0", "")),
		row("bayeux-with-byte-order-mark", "BAYEUX-14", "Bayeux answers begin with a byte order mark", bayeuxAround("\ufeff", "")),
		row("bayeux-ends-in-form-feed", "BAYEUX-14", "a form feed stands behind each Bayeux answer", bayeuxAround("", "\f")),
		row("bayeux-with-text-behind", "BAYEUX-14", "something stands behind the array of each Bayeux answer", bayeuxAround("", " []")),
		row("bayeux-gzip-unasked", "BAYEUX-14", "Bayeux answers are compressed although the request wants them as they are", bayeuxCoded("gzip", gzipped)),
	}
}

func doubleFaults() []fault {
	callTwice := func(more string) func(*hooks) {
		return pushing(func(_ *session, e []byte) [][]byte {
			return [][]byte{bytes.Replace(e, []byte(`"call":{`), []byte(`"call":{`+more+`,`), 1)}
		})
	}
	return []fault{
		row("status-code-twice", "JSON-1", "answers have statusCode 0 and statusCode 4", writes(posted, func(_ *exchange, raw []byte) (string, []byte) {
			return jsonType, bytes.Replace(raw, []byte(`{`), []byte(`{"statusCode":4,`), 1)
		})),
		row("status-code-repeated", "JSON-2", "answers have statusCode 0 twice", writes(posted, func(_ *exchange, raw []byte) (string, []byte) {
			return jsonType, bytes.Replace(raw, []byte(`"statusCode":0`), []byte(`"statusCode":0,"statusCode":0`), 1)
		})),
		row("call-read-with-two-states", "JSON-1", "the calls of GET /me/calls have two states", writes(got, func(_ *exchange, raw []byte) (string, []byte) {
			return jsonType, bytes.ReplaceAll(raw, []byte(`"state":"Established"`), []byte(`"state":"Held","state":"Established"`))
		})),
		row("call-notified-with-two-states", "JSON-1", "notified calls have a second state", callTwice(`"state":"Idle"`)),
		row("call-notified-with-two-ids", "JSON-1", "notified calls have a second id", callTwice(`"id":"0"`)),
		row("event-channel-twice", "JSON-2", "notifications of calls have their channel twice", pushing(func(_ *session, e []byte) [][]byte {
			return [][]byte{bytes.Replace(e, []byte(`"channel":"/v2/me/calls"`), []byte(`"channel":"/v2/me/calls","channel":"/v2/me/calls"`), 1)}
		})),
		row("device-notified-with-two-types", "JSON-1", "device notifications have two messageTypes", pushing(func(_ *session, e []byte) [][]byte {
			return [][]byte{bytes.Replace(e, []byte(`"messageType":"Device`), []byte(`"messageType":"Other","messageType":"Device`), 1)}
		})),
		row("bayeux-successful-twice", "JSON-1", "Bayeux replies say successful false and successful true", func(h *hooks) {
			h.bayeux.body = append(h.bayeux.body, func(raw []byte) []byte {
				return bytes.ReplaceAll(raw, []byte(`"successful":true`), []byte(`"successful":false,"successful":true`))
			})
		}),
		row("bayeux-channel-twice", "JSON-2", "Bayeux replies have their channel twice", func(h *hooks) {
			h.bayeux.body = append(h.bayeux.body, func(raw []byte) []byte {
				return bytes.ReplaceAll(raw, []byte(`"channel":"/meta/connect"`), []byte(`"channel":"/meta/connect","channel":"/meta/connect"`))
			})
		}),
		row("lone-surrogate-notified", "JSON-3", "notifications hold half a surrogate pair", callTwice(`"note":"\ud83d"`)),
		row("lone-surrogate-answered", "JSON-3", "answers hold half a surrogate pair", writes(posted, func(_ *exchange, raw []byte) (string, []byte) {
			return jsonType, bytes.Replace(raw, []byte(`{`), []byte(`{"note":"low \udc00 first \ud83d",`), 1)
		})),
	}
}

func frameFaults() []fault {
	return []fault{
		row("websocket-binary", "BAYEUX-14", "WebSocket brings binary frames", func(h *hooks) { h.bayeux.binary = true }),
		row("websocket-junk", "BAYEUX-14", "a frame of junk stands before each of WebSocket", framed(func(f []byte) [][]byte {
			return [][]byte{[]byte("<x>"), f}
		})),
		row("websocket-byte-order-mark", "BAYEUX-14", "frames begin with a byte order mark", framed(func(f []byte) [][]byte {
			return [][]byte{slices.Concat([]byte("\ufeff"), f)}
		})),
	}
}

// framed changes what goes over WebSocket.
func framed(f func([]byte) [][]byte) func(*hooks) {
	return func(h *hooks) { h.bayeux.frames = append(h.bayeux.frames, f) }
}

const jsonType = "application/json"

// handMade sends answers to operations that net/http would not.
func handMade(whole func(body []byte) string) func(*hooks) {
	return func(h *hooks) {
		h.write = append(h.write, func(x *exchange, out *written) {
			if posted(x) {
				out.raw = []byte(whole(out.body))
			}
		})
	}
}

func around(before, behind string) func(*hooks) {
	return writes(posted, func(_ *exchange, raw []byte) (string, []byte) {
		return jsonType, slices.Concat([]byte(before), raw, []byte(behind))
	})
}

func bayeuxAround(before, behind string) func(*hooks) {
	return func(h *hooks) {
		h.bayeux.body = append(h.bayeux.body, func(raw []byte) []byte { return slices.Concat([]byte(before), raw, []byte(behind)) })
	}
}

func inCoding(when func(*exchange) bool, name string, pack func([]byte) []byte) func(*hooks) {
	return func(h *hooks) {
		h.write = append(h.write, func(x *exchange, out *written) {
			if !when(x) {
				return
			}
			out.body = pack(out.body)
			if name != "" {
				x.answer.header.Set("Content-Encoding", name)
			}
		})
	}
}

// encoded declares the answers to accepted operations as compressed, codedGet those to GET.
func encoded(name string, pack func([]byte) []byte) func(*hooks) { return inCoding(posted, name, pack) }

func codedGet(name string, pack func([]byte) []byte) func(*hooks) { return inCoding(got, name, pack) }

func bayeuxCoded(name string, pack func([]byte) []byte) func(*hooks) {
	return func(h *hooks) {
		h.bayeux.coding = name
		h.bayeux.body = append(h.bayeux.body, pack)
	}
}

func plainly(raw []byte) []byte { return raw }

func gzipped(raw []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	return packed(z, &b, raw)
}

func deflated(raw []byte) []byte {
	var b bytes.Buffer
	z, err := flate.NewWriter(&b, flate.DefaultCompression)
	if err != nil {
		return raw // the level is one
	}
	return packed(z, &b, raw)
}

func packed(z io.WriteCloser, b *bytes.Buffer, raw []byte) []byte {
	_, _ = z.Write(raw) // into memory
	_ = z.Close()
	return b.Bytes()
}

// hijack sends bytes as they are, and ends the connection.
func hijack(w http.ResponseWriter, raw []byte) {
	h, can := w.(http.Hijacker)
	if !can {
		return
	}
	c, _, err := h.Hijack()
	if err != nil {
		return
	}
	_, _ = c.Write(raw)
	_ = c.Close()
}
