package wire

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/url"

	"github.com/seed372fb791/rfc6455/handshake"
)

// Dial connects to the server of u, a ws or wss URL: the TLS handshake, for
// which config says whom to trust, is made, the opening handshake is not.
func Dial(ctx context.Context, u *url.URL, config *tls.Config) (net.Conn, error) {
	nc, err := new(net.Dialer).DialContext(ctx, "tcp", handshake.HostPort(u))
	if err != nil || u.Scheme != "wss" {
		return nc, err
	}
	config = config.Clone()
	config.ServerName = u.Hostname()
	config.NextProtos = []string{"http/1.1"}
	secure := tls.Client(nc, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		nc.Close()
		return nil, fmt.Errorf("TLS: %w", err)
	}
	return secure, nil
}

// HalfCloser is what connections over TCP and TLS are.
type HalfCloser interface{ CloseWrite() error }

// Cut closes a connection over TCP or TLS by a reset (RST).
func Cut(nc net.Conn) {
	if secure, ok := nc.(*tls.Conn); ok {
		nc = secure.NetConn()
	}
	if tcp, ok := nc.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	nc.Close()
}
