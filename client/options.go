package client

import (
	"cmp"
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/websocket"
)

// Options is how a connection is opened. The zero value, and a nil pointer, is the safe default. [Dial] and
// [NewConn] copy what they need and change nothing, so one Options can serve any number of concurrent dials
// as long as nobody changes it meanwhile.
type Options struct {
	// Conn is how the connection behaves once it is open.
	Conn websocket.Options

	// Header has fields to send besides those of the handshake, such as Authorization, Cookie or User-Agent.
	// One Host replaces the URL's. It goes to the origin of the URL only: a redirect to another origin drops
	// all of it, because any field may be a credential.
	Header http.Header

	// Origin is the origin of the code that opens the connection, such as "https://example.com", serialized
	// as in RFC 6454. Browsers have to send it; others leave it empty, unless the server insists on one.
	Origin string

	// Subprotocols are offered to the server, the most preferred first. [websocket.Conn.Subprotocol] says
	// which one it chose, if any.
	Subprotocols []string

	// Compression says whether permessage-deflate (RFC 7692) is offered, and how messages are compressed if the
	// server agrees to it. The zero value is for no compression.
	Compression websocket.Compression

	// TLSConfig is for wss URLs and for https proxies. ServerName, if empty, is the URL's host, and always the
	// proxy's host for a proxy. MinVersion is at least TLS 1.2 and NextProtos is always http/1.1. A redirect to
	// another origin drops ServerName and client certificates.
	TLSConfig *tls.Config

	// HandshakeTimeout is the longest that a call of Dial or NewConn takes, redirects and the wait for other
	// dials to the same address included. Zero stands for 30 s, a negative value for no limit but the context.
	HandshakeTimeout time.Duration

	// MaxHeaderBytes is the greatest length in bytes of a response's head. Zero stands for 16 KiB.
	MaxHeaderBytes int

	// MaxHeaderLines is the greatest number of header fields in a response. Zero stands for 100.
	MaxHeaderLines int

	// Proxy returns the proxy to reach a URL through, nil for none. It gets a ws or wss URL of its own. The
	// proxy's scheme is http, https (both with CONNECT) or socks5, its userinfo holds the credentials.
	//
	// Nil stands for the environment: HTTPS_PROXY and, for ws URLs only, HTTP_PROXY after it, as section 4.1
	// suggests; NO_PROXY lists the exceptions, which localhost always belongs to. [NoProxy] is for none at all.
	Proxy func(*url.URL) (*url.URL, error)

	// Jar, if not nil, gives the cookies to send and takes those that responses set, also those of refusals and
	// redirects. It is asked with the http or https URL that corresponds to the ws or wss one.
	Jar http.CookieJar

	// MaxRedirects is how many redirects are followed. Zero stands for 5, a negative value for none: then a
	// redirect is a refusal like any other.
	MaxRedirects int

	// DialContext, if not nil, opens all TCP connections, those to proxies included. It gets "tcp" and
	// "host:port" with the name unresolved, has to return soon after ctx has ended, and must not let ctx have
	// an effect on the connection that it has returned.
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)
}

// NoProxy is an [Options.Proxy] that uses no proxy, whatever the environment says.
func NoProxy(*url.URL) (*url.URL, error) { return nil, nil }

const (
	defaultHandshakeTimeout = 30 * time.Second
	defaultMaxRedirects     = 5
)

// withDefaults returns a copy of o with the values that hold. It shares no memory with o that is changed here
// or that is used after Dial has returned.
func (o *Options) withDefaults() Options {
	if o == nil {
		o = new(Options)
	}
	c := *o
	c.Header = o.Header.Clone()
	c.Subprotocols = slices.Clone(o.Subprotocols)
	c.TLSConfig = strongTLS(o.TLSConfig)
	c.HandshakeTimeout = cmp.Or(o.HandshakeTimeout, defaultHandshakeTimeout)
	c.MaxRedirects = cmp.Or(o.MaxRedirects, defaultMaxRedirects)
	return c
}

// limits bounds the head of each response, a proxy's included.
func (o *Options) limits() handshake.Limits {
	return handshake.Limits{Bytes: o.MaxHeaderBytes, Lines: o.MaxHeaderLines}
}
