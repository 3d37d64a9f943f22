package prometheus

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/seed372fb791/rfc6455/observe"
)

// Collector is a prometheus.Collector. Each metric has the label name, the source's.
type Collector struct {
	sources observe.Sources
	descs   map[*observe.Metric]*prometheus.Desc
}

// NewCollector returns the collector of all that s has, to be registered once.
func NewCollector(s observe.Sources) *Collector {
	c := &Collector{s, make(map[*observe.Metric]*prometheus.Desc)}
	for _, m := range observe.Metrics() {
		labels := append([]string{"name"}, m.Labels...)
		c.descs[m] = prometheus.NewDesc(nameOf(m), m.Help, labels, nil)
	}
	return c
}

// Describe sends what there may be.
func (c *Collector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range c.descs {
		to <- d
	}
}

// Collect reads the sources. Safe for concurrent use.
func (c *Collector) Collect(to chan<- prometheus.Metric) {
	for v := range c.sources.Read() {
		labels := append([]string{v.Source}, v.Labels...)
		to <- prometheus.MustNewConstMetric(c.descs[v.Metric], typeOf(v.Metric), v.Value, labels...)
	}
}

func typeOf(m *observe.Metric) prometheus.ValueType {
	if m.Kind == observe.Counter {
		return prometheus.CounterValue
	}
	return prometheus.GaugeValue
}
