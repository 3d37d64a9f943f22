package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"flag"
	"fmt"
	"math/big"
	"net"
	"os"
	"time"
)

// certificate are the flags of a command that listens with TLS.
type certificate struct {
	cert, key  string
	selfSigned bool
}

// certificateFlags is their group.
var certificateFlags = group{"TLS", []string{"tls-cert", "tls-key", "tls-self-signed"}}

// add adds the flags.
func (c *certificate) add(fs *flag.FlagSet) {
	fs.StringVar(&c.cert, "tls-cert", "", "serve wss with the certificates in this PEM `file`, the server's own first")
	fs.StringVar(&c.key, "tls-key", "", "the private key of -tls-cert, a PEM `file`")
	fs.BoolVar(&c.selfSigned, "tls-self-signed", false, "serve wss with a certificate made up for this run")
}

// check finds flags that do not go together.
func (c *certificate) check() error {
	switch {
	case (c.cert == "") != (c.key == ""):
		return badUsage("-tls-cert and -tls-key go together")
	case c.cert != "" && c.selfSigned:
		return badUsage("-tls-self-signed does not go with -tls-cert")
	}
	return nil
}

// config returns the TLS configuration that the flags ask for at addr, nil if
// they ask for none.
func (c *certificate) config(addr string) (*tls.Config, error) {
	var loaded tls.Certificate
	var err error
	switch {
	case c.selfSigned:
		loaded, err = selfSigned(addr)
	case c.cert != "":
		loaded, err = tls.LoadX509KeyPair(c.cert, c.key)
	default:
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &tls.Config{Certificates: []tls.Certificate{loaded}}, nil
}

// trust are the flags of a command that talks to servers with TLS.
type trust struct {
	insecure bool
	cacert   string
}

// add adds the flags.
func (t *trust) add(fs *flag.FlagSet) {
	fs.BoolVar(&t.insecure, "insecure", false, "accept any certificate of the server")
	fs.StringVar(&t.cacert, "cacert", "", "trust the authorities in this PEM `file` instead of the system's")
}

// config returns the TLS configuration that the flags ask for.
func (t *trust) config() (*tls.Config, error) {
	c := &tls.Config{InsecureSkipVerify: t.insecure}
	if t.cacert == "" {
		return c, nil
	}
	pem, err := os.ReadFile(t.cacert)
	if err != nil {
		return nil, err
	}
	c.RootCAs = x509.NewCertPool()
	if !c.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s has no certificate in PEM form", t.cacert)
	}
	return c, nil
}

// selfSigned returns a certificate for this machine's own names and the host of
// addr, which nobody has reason to trust.
func selfSigned(addr string) (tls.Certificate, error) {
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
