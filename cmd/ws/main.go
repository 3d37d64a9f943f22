// Command ws tries WebSocket clients and servers from a shell. It is a module of
// its own, so that what it needs never becomes a requirement of the library.
//
//	ws demo           shows what WebSocket is for, in a browser
//	ws serve          answers connections: echo, broadcast, and a page to try them
//	ws connect URL    talks to a server: lines become messages, messages become lines
//	ws inspect FILE   takes frames apart: of captures, recordings, or pasted in hex
//	ws proxy          stands between clients and a server: shows, records, makes faults
//	ws replay         sends what was recorded again and compares the answers
//	ws bench URL      loads an echo server and measures how fast it answers
//	ws conformance    tests a server or a client by the rules of the RFCs
//	ws autobahn       is the client that the Autobahn test suite tests
//	ws rfc            shows what the RFCs require, the code and the tests
//	ws completion     has a shell complete command lines
//	ws version        says which ws this is
//	ws help           explains these
//
// Only what was asked for goes to stdout, everything else to stderr. The exit
// status is 0 if all went well, 1 if not, 2 for a command line that cannot be
// understood; "ws help connect" has the others.
//
// Each command is a package with the command's name, and package load is that of
// bench. Its command.go has the command: flags, help, and what is done; its doc.go
// says what to read next. Below them are the packages that commands share:
//
//	command      what a command is: flags, help, manual, completion, exit status
//	reach        the flags of those who dial, and the way to the server
//	listen       the flags of those who listen, and how a server begins and ends
//	compression  the flags about permessage-deflate
//	shell        runs command lines, for -exec
//	dissect      takes what went over a connection apart and explains it
//	capture      reads what tcpdump and Wireshark have written
//	transcript   reads and writes what ws proxy records
//	wire         is for those who work on the bytes of connections
//
// To add a command write its package and put it into the table below.
package main

import (
	"os"

	"github.com/seed372fb791/rfc6455/cmd/ws/autobahn"
	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/conformance"
	"github.com/seed372fb791/rfc6455/cmd/ws/connect"
	"github.com/seed372fb791/rfc6455/cmd/ws/demo"
	"github.com/seed372fb791/rfc6455/cmd/ws/inspect"
	"github.com/seed372fb791/rfc6455/cmd/ws/load"
	"github.com/seed372fb791/rfc6455/cmd/ws/proxy"
	"github.com/seed372fb791/rfc6455/cmd/ws/replay"
	"github.com/seed372fb791/rfc6455/cmd/ws/rfc"
	"github.com/seed372fb791/rfc6455/cmd/ws/serve"
)

// table has the commands in the order of the help.
var table = command.NewTable(
	demo.Command,
	serve.Command,
	connect.Command,
	inspect.Command,
	proxy.Command,
	replay.Command,
	load.Command,
	conformance.Command,
	autobahn.Command,
	rfc.Command,
)

func main() { os.Exit(table.Main()) }
