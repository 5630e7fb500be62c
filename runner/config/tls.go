package config

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"

	"github.com/voicespec/voicespec/runner/file"
)

// Config is how connections to an https target are secured.
func (t TLS) Config() (*tls.Config, error) {
	if t.Given != nil {
		return t.Given.Clone(), nil
	}
	c := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: t.Insecure} //nolint:gosec // the target file asks for it
	if t.Cert != "" || t.Key != "" {
		pair, err := tls.LoadX509KeyPair(t.Cert, t.Key)
		if err != nil {
			return nil, fmt.Errorf("tls.cert and tls.key: %w; name the PEM files of a client certificate and its key, relative to the target file", err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	if t.CA == "" {
		return c, nil
	}
	pem, err := file.Read(t.CA, maxFile)
	if err != nil {
		if inner, ok := errors.AsType[*os.PathError](err); ok {
			err = inner.Err
		}
		return nil, fmt.Errorf("tls.ca: %s cannot be read (%w); name a PEM file, relative to the target file", t.CA, err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool() // a system without authorities, such as a scratch image
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("tls.ca: %s holds no certificate; name a PEM file (-----BEGIN CERTIFICATE-----)", t.CA)
	}
	c.RootCAs = pool
	return c, nil
}
