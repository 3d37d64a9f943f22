package observe_test

import (
	"context"
	"fmt"
	"maps"
	"net"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/internal/leak"
	"github.com/seed372fb791/rfc6455/observe"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// TestMain fails the tests if a goroutine or a file descriptor outlives them.
func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

// What is read of each kind of source after a client has come, was told something, and a stranger was refused.
func TestRead(t *testing.T) {
	ctx := t.Context()
	chat := new(hub.Hub)
	s := server.Handler(func(ctx context.Context, c *websocket.Conn) error {
		if _, err := chat.Subscriber(ctx, c).Join(ctx, "talk", hub.NoHistory); err != nil {
			return err
		}
		_, _, err := c.Read(ctx)
		return err
	}, nil)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go s.Serve(l)
	defer s.Close()
	url := "ws://" + l.Addr().String()
	if _, _, err := client.Dial(ctx, url, &client.Options{Header: map[string][]string{"Origin": {"https://elsewhere.example"}}}); err == nil {
		t.Fatal("the origin was not refused")
	}
	r, err := client.NewReconnecting(url, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(ctx, websocket.CloseNormal, "")
	for chat.Count("talk") == 0 {
		time.Sleep(time.Millisecond)
	}
	if _, err := chat.Publish(ctx, "talk", hub.Message{Type: websocket.Text, Data: []byte("hello")}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.Read(ctx); err != nil {
		t.Fatal(err)
	}
	sources := observe.Sources{
		Servers: map[string]*server.Server{"front": s},
		Hubs:    map[string]*hub.Hub{"chat": chat},
		Clients: map[string]*client.Reconnecting{"feed": r},
	}
	got := make(map[string]float64)
	for v := range sources.Read() {
		if len(v.Labels) == 0 || v.Value > 0 {
			got[fmt.Sprint(v.Of, " ", v.Source, " ", v.Name, v.Labels)] = v.Value
		}
	}
	for name, want := range map[string]float64{
		"server front connections[]":           1,
		"server front handshakes[]":            0,
		"server front accepted_connections[]":  1,
		"server front refused_handshakes[403]": 1,
		"server front sent[]":                  7,
		"hub chat topics[]":                    1,
		"hub chat subscriptions[]":             1,
		"hub chat published_messages[]":        1,
		"hub chat delivered_messages[]":        1,
		"hub chat hand_outs[]":                 1,
		"hub chat broker_up[]":                 1,
		"client feed connected[]":              1,
		"client feed down[]":                   0,
		"client feed attempts[]":               1,
		"client feed outbox[]":                 0,
		"server front dropped_connections[]":   0,
		"client feed losses[]":                 0,
		"server front failed_handshakes[]":     0,
		"hub chat gaps[]":                      0,
		"client feed unread_messages[]":        0,
		"hub chat closed_connections[]":        0,
		"hub chat queued_messages[]":           0,
		"server front received[]":              0,
		"hub chat uncertain_messages[]":        0,
		"hub chat failed_messages[]":           0,
		"hub chat losses[]":                    0,
		"hub chat dropped_messages[]":          0,
		"client feed outbox_messages[]":        0,
		"client feed unread[]":                 0,
		"hub chat queued[]":                    0,
	} {
		if v, ok := got[name]; !ok || v != want {
			t.Errorf("%s: %v, want %v", name, v, want)
		}
		delete(got, name)
	}
	if took := got["hub chat hand_out[]"]; took <= 0 || len(got) != 1 {
		t.Errorf("the hand-out took %v; besides there are %v", took, slices.Sorted(maps.Keys(got)))
	}
}

// Each connection that has ended is in one value, by its code.
func TestReadOfClosedConnections(t *testing.T) {
	ctx := t.Context()
	s := server.Handler(func(ctx context.Context, c *websocket.Conn) error { _, _, err := c.Read(ctx); return err }, nil)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go s.Serve(l)
	defer s.Close()
	for _, code := range []websocket.CloseCode{1000, 1001, 1001} {
		c, _, err := client.Dial(ctx, "ws://"+l.Addr().String(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Close(ctx, code, ""); err != nil {
			t.Fatal(err)
		}
	}
	for s.Stats().Accepted < 3 || s.Stats().Conns > 0 {
		time.Sleep(time.Millisecond)
	}
	got := make(map[string]float64)
	for v := range (observe.Sources{Servers: map[string]*server.Server{"front": s}}).Read() {
		if v.Name == "closed_connections" {
			got[strings.Join(v.Labels, " ")] = v.Value
		}
	}
	for labels, want := range map[string]float64{"peer 1000": 1, "peer 1001": 2, "peer 1006": 0, "server 1011": 0} {
		if n, ok := got[labels]; !ok || n != want {
			t.Errorf("%s: %v, want %v", labels, n, want)
		}
	}
	if _, ok := got["server 1005"]; ok {
		t.Error("what is not usual is told all the same")
	}
}

// Whoever has read enough is not told more.
func TestReadStops(t *testing.T) {
	sources := observe.Sources{Hubs: map[string]*hub.Hub{"a": new(hub.Hub), "b": new(hub.Hub)}}
	defer sources.Hubs["a"].Close(t.Context())
	defer sources.Hubs["b"].Close(t.Context())
	for range sources.Read() {
		break
	}
}

// Names are words, and each metric has its own.
func TestMetrics(t *testing.T) {
	seen := make(map[string]bool)
	word := regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	for _, m := range observe.Metrics() {
		name := m.Of + "_" + m.Name + "_" + m.Unit
		if seen[name] || !word.MatchString(m.Of) || !word.MatchString(m.Name) || m.Help == "" || m.Help[len(m.Help)-1] != '.' {
			t.Errorf("%+v", m)
		}
		seen[name] = true
	}
}
