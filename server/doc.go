// Package server accepts WebSocket connections: sections 4.2, 7.1.1, 7.3 and 10.2 of RFC 6455 over real
// sockets. It is thin: the opening handshake is in package handshake, the protocol in package protocol, and
// what a program does with its connections is all about [websocket.Conn].
//
// There are two ways in, with the same options:
//
//   - net/http: [Accept] in a handler of one's own, or a [Server] as an http.Handler.
//   - a listener without net/http: [Server.Serve]. A connection then costs less memory and the opening
//     handshake less time, but there is not much besides WebSocket on that port: see Server.Fallback.
//
// They answer a request alike, but for what net/http does before anybody is asked: see "The two ways in" below.
//
// A [Server] also knows its connections, so that [Server.Shutdown] can end them.
//
// In the order of reading:
//
//	options.go    what can be chosen
//	negotiate.go  4.2.2        what a request is answered, for both ways in
//	compression.go             whether and how messages are compressed (RFC 7692, section 7.1)
//	check.go                   whether the options mean anything; report.go: who is told of what goes wrong
//	origin.go     4.2.2, 10.2  which origins are allowed
//	refuse.go     4.2.2, 10.7  how a refusal is sent
//	accept.go     net/http: the connection is taken over from it
//	server.go     Server; handle.go: how a connection ends after its handler; context.go: a handler's context
//	serve.go      the listener; openers.go: who conducts its opening handshakes
//	opening.go    the opening handshake on a raw connection; fallback.go: other requests
//	shutdown.go   7.3, 7.4.1   the end of all connections; track.go, list.go: what has to end; deadline.go: in time
//	stats.go      what an operator can see; fate.go: what has become of each connection; hooks.go: who is told
//
// Package hub sends messages to many connections, by topics.
//
// # The two ways in
//
// Opening handshakes that are well formed as HTTP get the same status, fields and body on both ways, whether they are
// accepted or refused. A test has the exceptions, request by request; they are of these kinds:
//
//   - What net/http cannot read it answers itself, in its own words: lines without a colon, names and values with
//     bytes that do not belong there, a Host that is missing, malformed or there twice, other versions of HTTP, a
//     request that ends in the middle. The status is the same, 400 or 505, but 501 for a transfer encoding that it
//     does not know, and 400 where a raw listener closes the connection without an answer because the request has
//     ended in the middle. Options.OnError and Stats do not hear of it.
//   - It takes lines that end with a bare line feed, and folded lines, which a raw listener refuses with 400.
//   - It answers OPTIONS * with 200, and an Expect other than 100-continue with 417. A raw listener refuses the first
//     with 400 and ignores the second.
//   - It reads the whole head, of http.Server.MaxHeaderBytes and some KiB at most, within
//     http.Server.ReadHeaderTimeout, before Options.MaxHeaderBytes means something. A raw listener refuses a head with
//     431 as soon as it is too long, and with 408 when HandshakeTimeout is over.
//   - A raw listener reads one request from a connection: its Fallback gets none with a body, which is refused with
//     413, nor a second one.
//
// # Proxies
//
// An agent in front that terminates TLS (section 4.2) makes an https page talk to a server that sees plain
// HTTP. The site's own pages are allowed as long as the proxy passes the Host field on: see Options.Origins, and
// Options.Scheme for those who know more. HAProxy and Caddy pass it on by themselves, nginx with
//
//	proxy_http_version 1.1;
//	proxy_set_header Upgrade $http_upgrade;
//	proxy_set_header Connection "upgrade";
//	proxy_set_header Host $http_host;
//
// and Apache with ProxyPreserveHost On and upgrade=websocket at the end of ProxyPass. What these proxies leave of a
// handshake without such lines is refused with 426, or 505 if it has become one of HTTP/1.0, for the origin with 403;
// the text names the likely cause.
//
//rfc:6455-4.2-1
package server
