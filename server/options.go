package server

import (
	"net"
	"net/http"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/websocket"
)

// Options says how connections are accepted. The zero value, or a nil pointer to it, is the safe default. It
// is only read here; do not change it while a [Server] uses it.
type Options struct {
	// Conn has the limits, times and trace of each connection.
	Conn websocket.Options

	// Origins are the origins that scripts in browsers may connect from besides the server's own (section
	// 10.2). Requests without an Origin field, which do not come from browsers, are always allowed: what is no
	// browser can send any Origin, so this is no authentication (section 10.1). A page whose host's name was made to
	// lead here (DNS rebinding) is of the same origin: a server for a local network has Check look at r.Host.
	//
	// A pattern is "scheme://host" or "scheme://host:port"; without a port it means the scheme's default
	// one. "*." before the host stands for one or more labels: "https://*.example.com" allows
	// https://a.b.example.com, but not https://example.com. The port "*" stands for any, none included. "*"
	// alone allows every origin, "null" too: every page on the web can then connect, with the user's
	// cookies. Letters are compared without regard to case and IPv6 addresses however they are written, ws and wss
	// mean http and https, a slash at the end nothing. A malformed pattern is an error at once.
	//
	// The server's own origin is that of the request's Host: of https if the server itself speaks TLS (or Scheme
	// says so), of http or https if it sees plain HTTP, since TLS may end in a proxy in front. A Host without a
	// port stands for the default port of either. So behind a proxy the site's own pages are allowed if the proxy
	// passes Host on. nginx does not by itself, it takes: proxy_set_header Host $http_host.
	Origins []string

	// Scheme, if not nil, returns the scheme by which clients reach the server, "http" or "https" ("ws" and "wss"
	// mean the same), where the server cannot tell: from what a trusted proxy has put into X-Forwarded-Proto, say.
	// With "https" pages of http are refused, with "http" those of both schemes are taken, as by a server that sees
	// plain HTTP. "" leaves it to the rule above; anything else refuses the request with 500. Scheme may be called
	// concurrently.
	Scheme func(*http.Request) string

	// Subprotocols are the names of those supported (section 1.9), in any order: the first that the client
	// offers is chosen. If there is none in common the connection is accepted without a subprotocol; a
	// handler can tell by Conn.Subprotocol.
	Subprotocols []string

	// Compression says how messages are compressed with clients that offer permessage-deflate (RFC 7692). The
	// zero value is for no compression. A value that Compression.Check refuses is an error at once.
	Compression websocket.Compression

	// Check, if not nil, decides last about a request that is otherwise fit, for instance by its path or by
	// the user's cookie (sections 4.2.2 and 10.5). An error refuses it: a *handshake.Error chooses the
	// status, from 300 to 599, and its Body, or else its Text and Rule, is sent to the peer; it can redirect, by
	// its Location. Any other error is a 403 and is not shown to the peer. Fields set in response, such as
	// Set-Cookie or WWW-Authenticate, go with either answer. Check may be called concurrently. On a raw listener
	// r.Context() ends with HandshakeTimeout.
	Check func(r *http.Request, response http.Header) error

	// Transport, if not nil, is given the transport of each connection whose request is accepted, before it is
	// answered, and returns what to use instead: nc with something around it that records, say, or nc itself.
	// What the peer has sent with its request or right behind it is not read through that. Around a socket a
	// connection reads and writes as it would on any stream: it takes more memory and more system calls.
	// Transport may be called concurrently.
	Transport func(r *http.Request, nc net.Conn) net.Conn

	// OnError, if not nil, is told what nobody else would hear of: why a [Server] has refused a handshake or why one
	// failed, what Server.Handle returned, a *PanicError, and errors of a listener that Serve waits out. It is not
	// told of errors that match websocket.ErrClosed or are the handler's context's own: those are the end of a
	// connection, which Conn.Trace hears of, nor of what [Accept] returns. r is nil where there is no request (yet);
	// the error then names the peer's address, if there is a peer, as r.RemoteAddr does otherwise. It may be called
	// concurrently.
	//
	// Without it, what is the server's own fault goes to http.Server.ErrorLog, or else to package log: all of that
	// but the refusals which the request deserves. It takes ten lines, then one a second.
	OnError func(r *http.Request, err error)

	// HandshakeTimeout bounds the whole opening handshake of a raw connection, TLS and Check included. With
	// net/http it bounds sending the response; how long a peer may take over its request is up to
	// http.Server.ReadHeaderTimeout, which has to be set, since by itself there is no bound. Zero means 10 seconds.
	HandshakeTimeout time.Duration

	// MaxHeaderBytes is the most bytes of a request's head, the empty line at its end included: a connection keeps
	// the head for its handler. Through net/http blanks around values, which it takes off, do not count. Zero means
	// 16 KiB. More is refused with 431. How much net/http reads before is up to http.Server.MaxHeaderBytes.
	MaxHeaderBytes int

	// MaxHeaderLines is the most fields in a request's head. Zero means 100.
	MaxHeaderLines int
}

const defaultHandshakeTimeout = 10 * time.Second

func (o *Options) handshakeTimeout() time.Duration {
	if o.HandshakeTimeout <= 0 {
		return defaultHandshakeTimeout
	}
	return o.HandshakeTimeout
}

// handshakeDeadline returns when an opening handshake that begins now has to be over.
func (o *Options) handshakeDeadline() time.Time { return time.Now().Add(o.handshakeTimeout()) }

func (o *Options) headLimits() handshake.Limits {
	return handshake.Limits{Bytes: o.MaxHeaderBytes, Lines: o.MaxHeaderLines}
}
