package reference

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"strings"
	"time"
)

// What stands before a server: it wants to know in its own way who asks, and knows the passwords of the server behind it.
const (
	frontBearer = "bearer"
	frontSAML   = "saml"
)

// FrontCookie is the cookie by which a single sign-on knows its sessions.
const FrontCookie = "SAML-Session"

// Token is what a front of a variation lets a user in by: a bearer token, or the value of its cookie.
func Token(user string) string { return "token-of-" + user + "-0123456789" }

// front lets a request through to the server, or answers it.
func (s *Server) front(w http.ResponseWriter, r *http.Request) (through bool) {
	token := ""
	if s.hooks.site.front == frontSAML {
		if c, err := r.Cookie(FrontCookie); err == nil {
			token = c.Value
		}
	} else {
		token, _ = strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	}
	for _, a := range s.agents {
		if token == Token(a.User) {
			r.SetBasicAuth(a.User, a.Password)
			return true
		}
	}
	_, _ = io.CopyN(io.Discard, r.Body, maxDiscard) // so that the client gets the answer
	if s.hooks.site.front == frontSAML {
		http.Redirect(w, r, "https://sign-in.example.com/saml?SAMLRequest=fZHBTsMwDIbvfYoq9", http.StatusFound)
		return false
	}
	w.Header().Set("WWW-Authenticate", `Bearer realm="gws"`)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusUnauthorized)
	fmt.Fprintf(w, `{"statusCode":%d,"statusMessage":"Access denied"}`, codeUnauthenticated)
	return false
}

// mutualTLS makes what a server and its clients need that know each other by certificates of one authority.
func mutualTLS() (server, client *tls.Config, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "voicespec reference authority"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	raw, err := x509.CreateCertificate(rand.Reader, authority, authority, &key.PublicKey, key)
	if err != nil {
		return nil, nil, err
	}
	if authority, err = x509.ParseCertificate(raw); err != nil {
		return nil, nil, err
	}
	pool := x509.NewCertPool()
	pool.AddCert(authority)
	pair := func(serial int64, name string, usage x509.ExtKeyUsage) (tls.Certificate, error) {
		own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return tls.Certificate{}, err
		}
		raw, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name}, NotBefore: authority.NotBefore, NotAfter: authority.NotAfter,
			KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{usage},
			DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		}, authority, &own.PublicKey, key)
		return tls.Certificate{Certificate: [][]byte{raw, authority.Raw}, PrivateKey: own}, err
	}
	of, err := pair(2, "voicespec reference server", x509.ExtKeyUsageServerAuth)
	if err != nil {
		return nil, nil, err
	}
	by, err := pair(3, "voicespec", x509.ExtKeyUsageClientAuth)
	if err != nil {
		return nil, nil, err
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{of}, ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert},
		&tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{by}, RootCAs: pool}, nil
}

// shownPrefix stands before each number that is shown, and before none that is dialled.
const shownPrefix = "+1650555"

// shownOtherwise shows all numbers in another form than they are dialled in.
func shownOtherwise(h *hooks) {
	h.call = append(h.call, func(_ *Server, _ *leg, c object) {
		list, _ := c["participants"].([]any)
		for _, p := range list {
			if p, isObject := p.(object); isObject {
				for _, member := range []string{"phoneNumber", "digits"} {
					p[member] = shownPrefix + fmt.Sprint(p[member])
				}
				p["e164Number"] = p["phoneNumber"]
				p["formattedPhoneNumber"] = strings.Replace(fmt.Sprint(p["phoneNumber"]), "+1650555", "+1 (650) 555-", 1)
			}
		}
		c["dnis"] = shownPrefix + fmt.Sprint(c["dnis"])
	})
	h.device = append(h.device, func(_ *Server, _ *agent, d object) {
		for _, member := range []string{"phoneNumber", "e164Number"} {
			d[member] = shownPrefix + fmt.Sprint(d[member])
		}
	})
	h.notes = append(h.notes, noteCalls(func(n *note) { n.data["phoneNumber"] = shownPrefix + fmt.Sprint(n.data["phoneNumber"]) }))
}

// ShownAs is how a number is shown in the variation that shows them otherwise.
func ShownAs(number string) string { return shownPrefix + number }
