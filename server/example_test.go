package server_test

import (
	"bufio"
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// A handler of net/http that takes the connection over.
func ExampleAccept() {
	echo := func(w http.ResponseWriter, r *http.Request) {
		c, err := server.Accept(w, r, nil)
		if err != nil {
			return // and the client has its answer
		}
		defer c.CloseNow()
		ctx := context.Background()
		for m, err := range c.Messages(ctx) {
			if err != nil || c.Write(ctx, m.Type, m.Data) != nil {
				return
			}
		}
	}
	hs := httptest.NewServer(http.HandlerFunc(echo))
	defer hs.Close()

	fmt.Println(ask(hs.Listener.Addr(), "/", "Hello"))
	// Output: Hello
}

// Messages compressed on the way to clients that can do that, each with the last ones in mind. Together the connections
// hold no more than 64 MiB for it; when that is spent, new ones do without.
func ExampleOptions_compression() {
	budget := websocket.NewBudget(64 << 20)
	feed := server.Handler(func(ctx context.Context, c *websocket.Conn) error {
		for i := range 3 {
			quote := fmt.Sprintf(`{"symbol":"ACME","price":%d.00,"currency":"EUR","exchange":"XETRA"}`, 100+i)
			if err := c.WriteText(ctx, quote); err != nil {
				return err
			}
		}
		_, _, err := c.Read(ctx) // until the client closes
		return err
	}, &server.Options{Compression: websocket.Compression{
		Mode:      websocket.ContextTakeover,
		Threshold: 32,
		Budget:    budget,
	}})
	hs := httptest.NewServer(feed)
	defer hs.Close()

	ctx := context.Background()
	c, _, err := client.Dial(ctx, "ws://"+hs.Listener.Addr().String(), &client.Options{
		Compression: websocket.Compression{Mode: websocket.ContextTakeover},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close(ctx, websocket.CloseNormal, "")
	for range 3 {
		_, quote, err := c.Read(ctx)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s\n", quote)
	}
	s := c.Stats().Inflated
	fmt.Println(s.Contents, "bytes in less than", s.Contents/2, "on the wire:", s.Wire < s.Contents/2)
	// Output:
	// {"symbol":"ACME","price":100.00,"currency":"EUR","exchange":"XETRA"}
	// {"symbol":"ACME","price":101.00,"currency":"EUR","exchange":"XETRA"}
	// {"symbol":"ACME","price":102.00,"currency":"EUR","exchange":"XETRA"}
	// 204 bytes in less than 102 on the wire: true
}

// A WebSocket service besides other handlers of net/http, for pages of another site too.
func ExampleHandler() {
	greet := func(ctx context.Context, c *websocket.Conn) error {
		name := server.Request(ctx).FormValue("name")
		return c.WriteText(ctx, "Hello, "+name)
	}
	mux := http.NewServeMux()
	mux.Handle("/greet", server.Handler(greet, &server.Options{Origins: []string{"https://*.example.com"}}))
	hs := httptest.NewServer(mux)
	defer hs.Close()

	fmt.Println(ask(hs.Listener.Addr(), "/greet?name=Ada", ""))
	// Output: Hello, Ada
}

// A server without net/http that ends gracefully.
func ExampleServer() {
	s := server.Handler(func(ctx context.Context, c *websocket.Conn) error {
		for m, err := range c.Messages(ctx) {
			if err != nil {
				return err
			}
			if err := c.Write(ctx, m.Type, m.Data); err != nil {
				return err
			}
		}
		return nil
	}, nil)
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		log.Fatal(err)
	}
	go s.Serve(l)

	fmt.Println(ask(l.Addr(), "/", "Hello"))

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	fmt.Println(s.Shutdown(ctx))
	// Output:
	// Hello
	// <nil>
}

// Authentication with the means of HTTP (section 10.5).
func ExampleOptions_check() {
	unauthorized := &handshake.Error{Status: http.StatusUnauthorized, Rule: "6455-4.2.2-3", Text: "log in first"}
	o := server.Options{
		Check: func(r *http.Request, response http.Header) error {
			if _, password, _ := r.BasicAuth(); password != "open sesame" {
				response.Set("WWW-Authenticate", `Basic realm="chat"`)
				return unauthorized
			}
			return nil
		},
	}
	r, _ := http.NewRequest("GET", "/", nil)
	fmt.Println(o.Check(r, http.Header{}))
	// Output: websocket: handshake: log in first [6455-4.2.2-3]
}

// ask connects to a server, sends a message if there is one, and returns the first that comes.
func ask(a net.Addr, resource, message string) string {
	nc, err := net.Dial(a.Network(), a.String())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Fprint(nc, request("GET "+resource+" HTTP/1.1"))
	in := bufio.NewReader(nc)
	if _, err := http.ReadResponse(in, nil); err != nil {
		log.Fatal(err)
	}
	received, _ := in.Peek(in.Buffered())
	c := websocket.NewConn(nc, websocket.Client, websocket.Setup{Received: received}, websocket.Options{})
	defer c.Close(context.Background(), websocket.CloseNormal, "")
	if message != "" {
		c.WriteText(context.Background(), message)
	}
	_, answer, err := c.Read(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	return string(answer)
}
