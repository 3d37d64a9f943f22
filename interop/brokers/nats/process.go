package nats

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/seed372fb791/rfc6455/interop/internal/child"
	"github.com/seed372fb791/rfc6455/interop/internal/programs"
)

// member is what a server's process is told, in the environment variable NATS_MEMBER.
type member struct {
	Addr, Cluster string // where it listens for clients and for the others
	Folder        string
	Others        string // their URLs, with commas between
}

// process is a server that runs, and may be killed and started again.
type process struct {
	member
	server *child.Server
}

// newProcess returns a server that does not run yet. Its streams are kept in files.
func newProcess(t testing.TB) *process {
	t.Helper()
	p := &process{member: member{Addr: programs.Port(t), Cluster: programs.Port(t), Folder: t.TempDir()}}
	t.Cleanup(p.kill)
	return p
}

// start starts it, and returns when it listens.
func (p *process) start(t testing.TB) {
	t.Helper()
	text, err := json.Marshal(p.member)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "NATS_MEMBER="+string(text))
	if p.server, err = child.Start(cmd, cmd.Start); err != nil {
		t.Fatal(err)
	}
}

// kill ends it at once.
func (p *process) kill() { p.server.Stop() }

// signal sends it a signal.
func (p *process) signal(t testing.TB, s syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(p.server.PID, s); err != nil {
		t.Fatal(err)
	}
}

func (p *process) pause(t testing.TB)  { t.Helper(); p.signal(t, syscall.SIGSTOP) }
func (p *process) resume(t testing.TB) { t.Helper(); p.signal(t, syscall.SIGCONT) }

// serve is the server's process. It ends with its standard input.
func (m member) serve() error {
	host, port, err := split(m.Addr)
	if err != nil {
		return err
	}
	o := options(host, port, m.Folder)
	if o.Cluster.Host, o.Cluster.Port, err = split(m.Cluster); err != nil {
		return err
	}
	o.Cluster.Name = "test"
	o.Routes = server.RoutesFromStr(m.Others)
	s, err := server.NewServer(&o)
	if err != nil {
		return err
	}
	s.Start()
	if !s.ReadyForConnections(patience) {
		return fmt.Errorf("nats-server does not listen")
	}
	fmt.Println(s.Addr())
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}
