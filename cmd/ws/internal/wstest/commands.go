package wstest

import (
	"io"
	"os"
	"strings"
	"testing"
)

// LongLine is over the threshold for compression.
var LongLine = strings.Repeat("to be compressed ", 20)

// Demo starts ws demo on a free port and returns "host:port".
func (ws Tool) Demo(t testing.TB, flags ...string) (*Process, string) {
	t.Helper()
	p := ws.Start(t, append([]string{"demo", "-addr", "127.0.0.1:0"}, flags...)...)
	p.Stdout.Wait(t, "/\n")
	return p, strings.TrimSuffix(strings.TrimPrefix(p.Stdout.String(), "open http://"), "/\n")
}

// Serve starts ws serve on a free port and returns "host:port".
func (ws Tool) Serve(t testing.TB, flags ...string) (*Process, string) {
	t.Helper()
	p := ws.Start(t, append([]string{"serve", "-addr", "127.0.0.1:0"}, flags...)...)
	p.Stdout.Wait(t, "\n")
	_, rest, _ := strings.Cut(p.Stdout.String(), "://")
	address, _, _ := strings.Cut(rest, "/")
	return p, address
}

// Connect runs ws connect with stdin and returns when it has ended.
func (ws Tool) Connect(t testing.TB, stdin string, args ...string) *Process {
	t.Helper()
	p := ws.Start(t, append([]string{"connect"}, args...)...)
	io.WriteString(p.Stdin, stdin) // not all of it if the connection ends early
	p.Stdin.Close()
	return p
}

// Proxy starts ws proxy on a free port and returns "host:port".
func (ws Tool) Proxy(t testing.TB, flags ...string) (*Process, string) {
	t.Helper()
	p := ws.Start(t, append([]string{"proxy", "-listen", "127.0.0.1:0"}, flags...)...)
	p.Stdout.Wait(t, " leads to ")
	address, _, _ := strings.Cut(p.Stdout.String(), "/ ")
	_, address, _ = strings.Cut(address, "://")
	return p, address
}

// Record has a client say hello to a server, and writes that to a file.
func (ws Tool) Record(t testing.TB, file, server string) {
	t.Helper()
	p, address := ws.Proxy(t, "-to", "ws://"+server, "-record", file)
	ws.Connect(t, "hello\n", "ws://"+address).Want(0, "hello\n", "")
	p.Stdout.Wait(t, "1 > end")
	p.Signals <- os.Interrupt
	p.WantStatus(0)
}
