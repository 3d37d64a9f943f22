package redis

import (
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/seed372fb791/rfc6455/interop/internal/programs"
)

// slots is how many a cluster has.
const slots = 16384

// cluster is servers that have a part of the slots each. They write all to their disks.
type cluster []*server

// startCluster starts one of n servers, and returns when it serves.
func startCluster(t testing.TB, n int) (c cluster) {
	t.Helper()
	for i := range n {
		_, bus, _ := net.SplitHostPort(programs.Port(t))
		s := startServer(t, "--cluster-enabled", "yes", "--cluster-port", bus, "--cluster-require-full-coverage", "no", "--appendonly", "yes")
		s.do(t, "cluster", "addslotsrange", slots*i/n, slots*(i+1)/n-1)
		c = append(c, s)
		host, port, _ := net.SplitHostPort(c[0].addr)
		if i > 0 {
			s.do(t, "cluster", "meet", host, port, c[0].bus)
		} else {
			s.bus = bus
		}
	}
	for _, s := range c {
		s.await(t, "a cluster", func() bool {
			text, _ := s.do(t, "cluster", "info").(string)
			return strings.Contains(text, "cluster_state:ok") && strings.Contains(text, "cluster_slots_ok:"+strconv.Itoa(slots))
		})
	}
	return c
}

// connect returns a client of it.
func (c cluster) connect() redis.UniversalClient {
	var all []string
	for _, s := range c {
		all = append(all, s.addr)
	}
	return redis.NewClusterClient(&redis.ClusterOptions{Addrs: all})
}

func (c cluster) killAll(testing.TB) {
	for _, s := range c {
		s.end()
	}
}

func (c cluster) restartAll(t testing.TB) {
	t.Helper()
	for _, s := range c {
		s.start(t)
	}
}

// move moves a slot with its keys from one server to another.
func move(t testing.TB, slot int64, from, to *server) {
	t.Helper()
	source, target := from.do(t, "cluster", "myid"), to.do(t, "cluster", "myid")
	to.do(t, "cluster", "setslot", slot, "importing", source)
	from.do(t, "cluster", "setslot", slot, "migrating", target)
	host, port, _ := net.SplitHostPort(to.addr)
	for {
		keys, _ := from.do(t, "cluster", "getkeysinslot", slot, 100).([]any)
		if len(keys) == 0 {
			break
		}
		from.do(t, append([]any{"migrate", host, port, "", 0, 5000, "keys"}, keys...)...)
	}
	to.do(t, "cluster", "setslot", slot, "node", target)
	from.do(t, "cluster", "setslot", slot, "node", target)
}
