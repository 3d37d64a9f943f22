package capture

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/internal/golden"
)

// What goes over a WebSocket connection with permessage-deflate.
const (
	request = "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
	response = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"

	clientHello = "\xc1\x87\x37\xfa\x21\x3d\xc5\xb2\xec\xf4\xfe\xfd\x21"
	clientAgain = "\xc1\x85\x37\xfa\x21\x3d\xc5\xfa\x30\x3d\x37" // refers to the one before
	serverHello = "\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00"
	serverPlain = "\x81\x03yes"
	serverPing  = "\x89\x01?"
	clientPong  = "\x8a\x81\x37\xfa\x21\x3d\x08"
	serverClose = "\x88\x05\x03\xe8bye"
	clientClose = "\x88\x82\x37\xfa\x21\x3d\x34\x12"
	clientOpen  = "\x81\x02Hi" // not masked
)

// chat returns the packets of a connection.
func chat(k *talk) []packetOf {
	return append(k.open(),
		k.says(0, request), k.says(1, response), // 3 and 4
		k.says(0, clientHello), k.says(1, serverHello), k.says(0, clientAgain), // 5 to 7
		k.says(1, serverPing+serverPlain), k.says(0, clientPong), // 8 and 9
		k.says(1, serverClose), k.says(0, clientClose), k.leaves(1), k.leaves(0), // 10 to 13
	)
}

// The files that the tests of the command inspect.
func TestGolden(t *testing.T) {
	long := newTalk(t, ends4)
	cut := append(long.open(), long.says(0, request), long.says(1, response), long.says(1, "\x82\x7e\x01\x00"+string(make([]byte, 256))), long.says(1, serverPlain))
	cut[5] = cut[5].cut(40 + 100)
	bad := newTalk(t, ends4)
	broken := append(bad.open(), bad.says(0, request), bad.says(1, response), bad.says(0, clientOpen), bad.says(1, "\x88\x02\x03\xea"), bad.leaves(1), bad.resets(0))
	all := chat(newTalk(t, ends4))
	twice := newTalk(t, ends4)
	retried := append(twice.open(), twice.says(0, "GET /chat HTTP/1.1\r\nHost: server.example.com\r\n\r\n"), twice.says(1, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"),
		twice.says(0, request), twice.says(1, response), twice.says(0, clientHello))
	wrong := newTalk(t, ends4)
	const longKey = "dGhlIHNhbXBsZSBub25jZS4u" // of 18 bytes
	accepted := strings.Replace(response, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", handshake.AcceptKey(longKey), 1)
	opening := append(wrong.open(), wrong.says(0, strings.Replace(request, "dGhlIHNhbXBsZSBub25jZQ==", longKey, 1)), wrong.says(1, accepted),
		wrong.says(0, clientHello), wrong.says(1, serverPing), wrong.says(0, clientPong), wrong.says(1, serverHello))
	for name, file := range map[string][]byte{
		"chat.pcap":      pcap(t, "ethernet", all...),
		"late.pcapng":    pcapng(t, []string{"vlan", "cooked v2"}, order(chat(newTalk(t, ends6)), 0, 1, 2, 4, 3, 3, 7, 6, 5, 5, 8, 10, 9, 12, 11, 13)...),
		"lost.pcap":      pcap(t, "cooked", order(all, 0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13)...),
		"cut.pcap":       pcap(t, "raw", cut...),
		"middle.pcap":    pcap(t, "null", order(all, 5, 6, 7, 8, 9, 10, 11, 12)...),
		"several.pcapng": pcapng(t, []string{"ethernet"}, several(t)...),
		"retried.pcap":   pcap(t, "raw", retried...),
		"broken.pcap":    pcap(t, "loop", broken...),
		"opening.pcap":   pcap(t, "raw", opening...),
	} {
		golden.Check(t, "../testdata/captures/"+name, string(file))
	}
}

// several returns packets of connections that go on at the same time, two of
// them WebSocket, one HTTP and one TLS.
func several(t *testing.T) []packetOf {
	talks := make([]*talk, 4)
	for i := range talks {
		talks[i] = newTalk(t, ends4)
		talks[i].ends[0] = netip.AddrPortFrom(ends4[0].Addr(), uint16(50000+i))
	}
	a, b := chat(talks[0]), chat(talks[1])
	http := append(talks[2].open(), talks[2].says(0, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"), talks[2].says(1, "HTTP/1.1 204 No Content\r\n\r\n"))
	tls := append(talks[3].open(), talks[3].says(0, "\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00"))
	return slices.Concat(a[:6], b[:4], http, b[4:6], tls, a[6:10], b[6:], a[10:])
}
