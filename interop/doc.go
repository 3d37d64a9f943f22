// Package interop tests this library against other implementations of
// WebSocket, as real processes over real sockets: the npm package ws, Python's
// websockets, Chromium, nginx as a proxy in between, and the Go libraries
// gorilla/websocket and coder/websocket. It is a module of its own so that
// their packages never become requirements of the library.
//
// Every peer goes through the same scenarios (scenario_test.go), as a client of
// our server and as a server to our client. That works by remote control: a
// test tells the peer what to do with commands and hears what happened on its
// side as events (peer_test.go). The peers outside of Go are scripts in peers/
// that read commands and write events as lines of JSON; the page in Chromium
// fetches and posts them.
//
// nginx, HAProxy, Caddy and Apache stand in front of our server with TLS, as on
// real sites (fronts_test.go, fronts_idle_test.go), also as they are without
// what WebSocket needs to be set (front_defaults_test.go).
//
// The zlib of Python is a peer of another kind, without WebSocket: it inflates
// what our Endpoint has compressed, and the other way round (zlib_test.go).
//
// Folder matrix runs the conformance suite against the libraries, as servers and
// as clients, for the README's tables.
// Folders brokers/nats and brokers/redis have the backplanes on real servers, which are killed, stand still and fail over.
// Folder spread counts what arrives at thousands of subscribers of three servers, beside centrifuge.
// Folder demo has the rooms of ws demo in Chromium, observe what operators see of it.
// Folder outages has servers that are killed, hang or run out of descriptors.
// Folder ports has programs written for another library, moved to this one.
//
// What goes over the wire between us and the peers is captured by tcpdump, too:
// ws inspect has to show every message of it in clear (inspect_test.go, inspect_watched_test.go).
//
// A peer that is not installed fails the tests if the environment variable CI
// is set. Otherwise its tests are skipped with the command that installs it.
package interop
