package main

import (
	"fmt"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/interop/compare/load"
	"github.com/seed372fb791/rfc6455/interop/internal/child"
	"github.com/seed372fb791/rfc6455/websocket"
)

// maxBits is the largest window.
const maxBits = 15

var forgetful = websocket.Compression{Mode: websocket.NoContextTakeover, WindowBits: maxBits, PeerWindowBits: maxBits}

func takeover(bits int) websocket.Compression {
	return websocket.Compression{Mode: websocket.ContextTakeover, WindowBits: bits, PeerWindowBits: bits}
}

// compressed are the measures with permessage-deflate.
var compressed = []measure{
	deflate("1 KiB of JSON, compressed", 1<<10, forgetful).as("1 KiB of JSON, compressed, µs"),
	deflate("16 KiB of JSON, compressed", 16<<10, forgetful),
	deflate("1 KiB of JSON, with context takeover", 1<<10, takeover(maxBits)),
	used("without context takeover", forgetful),
	used("context takeover, windows of 9 bits", takeover(9)),
	used("context takeover, windows of 12 bits", takeover(12)),
	used("context takeover, windows of 15 bits", takeover(maxBits)),
}

// deflate measures CPU time and the size of the answer.
func deflate(title string, size int, compression websocket.Compression) measure {
	d := load.Deflate{Size: size, Params: params(compression)}
	return measure{
		titles: []string{
			fmt.Sprintf("CPU per message: %s, ns", title),
			fmt.Sprintf("Answer on the wire: %s, bytes", title),
		},
		server: setup{compression: compression},
		take: func(c *config, s *child.Server) ([]float64, error) {
			d.Conns, d.Warmup, d.Duration = c.busy, c.warmup, c.duration
			r, err := d.Run(s.Addr, s.PID)
			return []float64{r.PerMessage(), r.Wire}, err
		},
	}
}

// used measures the memory of connections that have compressed.
func used(title string, compression websocket.Compression) measure {
	return measure{
		titles: []string{fmt.Sprintf("Memory per connection after 64 KiB of JSON: %s, bytes", title)},
		server: setup{compression: compression},
		take: func(c *config, s *child.Server) ([]float64, error) {
			perConn, err := load.Used(s.Addr, s.PID, c.used, c.settle, params(compression))
			return []float64{perConn}, err
		},
	}
}

// params are what a server with c has to agree to.
func params(c websocket.Compression) handshake.Deflate {
	forgets := c.Mode == websocket.NoContextTakeover
	return handshake.Deflate{
		ServerNoContextTakeover: forgets,
		ClientNoContextTakeover: forgets,
		ServerMaxWindowBits:     c.WindowBits,
		ClientMaxWindowBits:     c.PeerWindowBits,
	}
}
