package demo

import (
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/interop/internal/programs"
)

// natsServer builds the NATS server, once for all tests.
var natsServer = sync.OnceValues(func() (string, error) {
	path := filepath.Join(built, "nats-server")
	if out, err := exec.Command("go", "build", "-o", path, "github.com/nats-io/nats-server/v2").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return path, nil
})

// brokers are the servers of a NATS cluster.
type brokers [3]*broker

// broker is one of them.
type broker struct {
	addr, health string
	args         []string
	cmd          *exec.Cmd
}

// startBrokers starts a cluster with JetStream until the test ends.
func startBrokers(t *testing.T) (all brokers) {
	t.Helper()
	var routes []string
	for i := range all {
		cluster := "nats://" + programs.Port(t)
		routes = append(routes, cluster)
		all[i] = &broker{addr: programs.Port(t), health: programs.Port(t)}
		host, port, _ := net.SplitHostPort(all[i].addr)
		_, monitoring, _ := net.SplitHostPort(all[i].health)
		all[i].args = []string{
			"-a", host, "-p", port, "-m", monitoring, "-n", fmt.Sprintf("n%d", i),
			"-cluster_name", "test", "-cluster", cluster, "-js", "-sd", t.TempDir(),
		}
	}
	for _, p := range all {
		p.args = append(p.args, "-routes", strings.Join(routes, ","))
		p.start(t)
		t.Cleanup(p.kill)
	}
	for _, p := range all {
		p.awaitHealth(t)
	}
	return all
}

// url is what -backplane takes.
func (b brokers) url() string {
	var addrs []string
	for _, p := range b {
		addrs = append(addrs, p.addr)
	}
	return "nats://" + strings.Join(addrs, ",") + "?replicas=3"
}

func (b *broker) start(t *testing.T) {
	t.Helper()
	path, err := natsServer()
	if err != nil {
		t.Fatal(err)
	}
	b.cmd = exec.Command(path, b.args...)
	if err := b.cmd.Start(); err != nil {
		t.Fatal(err)
	}
}

// kill ends it at once.
func (b *broker) kill() {
	b.cmd.Process.Kill()
	b.cmd.Wait()
}

// awaitHealth waits until it has all that the others have.
func (b *broker) awaitHealth(t *testing.T) {
	t.Helper()
	for late := time.Now().Add(patience); time.Now().Before(late); time.Sleep(50 * time.Millisecond) {
		r, err := http.Get("http://" + b.health + "/healthz")
		if err != nil {
			continue
		}
		r.Body.Close()
		if r.StatusCode == http.StatusOK {
			return
		}
	}
	t.Fatal("a server of the cluster does not recover")
}

// awaitListener waits until somebody listens at an address.
func awaitListener(t *testing.T, addr string) {
	t.Helper()
	for late := time.Now().Add(patience); time.Now().Before(late); time.Sleep(20 * time.Millisecond) {
		if nc, err := net.Dial("tcp", addr); err == nil {
			nc.Close()
			return
		}
	}
	t.Fatalf("nobody listens at %s", addr)
}
