package prometheus_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/observe"
	wsprometheus "github.com/seed372fb791/rfc6455/observe/prometheus"
)

// A page for Prometheus to read. It is for operators: have it on a listener of its own.
func Example() {
	var rooms hub.Hub
	prometheus.MustRegister(wsprometheus.NewCollector(observe.Sources{
		Hubs: map[string]*hub.Hub{"rooms": &rooms},
	}))
	operators := httptest.NewServer(promhttp.Handler())
	defer operators.Close()

	r, err := http.Get(operators.URL)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer r.Body.Close()
	page, _ := io.ReadAll(r.Body)
	for line := range strings.Lines(string(page)) {
		if strings.HasPrefix(line, "websocket_hub_subscriptions") {
			fmt.Print(line)
		}
	}
	// Output: websocket_hub_subscriptions{name="rooms"} 0
}
