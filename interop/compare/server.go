package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"

	"github.com/seed372fb791/rfc6455/interop/compare/load"
	"github.com/seed372fb791/rfc6455/interop/compare/peers"
	"github.com/seed372fb791/rfc6455/interop/internal/child"
	"github.com/seed372fb791/rfc6455/websocket"
)

// setup says which server of a peer is wanted.
type setup struct {
	broadcast   bool // rather than an echo
	compression websocket.Compression
}

// serve is the child's side: a server of a peer.
func serve(name, addr string, s setup, stdout io.Writer) error {
	p, ok := peers.Find(name)
	if !ok {
		return fmt.Errorf("there is no peer %q", name)
	}
	return child.Serve(addr, stdout, func(l net.Listener) error {
		if s.broadcast {
			return p.Broadcast(l)
		}
		return p.Serve(l, s.compression)
	})
}

// startServer runs this program again as a server of p.
func startServer(p peers.Peer, as setup) (*child.Server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, "-serve", p.Name, fmt.Sprint("-broadcast=", as.broadcast),
		fmt.Sprint("-mode=", as.compression.Mode), fmt.Sprint("-bits=", as.compression.WindowBits))
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	return child.Start(cmd, func() error { return load.OnServerCPU(cmd.Start) })
}

// withServer runs f with a fresh server of p.
func withServer(p peers.Peer, as setup, f func(*child.Server) error) error {
	s, err := startServer(p, as)
	if err != nil {
		return err
	}
	defer s.Stop()
	if err := f(s); err != nil {
		return fmt.Errorf("%s: %w", p.Name, err)
	}
	return nil
}
