package client

import (
	"cmp"
	"context"
	"crypto/tls"
	"net"
	"strings"
)

// strongTLS returns a copy of the caller's configuration, nil being the default, that asks for what section 10.6
// calls strong and for HTTP/1.1: a server that chose HTTP/2 would not understand the opening handshake.
//
//rfc:6455-10.6-1 6455-10.6-3
func strongTLS(c *tls.Config) *tls.Config {
	if c == nil {
		c = new(tls.Config)
	}
	c = c.Clone()
	c.MinVersion = max(c.MinVersion, tls.VersionTLS12)
	c.NextProtos = []string{"http/1.1"}
	return c
}

// startTLS makes the TLS handshake over nc with a peer whose certificate has to be for host, unless c says
// otherwise. The name is sent also if c turns the verification off.
//
//rfc:6455-4.1-13 6455-4.1-14 6455-4.1-15 6455-4.1-16
func startTLS(ctx context.Context, nc net.Conn, c *tls.Config, host string) (*tls.Conn, error) {
	c = c.Clone()
	host, _, _ = strings.Cut(host, "%") // an IPv6 zone is in no certificate
	c.ServerName = cmp.Or(c.ServerName, host)
	t := tls.Client(nc, c)
	return t, t.HandshakeContext(ctx)
}
