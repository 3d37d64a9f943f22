package interop

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/interop/internal/programs"
)

// front is a program in front of our server, which sees plain HTTP from it. Those of
// fronts terminate TLS.
type front struct {
	name, install string
	program       []string // where it may be
	args          []string
	// config has in braces what start puts there, as args may: dir, a folder;
	// config, a file in it; pem, one with certificate and key; address and
	// backend; idle, the seconds after which a silent connection is cut.
	config string
}

var fronts = []front{nginxTLS, haproxy, caddy, apache}

// never is how many seconds a front has patience, for what is not about that.
const never = 3600

// start starts the front for a server, by its host and port, and returns its own.
func (f front) start(t *testing.T, backend string, idle int) (address string) {
	t.Helper()
	program := programs.Find(t, "apt-get install "+f.install, f.program...)
	dir, address := t.TempDir(), programs.Port(t)
	config, certificate := filepath.Join(dir, f.name+".conf"), filepath.Join(dir, "site.pem")
	fill := strings.NewReplacer("{dir}", dir, "{config}", config, "{pem}", certificate,
		"{address}", address, "{backend}", backend, "{idle}", fmt.Sprint(idle))
	write(t, config, fill.Replace(f.config))
	write(t, certificate, siteCertificate(t))
	var args []string
	for _, a := range f.args {
		args = append(args, fill.Replace(a))
	}
	cmd := prepare(t, program, args...)
	cmd.Env = append(os.Environ(), "HOME="+dir)
	awaitListener(t, address, start(t, cmd))
	return address
}

// hostPort is where the server is.
func (s *ourServer) hostPort() string {
	_, rest, _ := strings.Cut(strings.TrimSuffix(s.url, "/ws"), "//")
	return rest
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// siteCertificate returns a certificate for 127.0.0.1 and its key as PEM.
func siteCertificate(t *testing.T) string {
	t.Helper()
	c := selfSigned(t)[0]
	key, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate[0]})) +
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}))
}

// awaitListener waits until a program listens.
func awaitListener(t *testing.T, address string, ended <-chan struct{}) {
	t.Helper()
	for late := time.After(patience); ; {
		nc, err := net.Dial("tcp", address)
		if err == nil {
			nc.Close()
			return
		}
		select {
		case <-time.After(5 * time.Millisecond):
		case <-ended:
			t.Fatalf("the program has ended: %v", err)
		case <-late:
			t.Fatal(err)
		}
	}
}
