// Package wire is what the commands that work on the bytes of connections have
// in common.
//
//	dial.go  connecting to a server by its URL, and cutting a connection
//	head.go  the head of an opening handshake, made one for another server
//	heads.go heads found in what a client sends
package wire
