package rfc6455_test

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// The README's server and client, which are in example_server_test.go and example_client_test.go.
func Example() {
	hs := httptest.NewServer(newServer("").Handler)
	defer hs.Close()
	err := talk(context.Background(), "ws"+strings.TrimPrefix(hs.URL, "http")+"/echo")
	fmt.Println(err)

	// Output:
	// hello
	// goodbye
	// <nil>
}

// tellOnce is a server that shuts down as soon as it has told somebody its news.
func tellOnce(addr, news string) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		log.Fatal(err)
	}
	told := make(chan bool, 1)
	s := server.Handler(func(ctx context.Context, c *websocket.Conn) error {
		if _, _, err := c.Read(ctx); err != nil {
			return err
		}
		err := c.WriteText(ctx, news)
		told <- true
		<-ctx.Done()
		return err
	}, nil)
	go s.Serve(ln)
	<-told
	s.Shutdown(context.Background())
}

// A client that survives the restart of its server.
func Example_reconnecting() {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	addr := ln.Addr().String()
	ln.Close()
	go func() {
		for _, news := range []string{"one", "two", "three"} {
			tellOnce(addr, news)
		}
	}()
	ctx, url := context.Background(), "ws://"+addr

	r, err := client.NewReconnecting(url, &client.ReconnectOptions{
		OnConnect: func(ctx context.Context, c *websocket.Conn) error {
			return c.WriteText(ctx, "subscribe")
		},
		FirstDelay: 10 * time.Millisecond,
	})
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close(ctx, websocket.CloseNormal, "")
	for m, err := range r.Messages(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s\n", m.Data)
		if string(m.Data) == "three" {
			break
		}
	}

	// Output:
	// one
	// two
	// three
}
