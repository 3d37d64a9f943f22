package nats

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"github.com/seed372fb791/rfc6455/interop/internal/programs"
)

// patience bounds everything that a test waits for, against hanging.
const patience = 2 * time.Minute

// embedded is a server in this process, which may be ended and started again.
type embedded struct {
	options server.Options
	*server.Server
}

// startEmbedded starts a server that keeps streams in files.
func startEmbedded(t testing.TB) *embedded {
	t.Helper()
	host, port, err := split(programs.Port(t))
	if err != nil {
		t.Fatal(err)
	}
	s := &embedded{options: options(host, port, t.TempDir())}
	s.start(t)
	t.Cleanup(func() { s.stop(t) })
	return s
}

// options are those of a server.
func options(host string, port int, folder string) server.Options {
	return server.Options{
		ServerName: name(port),
		Host:       host,
		Port:       port,
		JetStream:  true,
		StoreDir:   folder,
		NoSigs:     true,
		NoLog:      true,
	}
}

// name is that of the server at a port.
func name(port int) string { return "server-" + strconv.Itoa(port) }

func split(addr string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(addr)
	if err == nil {
		port, err = strconv.Atoi(text)
	}
	return host, port, err
}

func (s *embedded) start(t testing.TB) {
	t.Helper()
	options := s.options
	var err error
	if s.Server, err = server.NewServer(&options); err != nil {
		t.Fatal(err)
	}
	s.Server.Start()
	if !s.ReadyForConnections(patience) {
		t.Fatal("nats-server does not start")
	}
}

func (s *embedded) stop(testing.TB) {
	s.Shutdown()
	s.WaitForShutdown()
}

// save copies what the server has, which comes back by restore.
func (s *embedded) save(t testing.TB) (restore func(testing.TB)) {
	t.Helper()
	s.stop(t)
	defer s.start(t)
	copied := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(copied, os.DirFS(s.options.StoreDir)); err != nil {
		t.Fatal(err)
	}
	return func(t testing.TB) {
		t.Helper()
		s.wipe(t)
		if err := os.CopyFS(s.options.StoreDir, os.DirFS(copied)); err != nil {
			t.Fatal(err)
		}
	}
}

// wipe removes all that the server has, which has been stopped.
func (s *embedded) wipe(t testing.TB) {
	t.Helper()
	if err := os.RemoveAll(s.options.StoreDir); err != nil {
		t.Fatal(err)
	}
}

// connect returns a connection as programs have it that stay with NATS, whatever comes. It ends with the test. It is
// quick to notice that a server stands still.
func connect(t testing.TB, urls string, more ...nats.Option) *nats.Conn {
	t.Helper()
	conn, err := nats.Connect(urls, append([]nats.Option{
		nats.MaxReconnects(-1),
		nats.ReconnectWait(20 * time.Millisecond),
		nats.ReconnectJitter(10*time.Millisecond, 0),
		nats.PingInterval(500 * time.Millisecond),
		nats.MaxPingsOutstanding(2),
		nats.Timeout(time.Second),
		nats.DontRandomize(),
		nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}), // or they are printed
	}, more...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	return conn
}
