package conformance

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/interop/compare/deflate"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// echoServer echoes on the connections of l until the test ends.
func echoServer(t *testing.T, c websocket.Compression) (addr string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
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
	}, &server.Options{Compression: c})
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	t.Cleanup(func() {
		s.Close()
		<-ended
	})
	return l.Addr().String()
}

// Our server passes all fixtures of permessage-deflate. One without context
// takeover declines those that need it, and one without compression all.
func TestDeflate(t *testing.T) {
	scripts, _, err := Load("../../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	all, forgetful := 0, 0
	for _, mode := range []websocket.CompressionMode{
		websocket.NoCompression, websocket.NoContextTakeover, websocket.ContextTakeover,
	} {
		addr := echoServer(t, websocket.Compression{Mode: mode, Threshold: -1})
		for _, s := range scripts {
			if s.Deflate == nil {
				continue
			}
			want := Exact
			if mode == websocket.NoCompression || mode == websocket.NoContextTakeover &&
				s.compressed > 1 && !s.Deflate.ServerNoContextTakeover {
				want = Declined
			}
			o, err := Play(addr, s, 4*time.Second)
			if err != nil || o.Verdict != want {
				t.Errorf("mode %d, %s: %v, want %v: %v %s", mode, s.Name, o.Verdict, want, err, o.Why)
			}
			if mode == websocket.NoContextTakeover && o.Verdict == Exact {
				forgetful++
			}
			if mode == websocket.ContextTakeover {
				all++
			}
		}
	}
	if all < 10 || forgetful == 0 || forgetful >= all {
		t.Errorf("%d fixtures, %d of them without context takeover", all, forgetful)
	}
}

// What a compressing server must not send is found out.
func TestCompressedAnswers(t *testing.T) {
	for name, tt := range map[string]struct {
		bytes  string
		agreed bool
		broken bool
	}{
		"compressed":             {"\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00", true, false},
		"plain":                  {"\x81\x02hi", true, false},
		"fragments":              {"\x41\x03\xf2\x48\xcd\x80\x04\xc9\xc9\x07\x00", true, false},
		"not agreed":             {"\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00", false, true},
		"RSV1 on a continuation": {"\x41\x03\xf2\x48\xcd\xc0\x04\xc9\xc9\x07\x00", true, true},
		"RSV1 on a Pong":         {"\xca\x00", true, true},
		"RSV2":                   {"\xa1\x02hi", true, true},
		"RSV1 and RSV2":          {"\xe1\x07\xf2\x48\xcd\xc9\xc9\x07\x00", true, true},
		"no DEFLATE":             {"\xc1\x01\x06", true, true},
	} {
		var a answers
		if tt.agreed {
			a.inflater = deflate.NewInflater(handshake.Deflate{ServerMaxWindowBits: 15})
		}
		a.take([]byte(tt.bytes))
		if (a.broken != "") != tt.broken || (len(a.messages) == 1) == tt.broken {
			t.Errorf("%s: %q, %v", name, a.broken, a.messages)
		}
	}
}
