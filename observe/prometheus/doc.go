// Package prometheus shows Prometheus what package observe can see of servers, hubs and reconnecting clients.
//
//	collector.go    the Collector
//	name.go         what the metrics are called here
//	dashboard.json  a dashboard for Grafana that has them: import it there and choose the Prometheus that scrapes
//
// What the metrics say is written in package observe, with the questions that they answer.
package prometheus
