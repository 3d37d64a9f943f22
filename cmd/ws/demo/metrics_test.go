package demo_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// get returns a page.
func get(t *testing.T, url string) (status int, text string) {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	page, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(page)
}

// startObserved starts ws demo with metrics and returns where it is and where these are.
func startObserved(t *testing.T) (address, metrics string) {
	t.Helper()
	p, _ := ws.Demo(t, "-metrics", "127.0.0.1:0")
	p.Stdout.Wait(t, "/metrics\n")
	address, metrics, _ = strings.Cut(strings.TrimPrefix(p.Stdout.String(), "open http://"), "/\nmetrics at ")
	return address, strings.TrimSpace(metrics)
}

func TestMetrics(t *testing.T) {
	address, metrics := startObserved(t)
	c := ws.Start(t, "connect", "ws://"+address+"/ws/chat")
	io.WriteString(c.Stdin, `{"kind": "join", "name": "Ann"}`+"\n")
	c.Stdout.Wait(t, `{"kind":"you","name":"Ann"}`)
	io.WriteString(c.Stdin, `{"kind": "say", "id": "1", "text": "hello"}`+"\n")
	c.Stdout.Wait(t, `"text":"hello"`)
	status, page := get(t, metrics)
	if status != 200 {
		t.Error(status)
	}
	for _, line := range []string{
		`websocket_server_connections{name="demo"} 1`,
		`websocket_server_accepted_connections_total{name="demo"} 1`,
		`websocket_hub_subscriptions{name="chat"} 1`,
		`websocket_hub_published_messages_total{name="chat"} 1`,
		`websocket_hub_delivered_messages_total{name="chat"} 1`,
		`websocket_hub_topics{name="chat around"} 1`,
		`websocket_hub_broker_up{name="board"} 1`,
		`websocket_hub_queued_messages{name="prices"} 0`,
		`websocket_hub_published_messages_total{name="game"} `,
		`websocket_hub_topics{name="inspector"} 0`,
	} {
		if !strings.Contains(page, "\n"+line) {
			t.Errorf("%s is missing in\n%s", line, page)
		}
	}
	if status, _ := get(t, "http://"+address+"/metrics"); status != 404 {
		t.Errorf("visitors get %d", status)
	}
}

// A port for metrics that is taken ends ws demo, with the name of the flag.
func TestMetricsPortTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	address := l.Addr().String()
	p := ws.Start(t, "demo", "-addr", "127.0.0.1:0", "-metrics", address)
	p.WantStatus(1)
	if got := p.Stderr.String(); !strings.Contains(got, address+" is in use already: choose another port with -metrics") {
		t.Error(got)
	}
}
