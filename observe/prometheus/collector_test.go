package prometheus_test

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/observe"
	wsprometheus "github.com/seed372fb791/rfc6455/observe/prometheus"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// watched returns sources of each kind, after a page has come and gone.
func watched(t *testing.T) observe.Sources {
	t.Helper()
	s := server.Handler(func(ctx context.Context, c *websocket.Conn) error { _, _, err := c.Read(ctx); return err }, nil)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	url := "ws://" + l.Addr().String()
	c, _, err := client.Dial(t.Context(), url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(t.Context(), websocket.CloseGoingAway, ""); err != nil {
		t.Fatal(err)
	}
	for st := s.Stats(); st.Accepted == 0 || st.Conns > 0; st = s.Stats() {
		time.Sleep(time.Millisecond)
	}
	r, err := client.NewReconnecting(url, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(context.Background(), websocket.CloseNormal, "") })
	for r.Stats().Down > 0 || s.Stats().Conns == 0 {
		time.Sleep(time.Millisecond)
	}
	return observe.Sources{
		Servers: map[string]*server.Server{"front": s},
		Hubs:    map[string]*hub.Hub{"talk": new(hub.Hub), "prices": new(hub.Hub)},
		Clients: map[string]*client.Reconnecting{"feed": r},
	}
}

// The registry that checks most accepts it, and Prometheus' own rules for names find nothing to say.
func TestCollector(t *testing.T) {
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(wsprometheus.NewCollector(watched(t)))
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	if all := len(observe.Metrics()); len(families) != all {
		t.Errorf("%d families of %d", len(families), all)
	}
	problems, err := testutil.GatherAndLint(registry)
	if err != nil || len(problems) > 0 {
		t.Error(problems, err)
	}
}

func TestValues(t *testing.T) {
	const want = `
# HELP websocket_client_connected Whether there is a connection, 0 or 1.
# TYPE websocket_client_connected gauge
websocket_client_connected{name="feed"} 1
# HELP websocket_hub_broker_up Whether the backplane has its broker, 0 or 1; 1 if it does not know.
# TYPE websocket_hub_broker_up gauge
websocket_hub_broker_up{name="prices"} 1
websocket_hub_broker_up{name="talk"} 1
# HELP websocket_server_closed_connections_total Connections that have ended, by whose doing that was and by close code: 1006 for none, 0 for a peer's own beyond 64 different ones.
# TYPE websocket_server_closed_connections_total counter
websocket_server_closed_connections_total{by="peer",code="1000",name="front"} 0
websocket_server_closed_connections_total{by="peer",code="1001",name="front"} 1
websocket_server_closed_connections_total{by="peer",code="1005",name="front"} 0
websocket_server_closed_connections_total{by="peer",code="1006",name="front"} 0
websocket_server_closed_connections_total{by="server",code="1000",name="front"} 0
websocket_server_closed_connections_total{by="server",code="1001",name="front"} 0
websocket_server_closed_connections_total{by="server",code="1002",name="front"} 0
websocket_server_closed_connections_total{by="server",code="1006",name="front"} 0
websocket_server_closed_connections_total{by="server",code="1007",name="front"} 0
websocket_server_closed_connections_total{by="server",code="1008",name="front"} 0
websocket_server_closed_connections_total{by="server",code="1009",name="front"} 0
websocket_server_closed_connections_total{by="server",code="1011",name="front"} 0
# HELP websocket_server_connections Connections that are open.
# TYPE websocket_server_connections gauge
websocket_server_connections{name="front"} 1
# HELP websocket_server_received_bytes_total Bytes that have come over connections, after the opening handshake.
# TYPE websocket_server_received_bytes_total counter
websocket_server_received_bytes_total{name="front"} 8
`
	err := testutil.CollectAndCompare(wsprometheus.NewCollector(watched(t)), strings.NewReader(want), "websocket_client_connected",
		"websocket_hub_broker_up", "websocket_server_closed_connections_total", "websocket_server_connections",
		"websocket_server_received_bytes_total")
	if err != nil {
		t.Error(err)
	}
}
