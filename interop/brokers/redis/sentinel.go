package redis

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/seed372fb791/rfc6455/interop/internal/programs"
)

// pairName is what the sentinel calls the pair.
const pairName = "pair"

// sentinel is a redis-sentinel, which decides alone.
type sentinel struct {
	*server
	queries *redis.SentinelClient
}

// watch has a sentinel fail over.
func (p *pair) watch(t testing.TB) {
	t.Helper()
	s := &server{program: programs.Find(t, "apt-get install redis-sentinel", "redis-sentinel"), addr: programs.Port(t)}
	s.proxy = startProxy(t, s.addr)
	_, port, _ := net.SplitHostPort(s.addr)
	host, at, _ := net.SplitHostPort(p.primary.proxy.addr())
	file := filepath.Join(t.TempDir(), "sentinel.conf") // which it writes to
	text := fmt.Sprintf("bind 127.0.0.1\nport %s\nsentinel monitor %s %s %s 1\nsentinel down-after-milliseconds %[2]s 500\nsentinel failover-timeout %[2]s 5000\n",
		port, pairName, host, at)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s.args = []string{file}
	t.Cleanup(s.end)
	s.start(t)
	p.sentinel = &sentinel{s, redis.NewSentinelClient(&redis.Options{Addr: s.addr})}
	t.Cleanup(func() { p.sentinel.queries.Close() })
	p.sees(t)
}

// sees waits until the sentinel knows the replica.
func (p *pair) sees(t testing.TB) {
	t.Helper()
	p.sentinel.await(t, "the replica", func() bool {
		all, err := p.sentinel.queries.Replicas(context.Background(), pairName).Result()
		return err == nil && len(all) == 1 && all[0]["flags"] == "slave" && all[0]["master-link-status"] == "ok"
	})
}

// primary returns the address of the primary, "" if it is not known.
func (s *sentinel) primary(ctx context.Context) string {
	at, err := s.queries.GetMasterAddrByName(ctx, pairName).Result()
	if err != nil || len(at) != 2 {
		return ""
	}
	return net.JoinHostPort(at[0], at[1])
}
