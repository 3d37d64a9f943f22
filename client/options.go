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

	// Header has fields to send besides those of the handshake, such as Authorization or Cookie. One Host replaces
	// the URL's. Without a User-Agent "Go-rfc6455/1" is sent, with an empty one none. A redirect to another
	// origin drops all of it, because any field may be a credential.
	Header http.Header

	// Origin is the origin of the code that opens the connection, such as "https://example.com", serialized
	// as in RFC 6454. Browsers have to send it; others leave it empty, unless the server insists on one. A redirect
	// to another origin makes it "null".
	Origin string

	// Subprotocols are offered to the server, the most preferred first. [websocket.Conn.Subprotocol] says
	// which one it chose, if any. A redirect to another origin drops them: some servers take credentials here.
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

	// ConcurrentDials lets dials to one address go on at the same time as others, against section 4.1: a server
	// that takes 50 ms for each handshake is reached 20 times a second otherwise, and one that hangs holds up all
	// others behind its address. Dials with it neither take turns nor wait for those that do.
	ConcurrentDials bool

	// MaxHeaderBytes is the greatest length in bytes of a response's head. Zero stands for 16 KiB.
	MaxHeaderBytes int

	// MaxHeaderLines is the greatest number of header fields in a response. Zero stands for 100.
	MaxHeaderLines int

	// Proxy returns the proxy to reach a server through, nil for none, as that of [http.Transport]: such as
	// http.ProxyURL makes, or http.ProxyFromEnvironment, which knows the schemes http and https only. So it gets a
	// request whose URL has one of these in place of ws or wss, whose context is that of the dial, and in whose
	// Header only Upgrade tells that it is about WebSocket. The proxy's scheme is http, https (both with CONNECT)
	// or socks5, its userinfo holds the credentials.
	//
	// Nil stands for the environment: HTTPS_PROXY, for ws URLs HTTP_PROXY after it, as section 4.1 suggests, and
	// ALL_PROXY in the end; NO_PROXY lists the exceptions, which localhost always belongs to. [NoProxy] is for none
	// at all.
	Proxy func(*http.Request) (*url.URL, error)

	// Resolver, if not nil, is asked for the addresses of servers and proxies in place of net.DefaultResolver.
	// With DialContext it means nothing.
	Resolver *net.Resolver

	// Jar, if not nil, gives the cookies to send and takes those that responses set, also those of refusals and
	// redirects. It is asked with the http or https URL that corresponds to the ws or wss one.
	Jar http.CookieJar

	// MaxRedirects is how many redirects are followed. Zero stands for 5, a negative value for none: then a
	// redirect is a refusal like any other.
	MaxRedirects int

	// CheckRedirect, if not nil, says whether a redirect is followed, as that of [http.Client]: with nil it is, with
	// http.ErrUseLastResponse it is a refusal like any other, and with other errors the dial fails with them. next
	// is the request to come, with its ws or wss URL and the response that leads to it, via are those made, the
	// oldest first. Another origin gets nothing of Header, Subprotocols, the URL's user and password, and client
	// certificates, also if it sends us on to the first one. No redirect leads from wss to ws.
	//
	// Nil stands for the same origin only, the move of a host from ws to wss included where both have their default
	// ports.
	CheckRedirect func(next *http.Request, via []*http.Request) error

	// DialContext, if not nil, opens all TCP connections, those to proxies included. It gets "tcp" and
	// "host:port" with the name unresolved, has to return soon after ctx has ended, and must not let ctx have
	// an effect on the connection that it has returned.
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)
}

// NoProxy is an [Options.Proxy] that uses no proxy, whatever the environment says.
func NoProxy(*http.Request) (*url.URL, error) { return nil, nil }

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
	c.Resolver = cmp.Or(o.Resolver, net.DefaultResolver)
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
