// Package observe has what operators see under test: Prometheus reads the metrics of ws demo and of clients that
// reconnect, while they are used, and answers the queries of the dashboard for Grafana.
//
//	dashboard_test.go   the queries, and what their answers have to be
//	traffic_test.go     what happens meanwhile
//	prometheus_test.go  Prometheus, as a process
//	demo_test.go        ws demo, as a process
package observe
