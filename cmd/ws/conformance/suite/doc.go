// Package suite tests WebSocket peers: servers that send each message back, and
// clients that do so and speak to the runner as they would to the Autobahn
// suite's fuzzing server. It is the engine of ws conformance.
package suite
