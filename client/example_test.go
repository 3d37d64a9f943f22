package client_test

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/websocket"
)

// startEcho starts a server that sends messages back. It leads to the URLs that the examples use.
func startEcho() *testServer {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	return startServer(ln, echo)
}

func ExampleDial() {
	server := startEcho()
	defer server.close()
	ctx := context.Background()

	c, _, err := client.Dial(ctx, "ws://"+server.addr+"/echo", nil)
	if err != nil {
		log.Fatal(err)
	}
	defer c.CloseNow()
	if err := c.WriteText(ctx, "Hello"); err != nil {
		log.Fatal(err)
	}
	_, message, err := c.Read(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s\n", message)
	c.Close(ctx, websocket.CloseNormal, "")
	// Output: Hello
}

func ExampleDial_options() {
	server := startEcho()
	defer server.close()
	ctx := context.Background()

	o := &client.Options{
		Conn:             websocket.Options{MaxMessage: 64 << 10},
		Header:           http.Header{"Authorization": {"Bearer token"}},
		Subprotocols:     []string{"superchat", "chat"},
		HandshakeTimeout: 5 * time.Second,
		Proxy:            client.NoProxy,
	}
	c, resp, err := client.Dial(ctx, "ws://"+server.addr+"/chat", o)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(resp.Status, c.Subprotocol())
	c.Close(ctx, websocket.CloseNormal, "")
	// Output: 101 Switching Protocols superchat
}

func ExampleNewConn() {
	server := startEcho()
	defer server.close()
	ctx := context.Background()

	nc, err := net.Dial("tcp", server.addr) // or a Unix socket, an SSH tunnel, ...
	if err != nil {
		log.Fatal(err)
	}
	c, _, err := client.NewConn(ctx, nc, "ws://example.com/chat", nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(c.Close(ctx, websocket.CloseNormal, "bye"))
	// Output: <nil>
}

// A token is renewed before each attempt to connect.
func ExampleReconnectOptions() {
	server := startEcho()
	defer server.close()
	ctx := context.Background()

	renew := func(ctx context.Context) (string, error) { return "token", nil } // asks another service
	r, err := client.NewReconnecting("ws://"+server.addr, &client.ReconnectOptions{
		BeforeDial: func(ctx context.Context) (string, *client.Options, error) {
			token, err := renew(ctx)
			o := &client.Options{Header: http.Header{"Authorization": {"Bearer " + token}}}
			return "ws://" + server.addr, o, err
		},
		Outbox: client.Outbox{MaxMessages: 100},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close(ctx, websocket.CloseNormal, "")
	if err := r.WriteText(ctx, "Hello"); err != nil {
		log.Fatal(err)
	}
	_, message, err := r.Read(ctx)
	fmt.Printf("%s %v, %d connections lost\n", message, err, r.Stats().Losses)
	// Output: Hello <nil>, 0 connections lost
}
