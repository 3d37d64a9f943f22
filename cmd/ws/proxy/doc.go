// Package proxy stands between WebSocket clients and a server, shows what they
// say, and makes faults where it is told to.
//
// It passes bytes, not messages: what breaks a rule arrives as it was sent, and
// so do the end of a direction (FIN) and a cut (RST). Who does not read slows
// down who sends, as without it.
//
//	command.go   Command: ws proxy, its flags
//	proxy.go     Proxy: clients accepted, until it is closed
//	link.go      a client and the server as one connection
//	flow.go      one direction of it; delay.go: everything later
//	split.go     HTTP and the frames in what a side sends
//	faults.go    what is changed on the way; fragment.go: frames into smaller ones
//	watcher.go   what happens, one thing after the other, to the lines and files that tell it
//	shown.go     a connection as lines; passing.go: one direction of it taken apart
package proxy
