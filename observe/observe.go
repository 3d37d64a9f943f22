package observe

import (
	"iter"
	"maps"
	"slices"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/server"
)

// Sources is what is watched, each by a name of the program's choice. It must not be changed while it is in use.
type Sources struct {
	Servers map[string]*server.Server
	Hubs    map[string]*hub.Hub
	Clients map[string]*client.Reconnecting
}

// Metric is something that can be read of a source.
type Metric struct {
	Of     string   // the kind of source: "server", "hub" or "client"
	Name   string   // of its own, such as "closed_connections"
	Unit   string   // "bytes", "seconds", or what is counted, in the plural, such as "connections"
	Kind   Kind     // what becomes of its value
	Labels []string // besides the source's name
	Help   string   // what it says, in a sentence
}

// Kind is what becomes of a metric's value.
type Kind uint8

const (
	Counter Kind = iota // it only grows, from 0 when the program starts
	Amount              // it goes up and down; those of several programs can be added up
	Gauge               // it goes up and down
)

// Value is what a metric of a source says.
type Value struct {
	*Metric          // one of Metrics
	Source  string   // the source's name
	Labels  []string // the values of Metric.Labels
	Value   float64
}

// Metrics returns all that there is to be read.
func Metrics() []*Metric {
	return slices.Concat(metricsOf(ofServers), metricsOf(ofHubs), metricsOf(ofClients))
}

// Read yields what all metrics of all sources say now. Each source is asked once.
func (s Sources) Read() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		_ = read(s.Servers, (*server.Server).Stats, ofServers, yield) &&
			read(s.Hubs, (*hub.Hub).Stats, ofHubs, yield) &&
			read(s.Clients, (*client.Reconnecting).Stats, ofClients, yield)
	}
}

// row is a metric, and how its values are read off the Stats of its source.
type row[Stats any] struct {
	Metric
	values func(*Stats) iter.Seq2[[]string, float64]
}

func metricsOf[Stats any](table []row[Stats]) (metrics []*Metric) {
	for i := range table {
		metrics = append(metrics, &table[i].Metric)
	}
	return metrics
}

// read yields what a table has to say of sources of a kind. It reports whether more is wanted.
func read[Source, Stats any](
	sources map[string]Source, stats func(Source) Stats, table []row[Stats], yield func(Value) bool,
) bool {
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		now := stats(sources[name])
		for i := range table {
			for labels, v := range table[i].values(&now) {
				if !yield(Value{&table[i].Metric, name, labels, v}) {
					return false
				}
			}
		}
	}
	return true
}

// one is the values of a metric that has one.
func one[Stats any](value func(*Stats) float64) func(*Stats) iter.Seq2[[]string, float64] {
	return func(s *Stats) iter.Seq2[[]string, float64] {
		return func(yield func([]string, float64) bool) { yield(nil, value(s)) }
	}
}
