package client

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"net/url"

	"github.com/seed372fb791/rfc6455/handshake"
)

// link is a transport connection to the server, maybe by way of a proxy, with the turn to establish a
// connection over it.
type link struct {
	net.Conn           // what the next layer speaks over
	socket   io.Closer // ends everything at once, where Close of a TLS connection would first tell the peer
	release  func()    // gives the turn back
}

// connect opens the way to the server of u: through a proxy if one is configured, directly otherwise. Its
// errors come from fail.
//
//rfc:6455-4.1-9 6455-4.1-10 6455-4.1-12
func (d *dialer) connect(ctx context.Context, u *url.URL) (link, error) {
	proxy, err := d.proxyFor(ctx, u)
	if err != nil {
		return link{}, fail(ctx, StageProxy, u, withoutURL(err))
	}
	var l link
	stage, address := StageConnect, handshake.HostPort(u)
	switch {
	case proxy != nil:
		stage = StageProxy
		host := proxy.Scheme + "://" + proxy.Host + " to " + address
		l, err = d.byName(ctx, host, func() (link, error) { return d.through(ctx, proxy, address) })
	case d.DialContext != nil:
		l, err = d.byName(ctx, address, func() (link, error) { return d.dialTCP(ctx, address) })
	default:
		l, err = d.byAddress(ctx, u)
	}
	if err != nil {
		return link{}, fail(ctx, stage, u, err)
	}
	return l, nil
}

// byName takes the turn of a host and calls open. Somebody else resolves the name, so host tells names apart
// and not addresses.
//
//rfc:6455-4.1-7
func (d *dialer) byName(ctx context.Context, host string, open func() (link, error)) (link, error) {
	release, err := d.takeTurn(ctx, host)
	if err != nil {
		return link{}, err
	}
	l, err := open()
	if err != nil {
		release()
		return link{}, err
	}
	l.release = release
	return l, nil
}

// byAddress resolves u's host and connects to one of its addresses, each of which has a turn of its own.
//
//rfc:6455-4.1-5 6455-4.1-6
func (d *dialer) byAddress(ctx context.Context, u *url.URL) (link, error) {
	_, port, _ := net.SplitHostPort(handshake.HostPort(u)) // valid, as all of u is
	ips, err := d.Resolver.LookupNetIP(ctx, "ip", u.Hostname())
	if err != nil {
		return link{}, err
	}
	return race(ctx, interleave(ips), func(ctx context.Context, ip netip.Addr) (link, error) {
		address := net.JoinHostPort(ip.String(), port)
		release, err := d.takeTurn(ctx, address)
		if err != nil {
			return link{}, err
		}
		nc, err := d.netDialer().DialContext(ctx, "tcp", address)
		if err != nil {
			release()
			return link{}, err
		}
		return link{nc, nc, release}, nil
	})
}

// dialTCP opens a TCP connection without a turn: to a proxy, or to a host whose turn is taken.
func (d *dialer) dialTCP(ctx context.Context, address string) (link, error) {
	dial := d.DialContext
	if dial == nil {
		dial = d.netDialer().DialContext
	}
	nc, err := dial(ctx, "tcp", address)
	return link{Conn: nc, socket: nc}, err
}

func (d *dialer) netDialer() *net.Dialer { return &net.Dialer{Resolver: d.Resolver} }

// withoutURL returns err without the URL that a *url.Error quotes, which may have a password.
func withoutURL(err error) error {
	var quoting *url.Error
	if errors.As(err, &quoting) {
		return quoting.Err
	}
	return err
}
