package cli

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"

	"github.com/voicespec/voicespec/runner/config"
)

// writeCertificates writes what a client presents, and the authority behind it, into a folder.
func writeCertificates(dir string, client *tls.Config) (files config.TLS, err error) {
	pair := client.Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		return files, err
	}
	files = config.TLS{CA: filepath.Join(dir, "ca.pem"), Cert: filepath.Join(dir, "client.pem"), Key: filepath.Join(dir, "client.key")}
	for _, f := range []struct {
		path, kind string
		raw        []byte
	}{
		{files.CA, "CERTIFICATE", pair.Certificate[len(pair.Certificate)-1]}, {files.Cert, "CERTIFICATE", pair.Certificate[0]}, {files.Key, "PRIVATE KEY", key},
	} {
		if err := os.WriteFile(f.path, pem.EncodeToMemory(&pem.Block{Type: f.kind, Bytes: f.raw}), 0o600); err != nil {
			return files, err
		}
	}
	return files, nil
}
