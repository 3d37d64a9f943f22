package suite

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"testing"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/websocket"
)

// listening starts Listen and returns its URL, and what ends it.
func listening(t *testing.T, o Options) (url string, end func() []verdict.Run) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan []verdict.Run, 1)
	go func() {
		runs, err := Listen(ctx, l, o)
		if err != nil {
			t.Error(err)
		}
		done <- runs
	}()
	return "ws://" + l.Addr().String(), func() []verdict.Run {
		cancel()
		return <-done
	}
}

var compressing = &client.Options{
	Conn:        websocket.Options{MaxMessage: 16 << 20},
	Compression: websocket.Compression{Mode: websocket.ContextTakeover, Threshold: -1},
}

// visitAll has our client run all cases, as it would with the Autobahn suite.
func visitAll(t *testing.T, url string) {
	count := ask(t, url+"/getCaseCount")
	n, err := strconv.Atoi(count)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		c, _, err := client.Dial(t.Context(), fmt.Sprintf("%s/runCase?case=%d&agent=ours", url, i+1), compressing)
		if err != nil {
			continue // an opening handshake that is to be refused
		}
		for m, err := range c.Messages(t.Context()) {
			if err != nil || c.Write(t.Context(), m.Type, m.Data) != nil {
				break
			}
		}
		<-c.Done()
	}
	ask(t, url+"/updateReports?agent=ours")
}

// ask returns the message that a URL has.
func ask(t *testing.T, url string) string {
	c, _, err := client.Dial(t.Context(), url, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseNow()
	_, text, err := c.Read(t.Context())
	var end *websocket.CloseError
	if err != nil && !errors.As(err, &end) {
		t.Fatal(err)
	}
	return string(text)
}

// Our client passes every case.
func TestListen(t *testing.T) {
	url, end := listening(t, Options{})
	visitAll(t, url)
	runs := end()
	if len(runs) != 1 || runs[0].Subject != "ours" {
		t.Fatalf("%d runs", len(runs))
	}
	counts := map[verdict.Verdict]int{}
	for _, r := range runs[0].Results {
		counts[r.Verdict]++
		if r.Verdict != verdict.Pass && r.Verdict != verdict.Informational {
			t.Errorf("%s: %s: want %s, got %s %v", r.Case.ID, r.Verdict, r.Want, r.Got, r.Broken)
		}
	}
	t.Log(counts, runs[0].Took)
}
