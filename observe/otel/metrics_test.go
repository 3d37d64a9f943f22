package otel_test

import (
	"slices"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/observe"
	"github.com/seed372fb791/rfc6455/observe/otel"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// Each kind of metric becomes its kind of instrument, with the unit, and has the values of its source.
func TestObserve(t *testing.T) {
	reader := metric.NewManualReader()
	provider := metric.NewMeterProvider(metric.WithReader(reader))
	s, l := serve(t, nil)
	c := dial(t, l, nil)
	refused(t, l)
	until(t, func() bool { return s.Stats().Conns == 1 })
	sources := observe.Sources{
		Servers: map[string]*server.Server{"front": s},
		Hubs:    map[string]*hub.Hub{"talk": new(hub.Hub)},
	}
	registration, err := otel.Observe(provider, sources)
	if err != nil {
		t.Fatal(err)
	}
	got := collect(t, reader)
	name := attribute.String("websocket.source.name", "front")
	for _, want := range []struct {
		name, unit string
		value      float64
		attributes attribute.Set
	}{
		{"websocket.server.connections", "{connections}", 1, attribute.NewSet(name)},
		{"websocket.server.received", "By", 0, attribute.NewSet(name)},
		{"websocket.server.refused_handshakes", "{handshakes}", 1, attribute.NewSet(name, attribute.String("websocket.status", "403"))},
		{"websocket.hub.broker_up", "1", 1, attribute.NewSet(attribute.String("websocket.source.name", "talk"))},
		{"websocket.hub.hand_out", "s", 0, attribute.NewSet(attribute.String("websocket.source.name", "talk"))},
	} {
		m := got[want.name]
		points := pointsOf(m)
		found := slices.IndexFunc(points, func(p metricdata.DataPoint[float64]) bool { return p.Attributes.Equals(&want.attributes) })
		if m.Unit != want.unit || m.Description == "" || found < 0 || points[found].Value != want.value {
			t.Errorf("%+v, want %+v", m, want)
		}
	}
	if sum, ok := got["websocket.server.connections"].Data.(metricdata.Sum[float64]); !ok || sum.IsMonotonic {
		t.Error("connections become more and fewer")
	}
	if sum, ok := got["websocket.server.sent"].Data.(metricdata.Sum[float64]); !ok || !sum.IsMonotonic {
		t.Error("bytes become only more")
	}
	if _, ok := got["websocket.hub.broker_up"].Data.(metricdata.Gauge[float64]); !ok {
		t.Error("whether it is up does not add up")
	}
	if err := registration.Unregister(); err != nil {
		t.Fatal(err)
	}
	if got := collect(t, reader); len(got) > 0 {
		t.Errorf("%d metrics after Unregister", len(got))
	}
	c.Close(t.Context(), websocket.CloseNormal, "")
}

func collect(t *testing.T, reader metric.Reader) map[string]metricdata.Metrics {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	got := make(map[string]metricdata.Metrics)
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			if len(pointsOf(m)) > 0 {
				got[m.Name] = m
			}
		}
	}
	return got
}

func pointsOf(m metricdata.Metrics) []metricdata.DataPoint[float64] {
	switch data := m.Data.(type) {
	case metricdata.Sum[float64]:
		return data.DataPoints
	case metricdata.Gauge[float64]:
		return data.DataPoints
	}
	return nil
}
