package handshake_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/seed372fb791/rfc6455/handshake"
)

func ExampleAcceptKey() {
	fmt.Println(handshake.AcceptKey("dGhlIHNhbXBsZSBub25jZQ=="))
	// Output: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
}

func ExampleCheckRequest() {
	r, _ := http.NewRequest("GET", "http://server.example.com/chat", nil)
	r.Header.Set("Upgrade", "websocket")
	r.Header.Set("Connection", "keep-alive, Upgrade")
	r.Header.Set("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
	r.Header.Set("Sec-WebSocket-Version", "13")
	r.Header.Set("Sec-WebSocket-Protocol", "chat, superchat")

	request, err := handshake.CheckRequest(r)
	fmt.Println(request.Subprotocols, err)

	r.Header.Set("Sec-WebSocket-Version", "8")
	_, err = handshake.CheckRequest(r)
	fmt.Println(err)
	// Output:
	// [chat superchat] <nil>
	// websocket: handshake: Sec-WebSocket-Version is not 13 [6455-4.2.2-9]
}

func ExampleAcceptDeflate() {
	offers, _ := handshake.ParseExtensions([]string{
		"permessage-deflate; server_max_window_bits=7, permessage-deflate; client_max_window_bits",
	})
	want := handshake.Deflate{ServerNoContextTakeover: true, ClientMaxWindowBits: 12}

	response, agreed, ok := handshake.AcceptDeflate(offers, want)
	fmt.Printf("%s\n", handshake.AppendExtensions(nil, []handshake.Extension{response}))
	fmt.Printf("%+v %v\n", agreed, ok)
	// Output:
	// permessage-deflate; server_no_context_takeover; client_max_window_bits=12
	// {ServerNoContextTakeover:true ClientNoContextTakeover:false ServerMaxWindowBits:15 ClientMaxWindowBits:12} true
}

func ExampleCheckDeflate() {
	want := handshake.Deflate{ServerMaxWindowBits: 10}
	offer := handshake.OfferDeflate(want)
	fmt.Printf("%s\n", handshake.AppendExtensions(nil, []handshake.Extension{offer}))

	response, _ := handshake.ParseExtensions([]string{"permessage-deflate; server_max_window_bits=9"})
	agreed, ok, err := handshake.CheckDeflate(response, want)
	fmt.Println(agreed.ServerMaxWindowBits, ok, err)

	response, _ = handshake.ParseExtensions([]string{"permessage-deflate"})
	_, ok, err = handshake.CheckDeflate(response, want)
	fmt.Println(ok, err)
	// Output:
	// permessage-deflate; server_max_window_bits=10; client_max_window_bits
	// 9 true <nil>
	// false websocket: handshake: permessage-deflate does not bound the server's window as was asked for, Options.Compression.PeerWindowBits raises the limit [7692-7.1.2.1-6]
}

// A server without net/http answers bytes with bytes.
func Example_server() {
	received := "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\n" +
		"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
	r, n, err := handshake.ParseRequest([]byte(received), handshake.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	request, err := handshake.CheckRequest(r)
	if err != nil {
		fmt.Println(err)
		return
	}
	answer, err := handshake.AppendResponse(nil, handshake.Response{Key: request.Key})
	fmt.Println(n == len(received), err)
	os.Stdout.WriteString(strings.ReplaceAll(string(answer), "\r\n", "\n"))
	// Output:
	// true <nil>
	// HTTP/1.1 101 Switching Protocols
	// Upgrade: websocket
	// Connection: Upgrade
	// Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
}

func Example_client() {
	u, err := handshake.ParseURL("ws://server.example.com/chat")
	if err != nil {
		fmt.Println(err)
		return
	}
	offer := handshake.Offer{Key: "dGhlIHNhbXBsZSBub25jZQ==", Subprotocols: []string{"chat"}}
	request, err := handshake.AppendRequest(nil, u, offer)
	fmt.Println(handshake.HostPort(u), err)
	os.Stdout.WriteString(strings.ReplaceAll(string(request), "\r\n", "\n"))
	// Output:
	// server.example.com:80 <nil>
	// GET /chat HTTP/1.1
	// Host: server.example.com
	// Upgrade: websocket
	// Connection: Upgrade
	// Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
	// Sec-WebSocket-Protocol: chat
	// Sec-WebSocket-Version: 13
}
