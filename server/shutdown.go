package server

import (
	"context"
	"crypto/tls"
	"net"

	"github.com/seed372fb791/rfc6455/websocket"
)

// Shutdown ends the server gracefully: it closes the listeners, refuses new handshakes with 503, also those
// under way, closes every connection with 1001 (going away), and waits until all connections are closed and
// all handlers have returned. Handlers notice by the error of their next read or write.
//
// If ctx ends first, connections that are left are closed without a closing handshake, and Shutdown returns
// ctx.Err() without waiting for their handlers. Otherwise it returns nil.
//
// It covers connections accepted through net/http too, which http.Server.Shutdown does not: call both.
//
//rfc:6455-7.3-1 6455-7.4.1-3
func (s *Server) Shutdown(ctx context.Context) error {
	// All get their Close frame before anybody waits: a peer that has vanished costs the others nothing.
	for _, c := range s.tracker.end(stopping, func(nc net.Conn) { nc.SetReadDeadline(aLongTimeAgo) }) {
		goAway(c)
	}
	select {
	case <-s.tracker.ended():
		return nil
	case <-ctx.Done():
		s.Close()
		return ctx.Err()
	}
}

// Close ends the server at once: it closes the listeners and every connection, without a closing handshake. It
// does not wait for handlers, and returns nil.
func (s *Server) Close() error {
	for _, c := range s.tracker.end(killed, closeTransport) {
		c.CloseNow()
	}
	return nil
}

// closeTransport closes a raw connection without waiting for anybody, as closing TLS would.
func closeTransport(nc net.Conn) {
	if secure, ok := nc.(*tls.Conn); ok {
		nc = secure.NetConn()
	}
	nc.Close()
}

// end moves to a later phase: it closes the listeners, ends each opening handshake with endOpening, and
// returns the connections that there are.
func (t *tracker) end(p phase, endOpening func(net.Conn)) []*websocket.Conn {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.phase == serving && t.stop != nil {
		close(t.stop)
	}
	t.phase = max(t.phase, p)
	for l := range t.listeners {
		l.Close()
	}
	for _, l := range []*list{&t.openings, &t.refusals} {
		for m := range l.all() {
			endOpening(m.opening.nc)
			m.opening.interrupted = true
		}
	}
	for m := range t.members.all() {
		m.ends(shutDown)
	}
	return t.all()
}

// goAway closes a connection because the server ends. The tracker waits for it.
func goAway(c *websocket.Conn) {
	c.StartClose(websocket.CloseGoingAway, "server shutting down")
}
