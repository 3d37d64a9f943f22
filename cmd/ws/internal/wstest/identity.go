package wstest

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/listen"
)

// Identity makes a certificate, and the files that hold it and its key.
func Identity(t *testing.T) (certificate tls.Certificate, file, key string) {
	t.Helper()
	certificate, err := listen.SelfSigned("")
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(certificate.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	file = pemFile(t, "CERTIFICATE", certificate.Certificate[0])
	return certificate, file, pemFile(t, "PRIVATE KEY", der)
}

func pemFile(t *testing.T, kind string, data []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "a.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: data}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
