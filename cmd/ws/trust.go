package main

import (
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"os"
)

// trust are the flags of a command that talks to servers with TLS.
type trust struct {
	insecure bool
	cacert   string
}

func (t *trust) add(fs *flag.FlagSet) {
	fs.BoolVar(&t.insecure, "insecure", false, "accept any certificate of the server")
	fs.StringVar(&t.cacert, "cacert", "", "trust the certificate authorities in this PEM `file`, and no others")
}

// check finds flags that mean nothing.
func (t *trust) check() error {
	if t.insecure && t.cacert != "" {
		return badUsage("-insecure does not go with -cacert")
	}
	return nil
}

// config returns the TLS configuration that the flags ask for.
func (t *trust) config() (*tls.Config, error) {
	config := &tls.Config{InsecureSkipVerify: t.insecure}
	if t.cacert == "" {
		return config, nil
	}
	text, err := os.ReadFile(t.cacert)
	if err != nil {
		return nil, err
	}
	config.RootCAs = x509.NewCertPool()
	if !config.RootCAs.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("there is no certificate in %s", t.cacert)
	}
	return config, nil
}
