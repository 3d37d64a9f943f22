// Package server accepts WebSocket connections: sections 4.2, 7.1.1, 7.3 and 10.2 of RFC 6455 over real
// sockets. It is thin: the opening handshake is in package handshake, the protocol in package protocol, and
// what a program does with its connections is all about [websocket.Conn].
//
// There are two ways in, with the same rules, limits and answers:
//
//   - net/http: [Accept] in a handler of one's own, or a [Server] as an http.Handler.
//   - a listener without net/http: [Server.Serve]. A connection then costs less memory and the opening
//     handshake less time, but there is not much besides WebSocket on that port: see Server.Fallback.
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
//
// Package hub sends messages to many connections, by topics.
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
//rfc:6455-4.2-1
package server
