package observe

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strconv"

	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// ofServers is what there is to read of a server.Stats.
var ofServers = []row[server.Stats]{
	{Metric{"server", "connections", "connections", Amount, nil,
		"Connections that are open."},
		one(func(s *server.Stats) float64 { return float64(s.Conns) })},
	{Metric{"server", "handshakes", "handshakes", Amount, nil,
		"Opening handshakes that are under way."},
		one(func(s *server.Stats) float64 { return float64(s.Handshakes) })},
	{Metric{"server", "accepted_connections", "connections", Counter, nil,
		"Connections that opening handshakes have led to."},
		one(func(s *server.Stats) float64 { return float64(s.Accepted) })},
	{Metric{"server", "refused_handshakes", "handshakes", Counter, []string{"status"},
		"Opening handshakes that were refused, by the status of the answer."},
		refused},
	{Metric{"server", "failed_handshakes", "handshakes", Counter, nil,
		"Opening handshakes that have come to nothing without an answer: the peer was lost, say."},
		one(func(s *server.Stats) float64 { return float64(s.Failed) })},
	{Metric{"server", "dropped_connections", "connections", Counter, nil,
		"Raw connections that were closed at once because of Server.MaxHandshakes."},
		one(func(s *server.Stats) float64 { return float64(s.Dropped) })},
	{Metric{"server", "closed_connections", "connections", Counter, []string{"by", "code"},
		"Connections that have ended, by whose doing that was and by close code: 1006 for none, 0 for a peer's own beyond 64 different ones."},
		closed},
	{Metric{"server", "received", "bytes", Counter, nil,
		"Bytes that have come over connections, after the opening handshake."},
		one(func(s *server.Stats) float64 { return float64(s.BytesRead) })},
	{Metric{"server", "sent", "bytes", Counter, nil,
		"Bytes that have left over connections, after the opening handshake."},
		one(func(s *server.Stats) float64 { return float64(s.BytesWritten) })},
}

// What is usual is told from the beginning, as 0: what appears with a 1 has no rate.
var (
	usualStatuses = []int{400, 403, 426, 500, 503}
	usualByPeer   = []websocket.CloseCode{1000, 1001, 1005, 1006}
	usualByServer = []websocket.CloseCode{1000, 1001, 1002, 1006, 1007, 1008, 1009, 1011}
)

func refused(s *server.Stats) iter.Seq2[[]string, float64] {
	return func(yield func([]string, float64) bool) {
		for _, status := range with(s.Refused, usualStatuses) {
			if !yield([]string{strconv.Itoa(status)}, float64(s.Refused[status])) {
				return
			}
		}
	}
}

func closed(s *server.Stats) iter.Seq2[[]string, float64] {
	return func(yield func([]string, float64) bool) {
		for _, side := range []struct {
			name  string
			codes map[websocket.CloseCode]int64
			usual []websocket.CloseCode
		}{{"peer", s.ClosedByPeer, usualByPeer}, {"server", s.ClosedByServer, usualByServer}} {
			for _, code := range with(side.codes, side.usual) {
				if !yield([]string{side.name, strconv.Itoa(int(code))}, float64(side.codes[code])) {
					return
				}
			}
		}
	}
}

// with returns the keys of what was counted and those that are usual, in order.
func with[K cmp.Ordered](counted map[K]int64, usual []K) []K {
	keys := slices.AppendSeq(slices.Clone(usual), maps.Keys(counted))
	slices.Sort(keys)
	return slices.Compact(keys)
}
