// Package ports has programs that were written for gorilla/websocket, moved to
// this library: they show whether its API carries what real programs do with a
// connection, and with how many lines.
//
//	chat     the chat of gorilla's examples, 137 lines for connections and 53 for its hub there
//	jsonrpc  JSON-RPC 2.0 with github.com/sourcegraph/jsonrpc2, which has a stream for gorilla
//
// Their tests have programs of gorilla's at the other end.
package ports
