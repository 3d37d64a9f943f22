package redis

import (
	"context"
	"net"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/seed372fb791/rfc6455/interop/internal/programs"
)

// patience is how long what has to happen may take.
const patience = time.Minute

// server is a redis-server.
type server struct {
	addr    string // its own; reach it by the proxy
	proxy   *proxy
	bus     string // its port for the others of a cluster, of the first one
	program string
	args    []string
	cmd     *exec.Cmd
	said    strings.Builder
}

// startServer starts one, with more of its options.
func startServer(t testing.TB, options ...string) *server {
	t.Helper()
	s := &server{program: programs.Find(t, "apt-get install redis-server", "redis-server"), addr: programs.Port(t)}
	s.proxy = startProxy(t, s.addr)
	_, port, _ := net.SplitHostPort(s.addr)
	host, reached, _ := net.SplitHostPort(s.proxy.addr())
	s.args = append([]string{
		"--bind", "127.0.0.1", "--port", port, "--dir", t.TempDir(), "--save", "", "--repl-diskless-sync-delay", "0",
		"--replica-announce-ip", host, "--replica-announce-port", reached,
	}, options...)
	t.Cleanup(s.end)
	s.start(t)
	return s
}

// start starts it, with more of its options, and returns when it answers.
func (s *server) start(t testing.TB, options ...string) {
	t.Helper()
	s.cmd = exec.Command(s.program, append(s.args, options...)...)
	s.cmd.Stdout = &s.said
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	client := s.client()
	defer client.Close()
	s.await(t, "an answer", func() bool { return client.Ping(context.Background()).Err() == nil })
}

// client returns one that does not use the proxy.
func (s *server) client() *redis.Client { return redis.NewClient(&redis.Options{Addr: s.addr}) }

// do has the server carry out a command.
func (s *server) do(t testing.TB, args ...any) any {
	t.Helper()
	client := s.client()
	defer client.Close()
	answer, err := client.Do(context.Background(), args...).Result()
	if err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	return answer
}

// end kills it. What was on its way through the proxy is lost.
func (s *server) end() {
	if s.cmd == nil {
		return
	}
	s.cmd.Process.Kill()
	s.cmd.Wait()
	s.cmd = nil
	s.proxy.drop()
}

func (s *server) kill(testing.TB)      { s.end() }
func (s *server) restart(t testing.TB) { t.Helper(); s.start(t) }
func (s *server) pause(t testing.TB)   { t.Helper(); s.signal(t, syscall.SIGSTOP) }
func (s *server) resume(t testing.TB)  { t.Helper(); s.signal(t, syscall.SIGCONT) }

func (s *server) signal(t testing.TB, what syscall.Signal) {
	t.Helper()
	if err := s.cmd.Process.Signal(what); err != nil {
		t.Fatal(err)
	}
}

// await waits until done reports true.
func (s *server) await(t testing.TB, what string, done func() bool) {
	t.Helper()
	for late := time.Now().Add(patience); time.Now().Before(late); time.Sleep(20 * time.Millisecond) {
		if done() {
			return
		}
	}
	t.Fatalf("%s does not come from the server at %s: %s", what, s.addr, s.said.String())
}
