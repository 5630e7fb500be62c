package main_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/reference"
)

// doors are the places of an answer, besides body and headers as they should be, where a server may put what it was
// sent. What the client makes of them are errors and log lines of libraries.
var doors = []struct {
	name, transport string
	answer          func(body, secrets string) string
}{
	{"behind the body", "long-polling", func(body, secrets string) string {
		return whole(body, "") + "<html>Bad request: " + secrets
	}},
	{"split response", "long-polling", func(body, secrets string) string {
		return whole(body, "") + whole(`{"statusCode":0}`, "Set-Cookie: other="+secrets+"\r\nX-Csrf-Token: "+secrets+"\r\n")
	}},
	{"header", "long-polling", func(body, secrets string) string {
		return whole(body, "Allow: "+secrets+"\r\nLocation: "+secrets+"\r\nX: "+secrets+"\r\n")
	}},
	{"header that is none", "long-polling", func(body, secrets string) string { return whole(body, secrets+"\r\n") }},
	{"content type", "long-polling", func(body, secrets string) string {
		return strings.Replace(whole(body, ""), "application/json", "text/"+secrets, 1)
	}},
	{"reason of the status", "long-polling", func(body, secrets string) string {
		return strings.Replace(whole(body, ""), "200 OK", "500 "+secrets, 1)
	}},
	{"status line that is none", "long-polling", func(_, secrets string) string { return secrets + "\r\n\r\n" }},
	{"status that is none", "long-polling", func(_, secrets string) string { return "HTTP/1.1 " + secrets + "\r\n\r\n" }},
	{"length", "long-polling", func(_, secrets string) string { return "HTTP/1.1 200 OK\r\nContent-Length: " + secrets + "\r\n\r\n" }},
	{"transfer encoding", "long-polling", func(_, secrets string) string {
		return "HTTP/1.1 200 OK\r\nTransfer-Encoding: " + secrets + "\r\n\r\n"
	}},
	{"chunk", "long-polling", func(_, secrets string) string { return chunked + secrets + "\r\n" }},
	{"trailer", "long-polling", func(body, secrets string) string {
		return fmt.Sprintf("%s%x\r\n%s\r\n0\r\nX: %s\r\n\r\n", chunked, len(body), body, secrets)
	}},
	{"trailer that is none", "long-polling", func(body, secrets string) string {
		return fmt.Sprintf("%s%x\r\n%s\r\n0\r\n%s\r\n\r\n", chunked, len(body), body, secrets)
	}},
	{"redirect", "long-polling", func(_, secrets string) string {
		return "HTTP/1.1 302 Found\r\nLocation: http://other/" + secrets + "\r\nContent-Length: 0\r\n\r\n"
	}},
	{"redirect to nowhere", "long-polling", func(_, secrets string) string {
		return "HTTP/1.1 302 Found\r\nLocation: http://[%zz" + secrets + "\r\nContent-Length: 0\r\n\r\n"
	}},
	{"101", "long-polling", func(_, secrets string) string {
		return "HTTP/1.1 101 " + secrets + "\r\nUpgrade: " + secrets + "\r\nConnection: Upgrade\r\n\r\n" + secrets
	}},
	{"channel", "long-polling", func(_, secrets string) string {
		return whole(`[{"channel":"/`+secrets+`","data":{}},{"channel":"/meta/handshake","successful":false,"error":"`+secrets+`"}]`, "")
	}},
	{"connection types", "auto", func(_, secrets string) string {
		return whole(`[{"channel":"/meta/handshake","id":"1","clientId":"x","successful":true,"supportedConnectionTypes":["`+secrets+`","long-polling"]}]`, "")
	}},
	{"cut in the middle", "long-polling", func(_, secrets string) string {
		return whole(strings.Repeat("x", 1980)+secrets+secrets, "")
	}},
	{"refused upgrade", "websocket", func(_, secrets string) string {
		return "HTTP/1.1 400 " + secrets + "\r\nContent-Length: 5000\r\n\r\n" + secrets
	}},
	{"upgrade that is none", "websocket", func(_, secrets string) string {
		return "HTTP/1.1 101 " + secrets + "\r\nUpgrade: " + secrets + "\r\n\r\n" + secrets
	}},
	{"frames", "websocket", func(_, secrets string) string { return upgraded + frame(0x81, secrets) + frame(0x82, secrets) }},
	{"close frame", "websocket", func(_, secrets string) string {
		return upgraded + frame(0x88, "\x03\xe8"+secrets[:min(len(secrets), 120)])
	}},
	{"frame that is none", "websocket", func(_, secrets string) string { return upgraded + secrets }},
}

// upgraded begins a WebSocket; the key is put in for ACCEPT.
const upgraded = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ACCEPT\r\n\r\n"

const chunked = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"

func whole(body, headers string) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n%s", headers, len(body), body)
}

func frame(kind byte, text string) string {
	text = text[:min(len(text), 60_000)]
	if len(text) < 126 {
		return string([]byte{kind, byte(len(text))}) + text
	}
	return string([]byte{kind, 126, byte(len(text) >> 8), byte(len(text))}) + text
}

// door echoes raw bytes to whoever has got a cookie; over WebSocket, to upgrades alone.
type door struct {
	echo

	answer    func(body, secrets string) string
	websocket bool
}

// ServeHTTP answers in the place of the reference server.
func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	upgrade := r.Header.Get("Upgrade") != ""
	secrets := oneLine(d.said(r, http.Header{}))
	if len(r.Cookies()) == 0 || d.websocket && !upgrade {
		d.next.ServeHTTP(w, r)
		return
	}
	got := httptest.NewRecorder()
	if !upgrade {
		d.next.ServeHTTP(got, r)
	}
	conn, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	answer := strings.Replace(d.answer(got.Body.String(), secrets), "ACCEPT", accept(r.Header.Get("Sec-WebSocket-Key")), 1)
	_, _ = io.WriteString(conn, answer)
	_ = conn.SetReadDeadline(time.Now().Add(100 * time.Millisecond)) // so long the client takes it for an idle one
	_, _ = io.Copy(io.Discard, rw)
}

// accept is what RFC 6455 has a server make of a key.
func accept(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")) // as RFC 6455 says
	return base64.StdEncoding.EncodeToString(sum[:])
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// Wherever an answer holds a secret, no output does, --debug included.
func TestSecretsBehindOtherDoors(t *testing.T) {
	t.Parallel()
	for _, tt := range doors {
		t.Run(strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			agents := reference.DefaultAgents(1)
			for i := range agents {
				agents[i].Password = fmt.Sprintf("pass+%s<%s", agents[i].User, hex.EncodeToString([]byte(tt.name)))
			}
			server, err := reference.New(reference.Options{Agents: agents, Variation: "csrf"})
			if err != nil {
				t.Fatal(err)
			}
			d := &door{echo: echo{next: server.Handler(), secrets: map[string]bool{}}, answer: tt.answer, websocket: tt.transport == "websocket"}
			listen := httptest.NewServer(d)
			t.Cleanup(func() {
				listen.CloseClientConnections()
				listen.Close()
				_ = server.Close()
			})
			for _, command := range []string{"run", "doctor"} {
				d.search(t, d.play(t, command, tt.transport, listen.URL, agents))
			}
		})
	}
}

func (d *door) play(t *testing.T, name, transport, url string, agents []reference.Agent) map[string]string {
	t.Helper()
	args := []string{name, "--transport", transport, "--debug"}
	if name == "run" {
		args = append(args, "--save", "run.ndjson", "--run", "transfer.sample-2", "--run", "invariants")
	}
	c := newCommand(t, args...)
	c.Env = append(c.Env, "GITHUB_ACTIONS=true", "GITHUB_STEP_SUMMARY="+filepath.Join(c.Dir, "step.md"), "VOICESPEC_DEBUG=1")
	c.write(t, targetFile(url, "{connect: 1s, request: 1s, event: 500ms, quiet: 50ms}", agents))
	if code := c.call(t); code != 1 && code != 3 && code != 0 {
		t.Errorf("%s ends with exit code %d: %s", name, code, c.err.String())
	}
	if err := os.Remove(filepath.Join(c.Dir, "voicespec.yaml")); err != nil {
		t.Fatal(err)
	}
	return c.outputs(t)
}

// The names in a certificate show in the errors about it.
func TestSecretsInACertificate(t *testing.T) {
	t.Parallel()
	agents := reference.DefaultAgents(1)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	name := x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour),
		Subject: pkix.Name{CommonName: agents[0].Password}, Issuer: pkix.Name{CommonName: agents[0].Password}, DNSNames: []string{agents[0].Password + ".test"}}
	raw, err := x509.CreateCertificate(rand.Reader, &name, &name, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	listen := httptest.NewUnstartedServer(http.NotFoundHandler())
	listen.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{raw}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}
	listen.StartTLS()
	t.Cleanup(listen.Close)
	d := &door{echo: echo{secrets: map[string]bool{agents[0].Password: true}, deny: true}}
	for _, url := range []string{listen.URL, strings.Replace(listen.URL, "https", "http", 1)} {
		d.search(t, d.play(t, "run", "auto", url, agents))
	}
}

// What stands where TLS should be is quoted by nobody.
func TestSecretsInPlaceOfTLS(t *testing.T) {
	t.Parallel()
	agents := reference.DefaultAgents(1)
	secret := base64.StdEncoding.EncodeToString([]byte(agents[0].User + ":" + agents[0].Password))
	var config net.ListenConfig
	l, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = bufio.NewReader(conn).Peek(1)
			_, _ = io.WriteString(conn, secret+secret+secret)
			_ = conn.Close()
		}
	}()
	d := &door{echo: echo{secrets: map[string]bool{secret: true}, deny: true}}
	d.search(t, d.play(t, "run", "auto", "https://"+l.Addr().String(), agents))
}

// forms in which a secret may stand in an output, besides those of HTML.
func encoded(secret string) []string {
	var plainly strings.Builder
	e := json.NewEncoder(&plainly)
	e.SetEscapeHTML(false)
	_ = e.Encode(secret) // a text can be encoded
	in := strings.TrimSpace(plainly.String())
	return []string{fmt.Sprintf("%q", secret)[1:], in[1 : len(in)-1], base64.StdEncoding.EncodeToString([]byte(secret)), hex.EncodeToString([]byte(secret))}
}
