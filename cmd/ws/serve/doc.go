// Package serve is ws serve, a server to try clients with.
//
//	command.go    Command: its flags, and the server that they describe
//	echo.go       a message goes back to where it came from
//	broadcast.go  or to all who are there
//	programs.go   or -exec: to a command, one for each connection; program.go: one of them
//	output.go     what commands print; environment.go: what they are told
//	page.go       page.html, for browsers
package serve
