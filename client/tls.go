package client

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/seed372fb791/rfc6455/handshake"
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
	hooks := traceOf(ctx)
	hooks.startTLS()
	err := t.HandshakeContext(ctx)
	hooks.doneTLS(t.ConnectionState(), err)
	return t, err
}

// hintPlain returns err of a TLS handshake with a hint in front if the peer has answered without TLS.
func hintPlain(err error, hint string) error {
	var e tls.RecordHeaderError
	if errors.As(err, &e) && !isTLS(e.RecordHeader[0]) {
		err = fmt.Errorf("%s: %w", hint, err)
	}
	return err
}

// hintTLS returns err, why the head of a response cannot be read, or a hint in its place if the peer has answered
// with TLS.
func hintTLS(err error, h head, hint string) error {
	var e *handshake.Error
	if errors.As(err, &e) && len(h.bytes) > 0 && isTLS(h.bytes[0]) {
		err = &handshake.Error{Rule: e.Rule, Text: hint}
	}
	return err
}

// isTLS reports whether the first byte of an answer is that of a TLS record: a change of cipher, an alert, the
// handshake or data (RFC 8446, section 5.1). None of HTTP/1 begins with one.
func isTLS(first byte) bool { return 20 <= first && first <= 23 }
