// Package otel shows OpenTelemetry what package observe can see of servers, hubs and reconnecting clients, and has a span
// for each opening handshake.
//
//	metrics.go  Observe: instruments that are read when there is a reader
//	span.go     Handshakes: the spans
//
// It uses the API of OpenTelemetry: the SDK is the program's choice. What the metrics say is written in package observe.
// There is no span for a message, nor one that lasts as long as a connection: a program that wants to see what it does
// about a message begins a span there.
package otel
