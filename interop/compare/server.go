package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"

	"github.com/seed372fb791/rfc6455/interop/compare/load"
	"github.com/seed372fb791/rfc6455/interop/compare/peers"
	"github.com/seed372fb791/rfc6455/websocket"
)

// setup says which server of a peer is wanted.
type setup struct {
	broadcast   bool // rather than an echo
	compression websocket.Compression
}

// serve is the child's side: a server of a peer, until standard input ends. It
// says first where it listens.
func serve(name, addr string, s setup, stdout io.Writer) error {
	p, ok := peers.Find(name)
	if !ok {
		return fmt.Errorf("there is no peer %q", name)
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	fmt.Fprintln(stdout, l.Addr())
	ended := make(chan error, 2)
	go func() {
		if s.broadcast {
			ended <- p.Broadcast(l)
		} else {
			ended <- p.Serve(l, s.compression)
		}
	}()
	go func() {
		io.Copy(io.Discard, os.Stdin) // ends with the parent, however that ends
		ended <- nil
	}()
	return <-ended
}

// server is the parent's side.
type server struct {
	cmd   *exec.Cmd
	stdin io.Closer
	addr  string
	pid   int
}

// startServer runs this program again as a server of p.
func startServer(p peers.Peer, as setup) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, "-serve", p.Name, fmt.Sprint("-broadcast=", as.broadcast),
		fmt.Sprint("-mode=", as.compression.Mode), fmt.Sprint("-bits=", as.compression.WindowBits))
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	var said strings.Builder
	cmd.Stderr = &said
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := load.OnServerCPU(cmd.Start); err != nil {
		return nil, err
	}
	s := &server{cmd: cmd, stdin: stdin, pid: cmd.Process.Pid}
	addr, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		s.stop()
		return nil, fmt.Errorf("server of %s: %w: %s", p.Name, err, said.String())
	}
	s.addr = strings.TrimSpace(addr)
	return s, nil
}

// stop ends the process and waits until it has ended.
func (s *server) stop() {
	s.stdin.Close()
	s.cmd.Process.Kill()
	s.cmd.Wait()
}

// withServer runs f with a fresh server of p.
func withServer(p peers.Peer, as setup, f func(*server) error) error {
	s, err := startServer(p, as)
	if err != nil {
		return err
	}
	defer s.stop()
	if err := f(s); err != nil {
		return fmt.Errorf("%s: %w", p.Name, err)
	}
	return nil
}
