package demo

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/interop/internal/programs"
)

// patience bounds everything that a test waits for.
const patience = 10 * time.Minute

// built is the folder of what is built for the tests.
var built string

// program builds ws, once for all tests.
var program = sync.OnceValues(func() (string, error) { return programs.WS("../../cmd/ws", built) })

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "ws-demo-")
	if err != nil {
		log.Fatal(err)
	}
	built = folder
	code := m.Run()
	stopBrowser()
	os.RemoveAll(folder)
	os.Exit(code)
}

// site is ws demo as a process.
type site struct {
	addr  string
	flags []string
	cmd   *exec.Cmd
}

// startSite starts ws demo on a free port, until the test ends at the latest.
func startSite(t *testing.T, flags ...string) *site {
	s := &site{addr: "127.0.0.1:0", flags: flags}
	s.start(t)
	t.Cleanup(func() {
		s.cmd.Process.Kill()
		s.cmd.Wait()
	})
	return s
}

// start starts ws demo, again on the port that it had before.
func (s *site) start(t *testing.T) {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	s.cmd = exec.Command(path, append([]string{"demo", "-addr", s.addr}, s.flags...)...)
	s.cmd.Stderr = t.Output()
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	s.addr = strings.TrimSuffix(strings.TrimPrefix(line, "open http://"), "/\n")
}

// url returns the address of a path.
func (s *site) url(path string) string { return "http://" + s.addr + path }

// socket returns the address of a path for WebSocket.
func (s *site) socket(path string) string { return "ws://" + s.addr + path }

// stop ends ws demo as Ctrl-C does, and returns the exit status: 1 if a connection had to be cut, because it did not
// end in a second.
func (s *site) stop(t *testing.T) (status int) {
	t.Helper()
	s.interrupt(t)
	s.wait()
	if status = s.cmd.ProcessState.ExitCode(); status < 0 {
		t.Errorf("does not end: %v", s.cmd.ProcessState)
	}
	return status
}

func (s *site) interrupt(t *testing.T) {
	t.Helper()
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
}

// wait waits for the end.
func (s *site) wait() {
	late := time.AfterFunc(patience, func() { s.cmd.Process.Kill() })
	defer late.Stop()
	s.cmd.Wait()
}

// deaf connects to a path, sends messages, and never reads.
func (s *site) deaf(t *testing.T, path string, messages ...string) {
	t.Helper()
	nc, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	nc.(*net.TCPConn).SetReadBuffer(4 << 10)
	fmt.Fprintf(nc, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", path, s.addr)
	for _, m := range messages {
		if len(m) > 125 {
			t.Fatal("a longer message needs another header")
		}
		io.WriteString(nc, "\x81"+string([]byte{0x80 | byte(len(m)), 0, 0, 0, 0})+m) // masked with zeros
	}
}
