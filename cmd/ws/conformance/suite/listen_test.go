package suite

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/protocol"
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
		echo(t, fmt.Sprintf("%s/runCase?case=%d&agent=ours", url, i+1))
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
	url, end := listening(t, Options{Cases: ours(t, protocol.Client), Patience: time.Minute})
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
	if counts[verdict.Pass] < 900 {
		t.Errorf("the verdicts: %v", counts)
	}
}

// The URLs are those of the Autobahn suite. A case may be named by its id.
func TestListenURLs(t *testing.T) {
	cases := chosen(t, protocol.Client, "text-empty@whole", "length-1@whole")
	reported := make(chan verdict.Run, 1)
	url, end := listening(t, Options{Cases: cases, Report: func(run verdict.Run) { reported <- run }})
	for _, tt := range []struct{ path, want string }{
		{"/any/getCaseCount", "2"},
		{"/getCaseStatus?case=2&agent=a", `{"behavior":"FAILED"}`},
		{"/runCase?agent=a&casetuple=" + cases[1].ID, ""},
		{"/getCaseStatus?case=2&agent=a", `{"behavior":"OK"}`},
		{"/getCaseInfo?case=1", `{"description":"` + cases[0].Title + `","id":"` + cases[0].ID + `"}`},
		{"/updateReports?agent=a", ""},
	} {
		if strings.HasPrefix(tt.path, "/runCase") {
			echo(t, url+tt.path)
		} else if got := ask(t, url+tt.path); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.path, got, tt.want)
		}
	}
	for _, path := range []string{"/", "/runCase?case=3", "/runCase?case=0", "/getCaseInfo", "/getCaseStatus?case=x"} {
		if c, response, err := client.Dial(t.Context(), url+path, nil); err == nil || response == nil || response.StatusCode != 404 {
			t.Errorf("%s: %v, %v", path, c, err)
		}
	}
	runs := end()
	if len(runs) != 1 || len(runs[0].Results) != 2 || runs[0].Subject != "a" {
		t.Fatalf("the runs: %+v", runs)
	}
	if first, second := runs[0].Results[0].Verdict, runs[0].Results[1].Verdict; first != verdict.Error || second != verdict.Pass {
		t.Errorf("a case not asked for: %s; one that was run: %s", first, second)
	}
	if run := <-reported; len(run.Results) != 2 {
		t.Errorf("reported: %+v", run)
	}
}

// echo sends back what comes.
func echo(t *testing.T, url string) {
	c, _, err := client.Dial(t.Context(), url, compressing)
	if err != nil {
		return // an opening handshake that is to be refused
	}
	for m, err := range c.Messages(t.Context()) {
		if err != nil || c.Write(t.Context(), m.Type, m.Data) != nil {
			break
		}
	}
	<-c.Done()
}

// Who connects and says nothing is gone when the listening ends.
func TestListenEnds(t *testing.T) {
	url, end := listening(t, Options{})
	c, err := net.Dial("tcp", strings.TrimPrefix(url, "ws://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if runs := end(); len(runs) != 0 {
		t.Errorf("%d runs", len(runs))
	}
}
