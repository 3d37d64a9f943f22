// Package programs finds, builds and prepares the programs that the interop
// tests run.
//
//	find.go      programs that have to be installed
//	chromium.go  the browser, without a screen
//	port.go      an address for a server that is told where to listen
//	ws.go        the ws command, which is a module of its own
package programs
