// Command wsnats is ws demo with a NATS server in it: several processes have one chat, and nothing else needs to be
// installed.
//
//	wsnats demo -backplane nats                                          prints the URL of its server
//	wsnats demo -addr 127.0.0.1:8081 -backplane nats://127.0.0.1:PORT    joins, as ws demo does
//
// It is a module of its own, so that ws does not carry a server that most who install it do not need.
package main

import (
	"os"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/demo"
)

func main() {
	demo.Embedded = startServer
	os.Exit(command.NewTable(demo.Command).Main())
}
