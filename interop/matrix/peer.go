package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime/debug"
	"slices"
	"strconv"

	"github.com/seed372fb791/rfc6455/interop/compare/peers"
	"github.com/seed372fb791/rfc6455/interop/internal/child"
	"github.com/seed372fb791/rfc6455/interop/matrix/clients"
	"github.com/seed372fb791/rfc6455/websocket"
)

// A peer is a library with a server that sends messages back and a client that
// runs the cases of a suite.
type peer struct {
	name    string // a word
	title   string // of its row
	text    string // whether it checks that text is UTF-8
	deflate string // what it has of permessage-deflate
	version func() (string, error)
	// server is the command of package child.
	server func() (*exec.Cmd, error)
	// client is a command that runs the cases of the suite at a URL from the first
	// on, and prints each number before.
	client func(ctx context.Context, url string, first int) (*exec.Cmd, error)
}

// What is said about permessage-deflate.
const (
	everything   = "every parameter"
	noTakeover   = "without context takeover"
	noWindowBits = "no window bits"
)

// all are the peers in the order of the rows.
var all = []peer{
	goPeer("rfc6455", everything),
	goPeer("gorilla", noTakeover),
	goPeer("coder", noWindowBits),
	goPeer("gobwas", noTakeover+"; the compressor is the program's"),
	goPeer("gws", everything),
	goPeer("nbio", noTakeover),
	npmWS,
	pythonWebsockets,
}

// find returns the peer of that name.
func find(name string) (peer, bool) {
	i := slices.IndexFunc(all, func(p peer) bool { return p.name == name })
	if i < 0 {
		return peer{}, false
	}
	return all[i], true
}

// goPeer is a library that this program has in itself.
func goPeer(name, deflate string) peer {
	p, _ := peers.Find(name)
	return peer{
		name: name, title: p.Title, text: p.UTF8, deflate: deflate,
		version: func() (string, error) { return moduleVersion(p.Module) },
		server:  func() (*exec.Cmd, error) { return myself(context.Background(), "-serve", name) },
		client: func(ctx context.Context, url string, first int) (*exec.Cmd, error) {
			return myself(ctx, "-visit", name, "-url", url, "-first", strconv.Itoa(first))
		},
	}
}

func myself(ctx context.Context, args ...string) (*exec.Cmd, error) {
	self, err := os.Executable()
	return exec.CommandContext(ctx, self, args...), err
}

// moduleVersion returns the version of a module in this program, "this one" for
// ours.
func moduleVersion(path string) (string, error) {
	if path == "" {
		return "this one", nil
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == path {
				return m.Version, nil
			}
		}
	}
	return "", fmt.Errorf("this program does not tell its version of %s", path)
}

// maxBits is the largest window.
const maxBits = 15

// serveAs is the process of a server.
func serveAs(name string, stdout io.Writer) error {
	p, ok := peers.Find(name)
	if !ok {
		return fmt.Errorf("there is no server %q", name)
	}
	compression := websocket.Compression{Mode: websocket.ContextTakeover, WindowBits: maxBits, PeerWindowBits: maxBits}
	return child.Serve("127.0.0.1:0", stdout, func(l net.Listener) error { return p.Serve(l, compression) })
}

// visitAs is the process of a client.
func visitAs(ctx context.Context, name, url string, first int, stdout io.Writer) error {
	c, ok := clients.Find(name)
	if !ok {
		return fmt.Errorf("there is no client %q", name)
	}
	return c.Run(ctx, url, first, stdout)
}
