package main

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// startProxy starts ws proxy on a free port and returns "host:port".
func startProxy(t testing.TB, flags ...string) (*process, string) {
	t.Helper()
	p := start(t, append([]string{"proxy", "-listen", "127.0.0.1:0"}, flags...)...)
	p.stdout.wait(t, " leads to ")
	address, _, _ := strings.Cut(p.stdout.String(), "/ ")
	_, address, _ = strings.Cut(address, "://")
	return p, address
}

func TestProxyShows(t *testing.T) {
	_, server := serve(t, "-compress")
	record := filepath.Join(t.TempDir(), "record")
	p, address := startProxy(t, "-to", "ws://"+server, "-record", record)
	connect(t, "hello hello hello\n", "-compress", "-compress-threshold", "0", "ws://"+address+"/x").wantStatus(0)
	p.stdout.wait(t, `1 > text (compressed) "hello hello hello"`)
	p.stdout.wait(t, "1 > end")
	p.signals <- os.Interrupt
	p.wantStatus(0)
	if text, err := os.ReadFile(record); err != nil || !regexp.MustCompile(`(?m)^\d+\.\d{6} 1 > c1 .* \| text \(compressed\) "hello hello hello"`).Match(text) {
		t.Errorf("%v, recorded:\n%.3000s", err, text)
	}
}

// TLS on both ways: each certificate is judged by who is shown it.
func TestProxyTLS(t *testing.T) {
	_, cert, key := identity(t)
	_, server := serve(t, "-tls-cert", cert, "-tls-key", key)
	_, address := startProxy(t, "-to", "wss://"+server, "-cacert", cert, "-tls-self-signed")
	connect(t, "secret\n", "-insecure", "wss://"+address).want(0, "secret\n", "")
	p, address := startProxy(t, "-to", "wss://"+server)
	connect(t, "secret\n", "ws://"+address).wantStatus(exitFailed)
	p.stdout.wait(t, "> proxy: cannot reach wss://"+server+": TLS: tls: failed to verify certificate")
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
		start(t, append([]string{"proxy", "-to", "ws://127.0.0.1:1"}, strings.Fields(args)...)...).want(exitFailed, "", want)
	}
}

// A second signal ends what the first one cannot: nobody reads the lines.
func TestProxySecondSignal(t *testing.T) {
	r, w := io.Pipe()
	ended := make(chan int)
	signals := make(chan os.Signal, 2)
	_, server := serve(t)
	go func() {
		ended <- run([]string{"proxy", "-listen", "127.0.0.1:0", "-to", "ws://" + server}, environment{stdout: w, stderr: io.Discard, signals: signals})
	}()
	line := make([]byte, 100)
	n, err := r.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	_, address, _ := strings.Cut(string(line[:n]), "://")
	address, _, _ = strings.Cut(address, "/")
	connect(t, "hello\n", "ws://"+address).want(0, "hello\n", "")
	signals <- os.Interrupt
	signals <- syscall.SIGTERM
	if status := <-ended; status != exitTerminated {
		t.Errorf("exit status %d", status)
	}
	r.Close()
}
