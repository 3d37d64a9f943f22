package reach

import (
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"os"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
)

// Trust are the flags of a command that talks to servers with TLS.
type Trust struct {
	insecure bool
	cacert   string
}

// Add adds the flags.
func (t *Trust) Add(fs *flag.FlagSet) {
	fs.BoolVar(&t.insecure, "insecure", false, "accept any certificate of the server")
	fs.StringVar(&t.cacert, "cacert", "", "trust the certificate authorities in this PEM `file`, and no others")
}

// Check finds flags that mean nothing.
func (t *Trust) Check() error {
	if t.insecure && t.cacert != "" {
		return command.BadUsage("-insecure does not go with -cacert")
	}
	return nil
}

// Config returns the TLS configuration that the flags ask for.
func (t *Trust) Config() (*tls.Config, error) {
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
