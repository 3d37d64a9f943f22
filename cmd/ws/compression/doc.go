// Package compression has the flags about permessage-deflate, for all commands that
// speak WebSocket: compression.go.
package compression
