package handshake

import (
	"net/http"
	"strings"
	"testing"
)

const browserRequest = "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nConnection: Upgrade\r\n" +
	"Pragma: no-cache\r\nCache-Control: no-cache\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\n" +
	"Upgrade: websocket\r\nOrigin: https://example.com\r\nSec-WebSocket-Version: 13\r\n" +
	"Accept-Encoding: gzip, deflate, br\r\nAccept-Language: en\r\nSec-WebSocket-Key: " + exampleKey + "\r\n" +
	"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"

func BenchmarkServer(b *testing.B) {
	head, dst := []byte(browserRequest), make([]byte, 0, 512)
	b.ReportAllocs()
	for b.Loop() {
		r, _, err := ParseRequest(head, Limits{})
		if err != nil {
			b.Fatal(err)
		}
		req, err := CheckRequest(r)
		if err != nil {
			b.Fatal(err)
		}
		if _, err = AppendResponse(dst, Response{Key: req.Key}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkClient(b *testing.B) {
	response, err := AppendResponse(nil, Response{Key: exampleKey, Header: http.Header{"Server": {"example"}}})
	if err != nil {
		b.Fatal(err)
	}
	offer, dst := Offer{Key: exampleKey, Origin: "https://example.com"}, make([]byte, 0, 512)
	b.ReportAllocs()
	for b.Loop() {
		u, err := ParseURL("ws://server.example.com/chat")
		if err != nil {
			b.Fatal(err)
		}
		if _, err = AppendRequest(dst, u, offer); err != nil {
			b.Fatal(err)
		}
		r, _, err := ParseResponse(response, Limits{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err = CheckResponse(r, offer); err != nil {
			b.Fatal(err)
		}
	}
}

// The worst that a slow peer can do: a head of the greatest length, a byte at a time, in the shortest lines.
func BenchmarkDrippingPeer(b *testing.B) {
	head := []byte(headOf(100))
	head = append(head[:len(head)-2], "B: "+strings.Repeat("b", 16384-len(head))...)
	b.ReportAllocs()
	for b.Loop() {
		for i := range head {
			ParseRequest(head[:i], Limits{})
		}
	}
}
