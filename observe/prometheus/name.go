package prometheus

import "github.com/seed372fb791/rfc6455/observe"

// nameOf returns a metric's name as Prometheus has names: of the unit those that are one of Prometheus', and _total for
// what only grows.
func nameOf(m *observe.Metric) string {
	name := "websocket_" + m.Of + "_" + m.Name
	if m.Unit == "bytes" || m.Unit == "seconds" {
		name += "_" + m.Unit
	}
	if m.Kind == observe.Counter {
		name += "_total"
	}
	return name
}
