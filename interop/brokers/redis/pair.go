package redis

import (
	"context"
	"net"
	"strings"
	"testing"
)

// pair is two servers, of which one has the other as a replica. Clients reach the one that has by front.
type pair struct {
	front            *proxy
	primary, replica *server
	sentinel         *sentinel // nil if the test itself fails over
}

// startPair starts one, whose replica has all.
func startPair(t testing.TB) *pair {
	t.Helper()
	p := &pair{primary: startServer(t), replica: startServer(t)}
	p.front = startProxy(t, p.primary.proxy.addr())
	p.follow(t)
	return p
}

// follow makes the replica one, and returns when it has all.
func (p *pair) follow(t testing.TB) {
	t.Helper()
	host, port, _ := net.SplitHostPort(p.primary.proxy.addr())
	p.replica.do(t, "replicaof", host, port)
	p.replica.await(t, "replication", func() bool {
		return p.replica.says(t, "role:slave") && p.replica.says(t, "master_link_status:up")
	})
}

// says reports whether the server's state has a line.
func (s *server) says(t testing.TB, line string) bool {
	t.Helper()
	text, _ := s.do(t, "info", "replication").(string)
	return strings.Contains(text, line+"\r\n")
}

// hold has the replica get nothing any more.
func (p *pair) hold(testing.TB) { p.primary.proxy.hold() }

// failOver kills the primary, and has the replica take over, as it is. The primary comes back as a replica.
func (p *pair) failOver(t testing.TB) {
	t.Helper()
	p.primary.end()
	p.takeOver(t)
	p.replica.start(t)
	p.follow(t)
}

// failOverPaused is the same, but the primary stands still, and does not know.
func (p *pair) failOverPaused(t testing.TB) {
	t.Helper()
	p.primary.pause(t)
	p.takeOver(t)
}

// returns has a primary that stood still go on as a replica.
func (p *pair) returns(t testing.TB) {
	t.Helper()
	p.replica.resume(t)
	p.follow(t)
}

// takeOver has the replica be the primary, for all clients.
func (p *pair) takeOver(t testing.TB) {
	t.Helper()
	p.primary, p.replica = p.replica, p.primary
	if p.sentinel != nil {
		p.sentinel.await(t, "the failover", func() bool { return p.sentinel.primary(context.Background()) == p.primary.proxy.addr() })
		p.primary.await(t, "its new role", func() bool { return p.primary.says(t, "role:master") })
		return
	}
	p.primary.do(t, "replicaof", "no", "one")
	p.front.aim(p.primary.proxy.addr())
}
