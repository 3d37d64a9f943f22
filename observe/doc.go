// Package observe is what an operator can see of servers, hubs and reconnecting clients, as one table of metrics:
// servers.go, hubs.go, clients.go. Modules below hand it to what collects metrics, so that nobody else has to depend on
// that:
//
//   - observe/prometheus is a Collector, with a dashboard for Grafana beside it.
//   - observe/otel is observable instruments, and a span for each opening handshake.
//
// A program without either publishes the Stats themselves with package expvar, see the example of server.Server.Stats.
//
// # What an operator sees
//
// A metric is read when somebody asks for it and costs nothing otherwise: the sources count all this anyway. What happens
// in a second is the rate of a counter. Some questions, and where their answer is, as Prometheus knows the metrics:
//
//   - How many are here? websocket_server_connections, and websocket_hub_subscriptions for topics.
//   - Who does not get in? websocket_server_refused_handshakes_total has the status: 403 is an origin or Check, 503 a cap
//     such as Server.MaxConns, 426 a proxy that does not pass the handshake on. Server.Options.OnError has each reason.
//   - Why do they drop? websocket_server_closed_connections_total, by close code: by the peer with 1001 are pages that
//     are left, by the peer with 1006 lost networks, by the server with 1006 peers that do not answer Pings, by the
//     server with 1011 errors of Handle. Server.Closed has the reason of each connection.
//   - Who is behind? websocket_hub_queued_bytes grows; websocket_hub_dropped_messages_total and
//     websocket_hub_closed_connections_total say what became of it.
//   - Is the hub fast? The rate of websocket_hub_hand_out_seconds_total by that of websocket_hub_hand_outs_total is the
//     time that it takes to hand out what came together.
//   - Is the broker there? websocket_hub_broker_up; Hub.Stats has the cause. websocket_hub_losses_total and
//     websocket_hub_gaps_total say whether something was missed, websocket_hub_uncertain_messages_total what its
//     publisher has to send again.
//   - Is a client that reconnects there? websocket_client_connected, websocket_client_down_seconds,
//     websocket_client_attempts, and websocket_client_outbox_bytes for what waits meanwhile.
//
// Messages are counted by each connection, see websocket.Conn.Stats, and not for the server as a whole.
package observe
