package otel

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/seed372fb791/rfc6455/observe"
)

// scope is whose instruments and spans they are.
const scope = "github.com/seed372fb791/rfc6455/observe/otel"

// Observe makes an instrument for each metric of package observe, which readers of p read off s: the metric
// closed_connections of servers is websocket.server.closed_connections. Each value has the attribute
// websocket.source.name, and the metric's labels. Unregister ends it.
func Observe(p metric.MeterProvider, s observe.Sources) (metric.Registration, error) {
	meter := p.Meter(scope)
	instruments := make(map[*observe.Metric]metric.Float64Observable)
	var all []metric.Observable
	for _, m := range observe.Metrics() {
		instrument, err := newInstrument(meter, m)
		if err != nil {
			return nil, err
		}
		instruments[m] = instrument
		all = append(all, instrument)
	}
	return meter.RegisterCallback(func(_ context.Context, to metric.Observer) error {
		for v := range s.Read() {
			to.ObserveFloat64(instruments[v.Metric], v.Value, attributesOf(v))
		}
		return nil
	}, all...)
}

func newInstrument(meter metric.Meter, m *observe.Metric) (metric.Float64Observable, error) {
	name, unit, help := "websocket."+m.Of+"."+m.Name, metric.WithUnit(unitOf(m)), metric.WithDescription(m.Help)
	switch m.Kind {
	case observe.Counter:
		return meter.Float64ObservableCounter(name, unit, help)
	case observe.Amount:
		return meter.Float64ObservableUpDownCounter(name, unit, help)
	}
	return meter.Float64ObservableGauge(name, unit, help)
}

// unitOf returns the unit as UCUM has it: what is counted stands in braces.
func unitOf(m *observe.Metric) string {
	switch m.Unit {
	case "":
		return "1"
	case "bytes":
		return "By"
	case "seconds":
		return "s"
	}
	return "{" + m.Unit + "}"
}

func attributesOf(v observe.Value) metric.MeasurementOption {
	attributes := []attribute.KeyValue{attribute.String("websocket.source.name", v.Source)}
	for i, label := range v.Metric.Labels {
		attributes = append(attributes, attribute.String("websocket."+label, v.Labels[i]))
	}
	return metric.WithAttributes(attributes...)
}
