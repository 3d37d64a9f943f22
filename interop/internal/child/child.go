// Package child starts servers as processes of their own. One says on a line of
// its standard output where it listens, and ends with its standard input.
//
//	child.go    both sides
//	conform.go  such a server under the conformance suite
package child

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
)

// Serve is the child's side: it serves on addr until standard input ends.
func Serve(addr string, stdout io.Writer, serve func(net.Listener) error) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	fmt.Fprintln(stdout, l.Addr())
	ended := make(chan error, 2)
	go func() { ended <- serve(l) }()
	go func() {
		io.Copy(io.Discard, os.Stdin) // ends with the parent, however that ends
		ended <- nil
	}()
	return <-ended
}

// Server is the parent's side.
type Server struct {
	Addr string
	PID  int

	cmd   *exec.Cmd
	stdin io.Closer
}

// Start calls start, which is cmd.Start or calls that, and waits until the
// server listens.
func Start(cmd *exec.Cmd, start func() error) (*Server, error) {
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
	if err := start(); err != nil {
		return nil, err
	}
	s := &Server{PID: cmd.Process.Pid, cmd: cmd, stdin: stdin}
	addr, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		s.Stop()
		return nil, fmt.Errorf("%s: %w: %s", cmd.Path, err, said.String())
	}
	s.Addr = strings.TrimSpace(addr)
	return s, nil
}

// Stop ends the process and waits until it has ended. A nil Server has none.
func (s *Server) Stop() {
	if s == nil {
		return
	}
	s.stdin.Close()
	s.cmd.Process.Kill()
	s.cmd.Wait()
}
