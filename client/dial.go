package client

import (
	"context"
	"net"
	"net/http"
	"net/url"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/websocket"
)

// Dial opens a connection to a ws or wss URL (section 4.1) and returns it with the server's response, whose
// Body is empty. A nil o stands for the defaults. The schemes http and https stand for ws and wss. A user and a
// password in the URL go into the Authorization field (RFC 7617), unless [Options.Header] has one.
//
// It ends at once when ctx does; once Dial has returned, ctx means nothing to the connection any more. Dials
// to one IP address and port, through one proxy to one host and port, or with [Options.DialContext] to one host
// and port, take turns, as section 4.1 asks for: only one at a time is being established in the whole process.
// What opens many connections to one server at once, or to servers of several owners behind one address, may want
// [Options.ConcurrentDials].
//
// The error is an [*Error]. It wraps a [*handshake.Error] if the server's answer is the cause; with a Status
// other than 0 the server has refused, for instance with 401 or 503. The response is then not nil and its Body
// holds the first 16 KiB of what the server had to say, as far as it came within 5 s. It is in memory: closing
// it is not needed. Error texts contain no credentials, and of the URL only scheme, host and port.
//
// The hooks that ctx carries for package net/http/httptrace are called as far as they mean something here: fields
// and interim responses are not told, and no connection is used twice.
//
// Dial is safe for concurrent use.
//
//rfc:6455-4.1-1 6455-4.1-3 6455-4.1-4
func Dial(ctx context.Context, rawURL string, o *Options) (*websocket.Conn, *http.Response, error) {
	d, u, err := newDialer(rawURL, o)
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := d.limitTime(ctx)
	defer cancel()
	return d.follow(ctx, u)
}

// NewConn makes the opening handshake for a ws or wss URL over nc, which the caller has connected to the
// server in a way of its own; for wss it begins with the TLS handshake. It takes nc over and closes it when
// it fails. Redirects are not followed and, of o, what is about them and about the way to the server means nothing;
// NewConn is otherwise as [Dial], and like there connections to the same host and port take turns.
//
//rfc:6455-4.1-2
func NewConn(
	ctx context.Context, nc net.Conn, rawURL string, o *Options,
) (c *websocket.Conn, resp *http.Response, err error) {
	defer func() {
		if err != nil {
			nc.Close()
		}
	}()
	d, u, err := newDialer(rawURL, o)
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := d.limitTime(ctx)
	defer cancel()
	return d.attempt(ctx, u, func() (link, error) {
		release, err := d.takeTurn(ctx, handshake.HostPort(u))
		if err != nil {
			return link{}, fail(ctx, StageConnect, u, err)
		}
		return link{nc, nc, release}, nil
	})
}

// dialer is one call of Dial or NewConn. A redirect to another origin takes away some of its options.
type dialer struct{ Options }

// newDialer returns the dialer for a URL and options of a caller, and the WebSocket URI that the URL means.
func newDialer(rawURL string, o *Options) (*dialer, *url.URL, error) {
	u, user, err := parseTarget(rawURL)
	if err != nil {
		return nil, nil, &Error{Stage: StageURL, Err: err}
	}
	d := &dialer{o.withDefaults()}
	d.Header = withUser(withAgent(d.Header), user)
	return d, u, nil
}

// limitTime returns ctx with the end that HandshakeTimeout sets.
func (d *dialer) limitTime(ctx context.Context) (context.Context, context.CancelFunc) {
	if d.HandshakeTimeout < 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, d.HandshakeTimeout, timeoutError(d.HandshakeTimeout))
}

// attempt goes through section 4.1 once: with the request ready, it connects and makes the opening handshake.
func (d *dialer) attempt(
	ctx context.Context, u *url.URL, connect func() (link, error),
) (c *websocket.Conn, resp *http.Response, err error) {
	r, err := d.newRequest(u)
	if err != nil {
		return nil, nil, fail(ctx, StageURL, u, err)
	}
	defer func() {
		if err != nil {
			r.compression.release()
		}
	}()
	traceOf(ctx).getConn(handshake.HostPort(u))
	l, err := connect()
	if err != nil {
		return nil, nil, err
	}
	defer l.release()
	return d.open(ctx, l, r)
}
