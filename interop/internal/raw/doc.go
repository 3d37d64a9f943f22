// Package raw is for peers that keep to no rules: it writes requests and frames
// as they are told, and reads what a server has to say to that.
//
//	request.go  the opening handshake
//	frame.go    frames, from a client and to it
package raw
