// Package serve is ws serve, a server to try clients with.
//
//	command.go    Command: its flags, and the server that they describe
//	echo.go       a message goes back to where it came from
//	broadcast.go  or to all who are there
//	page.go       page.html, for browsers
package serve
