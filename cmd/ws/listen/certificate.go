package listen

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"flag"
	"math/big"
	"net"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
)

// Certificate are the flags of a command that listens with TLS.
type Certificate struct {
	Cert, key  string
	SelfSigned bool
}

// CertificateGroup is their group.
var CertificateGroup = command.Group{Title: "TLS", Flags: []string{"tls-cert", "tls-key", "tls-self-signed"}}

// Add adds the flags.
func (c *Certificate) Add(fs *flag.FlagSet) {
	fs.StringVar(&c.Cert, "tls-cert", "", "serve wss with the certificates in this PEM `file`, the server's own first")
	fs.StringVar(&c.key, "tls-key", "", "the private key of -tls-cert, a PEM `file`")
	fs.BoolVar(&c.SelfSigned, "tls-self-signed", false, "serve wss with a certificate made up for this run")
}

// Check finds flags that do not go together.
func (c *Certificate) Check() error {
	switch {
	case (c.Cert == "") != (c.key == ""):
		return command.BadUsage("-tls-cert and -tls-key go together")
	case c.Cert != "" && c.SelfSigned:
		return command.BadUsage("-tls-self-signed does not go with -tls-cert")
	}
	return nil
}

// Config returns the TLS configuration that the flags ask for at addr, nil if
// they ask for none.
func (c *Certificate) Config(addr string) (*tls.Config, error) {
	var loaded tls.Certificate
	var err error
	switch {
	case c.SelfSigned:
		loaded, err = SelfSigned(addr)
	case c.Cert != "":
		loaded, err = tls.LoadX509KeyPair(c.Cert, c.key)
	default:
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &tls.Config{Certificates: []tls.Certificate{loaded}}, nil
}

// SelfSigned returns a certificate for this machine's own names and the host of
// addr, which nobody has reason to trust.
func SelfSigned(addr string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(now.UnixNano()),
		Subject:               pkix.Name{CommonName: "ws serve"},
		NotBefore:             now.Add(-time.Hour), // for clients whose clock is behind
		NotAfter:              now.AddDate(0, 1, 0),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		DNSNames:              []string{"localhost"},
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	switch host, _, _ := net.SplitHostPort(addr); {
	case net.ParseIP(host) != nil:
		template.IPAddresses = append(template.IPAddresses, net.ParseIP(host))
	case host != "":
		template.DNSNames = append(template.DNSNames, host)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}
