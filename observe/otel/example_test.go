package otel_test

import (
	"context"
	"fmt"

	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace"

	"github.com/seed372fb791/rfc6455/observe"
	"github.com/seed372fb791/rfc6455/observe/otel"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// A server's metrics and the spans of its opening handshakes. A program gives the providers where they are to go, as it
// does for the rest of it.
func Example() {
	reader := metric.NewManualReader()
	meters, tracers := metric.NewMeterProvider(metric.WithReader(reader)), trace.NewTracerProvider()

	s := server.Handler(func(ctx context.Context, c *websocket.Conn) error { return c.WriteText(ctx, "hello") }, nil)
	s.Opened = otel.Handshakes(tracers)
	if _, err := otel.Observe(meters, observe.Sources{Servers: map[string]*server.Server{"front": s}}); err != nil {
		fmt.Println(err)
		return
	}

	var read metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &read); err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range read.ScopeMetrics[0].Metrics {
		if m.Name == "websocket.server.connections" {
			fmt.Println(m.Name, m.Unit, m.Description)
		}
	}
	// Output: websocket.server.connections {connections} Connections that are open.
}
