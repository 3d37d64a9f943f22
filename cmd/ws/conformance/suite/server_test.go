package suite

import (
	"context"
	"net"
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// echoServer echoes until the test ends.
func echoServer(t *testing.T, c websocket.Compression) (url string) {
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
	}, &server.Options{Compression: c, Conn: websocket.Options{MaxMessage: 16 << 20}})
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	t.Cleanup(func() {
		s.Close()
		<-ended
	})
	return "ws://" + l.Addr().String() + "/echo"
}

// Our server passes every case.
func TestServer(t *testing.T) {
	url := echoServer(t, websocket.Compression{Mode: websocket.ContextTakeover, Threshold: -1})
	run, err := Server(t.Context(), Target{URL: url}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	counts := map[verdict.Verdict]int{}
	for _, r := range run.Results {
		counts[r.Verdict]++
		if r.Verdict != verdict.Pass && r.Verdict != verdict.Informational {
			t.Errorf("%s: %s: want %s, got %s %v", r.Case.ID, r.Verdict, r.Want, r.Got, r.Broken)
		}
	}
	t.Log(counts, run.Took)
}
