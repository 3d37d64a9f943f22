package proxy_test

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/connect"
	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
	"github.com/seed372fb791/rfc6455/cmd/ws/proxy"
	"github.com/seed372fb791/rfc6455/cmd/ws/serve"
)

// ws has the commands that the tests run.
var ws = wstest.New(proxy.Command, connect.Command, serve.Command)

func TestProxyShows(t *testing.T) {
	_, server := ws.Serve(t, "-compress")
	record := filepath.Join(t.TempDir(), "record")
	p, address := ws.Proxy(t, "-to", "ws://"+server, "-record", record)
	ws.Connect(t, "hello hello hello\n", "-compress", "-compress-threshold", "0", "ws://"+address+"/x").WantStatus(0)
	p.Stdout.Wait(t, `1 > text (compressed) "hello hello hello"`)
	p.Stdout.Wait(t, "1 > end")
	p.Signals <- os.Interrupt
	p.WantStatus(0)
	if text, err := os.ReadFile(record); err != nil || !regexp.MustCompile(`(?m)^\d+\.\d{6} 1 > c1 .* \| text \(compressed\) "hello hello hello"`).Match(text) {
		t.Errorf("%v, recorded:\n%.3000s", err, text)
	}
}

// TLS on both ways: each certificate is judged by who is shown it.
func TestProxyTLS(t *testing.T) {
	_, cert, key := wstest.Identity(t)
	_, server := ws.Serve(t, "-tls-cert", cert, "-tls-key", key)
	_, address := ws.Proxy(t, "-to", "wss://"+server, "-cacert", cert, "-tls-self-signed")
	ws.Connect(t, "secret\n", "-insecure", "wss://"+address).Want(0, "secret\n", "")
	p, address := ws.Proxy(t, "-to", "wss://"+server)
	ws.Connect(t, "secret\n", "ws://"+address).WantStatus(command.ExitFailed)
	p.Stdout.Wait(t, "> proxy: cannot reach wss://"+server+": TLS: tls: failed to verify certificate")
}

func TestProxyCannotRun(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	taken, nowhere := l.Addr().String(), filepath.Join(t.TempDir(), "no", "file")
	for args, want := range map[string]string{
		"-listen " + taken:                          "ws: " + taken + " is in use already: choose another port with -listen, or a free one with -listen 127.0.0.1:0\n",
		"-listen 127.0.0.1:0 -record " + nowhere:    "ws: open " + nowhere + ": no such file or directory\n",
		"-listen 127.0.0.1:0 -mermaid " + nowhere:   "ws: open " + nowhere + ": no such file or directory\n",
		"-listen 127.0.0.1:0 -cacert " + nowhere:    "ws: open " + nowhere + ": no such file or directory\n",
		"-listen 127.0.0.1:0 -cacert " + os.DevNull: "ws: there is no certificate in " + os.DevNull + "\n",
	} {
		ws.Start(t, append([]string{"proxy", "-to", "ws://127.0.0.1:1"}, strings.Fields(args)...)...).Want(command.ExitFailed, "", want)
	}
}

// A second signal ends what the first one cannot: nobody reads the lines.
func TestProxySecondSignal(t *testing.T) {
	r, w := io.Pipe()
	ended := make(chan int)
	signals := make(chan os.Signal, 2)
	_, server := ws.Serve(t)
	go func() {
		ended <- ws.Run([]string{"proxy", "-listen", "127.0.0.1:0", "-to", "ws://" + server}, command.Environment{Stdout: w, Stderr: io.Discard, Signals: signals})
	}()
	line := make([]byte, 100)
	n, err := r.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	_, address, _ := strings.Cut(string(line[:n]), "://")
	address, _, _ = strings.Cut(address, "/")
	ws.Connect(t, "hello\n", "ws://"+address).Want(0, "hello\n", "")
	signals <- os.Interrupt
	signals <- syscall.SIGTERM
	if status := <-ended; status != command.ExitTerminated {
		t.Errorf("exit status %d", status)
	}
	r.Close()
}
