package demo

import (
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/seed372fb791/rfc6455/cmd/ws/listen"
	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/observe"
	wsprometheus "github.com/seed372fb791/rfc6455/observe/prometheus"
	"github.com/seed372fb791/rfc6455/server"
)

// hubs returns the hubs of all rooms, by their names for operators.
func (d *Demo) hubs() map[string]*hub.Hub {
	all := make(map[string]*hub.Hub)
	for _, r := range d.rooms {
		maps.Copy(all, r.hubs)
	}
	return all
}

// metrics is what operators see of s and d, and of the process.
func metrics(s *server.Server, d *Demo) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		wsprometheus.NewCollector(observe.Sources{Servers: map[string]*server.Server{"demo": s}, Hubs: d.hubs()}),
	)
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}

// operators is where these come to, nil without -metrics.
type operators struct{ net.Listener }

func listenForOperators(addr string) (*operators, error) {
	if addr == "" {
		return nil, nil
	}
	l, err := listen.TCP("-metrics", addr)
	return &operators{l}, err
}

// serve serves metrics, says where, and returns what ends it.
func (o *operators) serve(metrics http.Handler, stdout io.Writer) (end func()) {
	if o == nil {
		return func() {}
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics)
	hs := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go hs.Serve(o)
	_, host := listen.Place(o.Addr().(*net.TCPAddr))
	fmt.Fprintf(stdout, "metrics at http://%s/metrics\n", host)
	return func() { hs.Close() }
}
