package suite

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/internal/race"
	"github.com/seed372fb791/rfc6455/protocol"
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

// ours returns the cases that ours have to pass: all, but for the longest loads
// where everything takes ten times as long.
func ours(t *testing.T, peer protocol.Role) []*Case {
	cases, err := Cases(peer, false)
	if err == nil && race.Less() {
		cases, err = Select(cases, nil, []string{"load-*-[48]MiB", "load-*-16MiB", "load-*-fragments-*"})
	}
	if err != nil {
		t.Fatal(err)
	}
	return cases
}

// Our server passes every case.
func TestServer(t *testing.T) {
	url := echoServer(t, websocket.Compression{Mode: websocket.ContextTakeover, Threshold: -1})
	run, err := Server(t.Context(), Target{URL: url}, Options{Cases: ours(t, protocol.Server), Patience: time.Minute})
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
	if counts[verdict.Pass] < 900 {
		t.Errorf("the verdicts: %v", counts)
	}
}
