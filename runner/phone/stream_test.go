package phone_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http/httptest"
	"net/textproto"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/phone"
)

// registrar answers every REGISTER on a connection with 200, until it is closed.
func registrar(l net.Listener, transports chan<- string) {
	conn, err := l.Accept()
	if err != nil {
		return
	}
	defer conn.Close()
	for r := bufio.NewReader(conn); ; {
		text := textproto.NewReader(r)
		first, err := text.ReadLine()
		if err != nil {
			return
		}
		h, err := text.ReadMIMEHeader()
		if err != nil || !strings.HasPrefix(first, "REGISTER ") {
			return
		}
		transports <- h.Get("Via") + " " + h.Get("Contact")
		answer := "SIP/2.0 200 OK\r\nVia: " + h.Get("Via") + "\r\nFrom: " + h.Get("From") + "\r\nTo: " + h.Get("To") + ";tag=x\r\nCall-ID: " + h.Get("Call-Id") +
			"\r\nCSeq: " + h.Get("Cseq") + "\r\nContact: " + h.Get("Contact") + "\r\nExpires: 60\r\nContent-Length: 0\r\n\r\n"
		if _, err := conn.Write([]byte(answer)); err != nil {
			return
		}
	}
}

// TestStreams is a telephone by TCP and by TLS, and one that does not trust its registrar.
func TestStreams(t *testing.T) {
	certificates := httptest.NewUnstartedServer(nil)
	certificates.StartTLS()
	defer certificates.Close()
	trusted := x509.NewCertPool()
	trusted.AddCert(certificates.Certificate())
	for transport, config := range map[string]*tls.Config{"tcp": nil, "tls": {RootCAs: trusted, MinVersion: tls.VersionTLS12}} {
		l := listen(t)
		if transport == "tls" {
			l = tls.NewListener(l, &tls.Config{Certificates: certificates.TLS.Certificates, MinVersion: tls.VersionTLS12})
		}
		seen := make(chan string, 2)
		go registrar(l, seen)
		ph, err := phone.Register(t.Context(), phone.Options{User: "5005", Registrar: l.Addr().String(), Transport: transport, TLS: config})
		if err != nil {
			t.Fatalf("%s: %v", transport, err)
		}
		if got := <-seen; !strings.HasPrefix(got, "SIP/2.0/"+strings.ToUpper(transport)+" ") || !strings.Contains(got, ";transport="+transport) {
			t.Errorf("%s: %s", transport, got)
		}
		if err := ph.Close(t.Context()); err != nil {
			t.Errorf("%s: %v", transport, err)
		}
		_ = l.Close()
	}
	l := tls.NewListener(listen(t), &tls.Config{Certificates: certificates.TLS.Certificates, MinVersion: tls.VersionTLS12})
	defer l.Close()
	go registrar(l, make(chan string, 2))
	_, err := phone.Register(t.Context(), phone.Options{User: "5005", Registrar: l.Addr().String(), Transport: phone.TLS})
	if refused, is := errors.AsType[*phone.RegisterError](err); !is || refused.Status != 0 || !strings.Contains(refused.Text, "certificate") {
		t.Errorf("a registrar that is not trusted: %v", err)
	}
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}
