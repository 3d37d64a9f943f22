package client

import (
	"context"
	"net"
	"net/url"

	"golang.org/x/net/proxy"
)

// socks5 asks the SOCKS5 proxy at the other end of nc for a TCP connection to address (RFC 1928), whose name the
// proxy resolves. With user it offers to authenticate by RFC 1929.
//
//rfc:6455-4.1-9
func socks5(ctx context.Context, nc net.Conn, proxyAddress string, user *url.Userinfo, address string) error {
	var auth *proxy.Auth
	if user != nil {
		auth = &proxy.Auth{User: user.Username()}
		auth.Password, _ = user.Password()
	}
	d, err := proxy.SOCKS5("tcp", proxyAddress, auth, connected{nc})
	if err != nil {
		return err
	}
	// What it returns is nc in a wrapper that would hide the socket.
	_, err = d.(proxy.ContextDialer).DialContext(ctx, "tcp", address)
	return err
}

// connected is a proxy.Dialer and proxy.ContextDialer for somebody who is there already.
type connected struct{ conn net.Conn }

func (c connected) Dial(_, _ string) (net.Conn, error) { return c.conn, nil }

func (c connected) DialContext(context.Context, string, string) (net.Conn, error) { return c.conn, nil }
