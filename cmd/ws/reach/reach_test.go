package reach_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
	"github.com/seed372fb791/rfc6455/cmd/ws/serve"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// listenOn is listen on a listener of the test's own.
func listenOn(t *testing.T, l net.Listener, run func(*server.Server) error) {
	s := &server.Server{Handle: func(_ context.Context, c *websocket.Conn) error { return serve.Echo(c) }}
	go run(s)
	t.Cleanup(func() { s.Close() })
}

// A server that wants a client certificate, with one that nobody knows.
func TestConnectTLS(t *testing.T) {
	certificate, ca, _ := wstest.Identity(t)
	client, clientFile, clientKey := wstest.Identity(t)
	leaf, err := x509.ParseCertificate(client.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l = tls.NewListener(l, &tls.Config{
		Certificates: []tls.Certificate{certificate}, ClientAuth: tls.RequireAnyClientCert,
		VerifyPeerCertificate: func(raw [][]byte, _ [][]*x509.Certificate) error {
			if string(raw[0]) != string(leaf.Raw) {
				return io.ErrUnexpectedEOF
			}
			return nil
		},
	})
	listenOn(t, l, func(s *server.Server) error { return s.Serve(l) })
	url := "wss://" + l.Addr().String() + "/"

	ws.Connect(t, "hello\n", "-cacert", ca, "-cert", clientFile, "-key", clientKey, url).Want(0, "hello\n", "")
	ws.Connect(t, "hello\n", "-insecure", "-cert", clientFile, "-key", clientKey, url).Want(0, "hello\n", "")
	for stderr, args := range map[string][]string{
		"tls: failed to verify certificate": {"-cert", clientFile, "-key", clientKey, url},
		"tls: ":                             {"-cacert", ca, url},
		"no such file":                      {"-cacert", ca + "x", url},
		"there is no certificate in":        {"-cacert", clientKey, url},
		"failed to find any PEM data":       {"-cacert", ca, "-cert", os.DevNull, "-key", clientKey, url},
	} {
		p := ws.Connect(t, "", args...)
		if status := <-p.Ended; status != command.ExitFailed || !strings.Contains(p.Stderr.String(), stderr) || strings.Count(p.Stderr.String(), "\n") != 1 {
			t.Errorf("%s: exit status %d, %s", stderr, status, p.Stderr)
		}
	}
}

func TestConnectUnixSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	listenOn(t, l, func(s *server.Server) error { return s.Serve(l) })
	ws.Connect(t, "hello\n", "-unix", path, "ws://anything.test/").Want(0, "hello\n", "")
	p := ws.Connect(t, "", "-unix", path+"x", "ws://anything.test/")
	if status := <-p.Ended; status != command.ExitFailed || !strings.Contains(p.Stderr.String(), path+"x") {
		t.Errorf("exit status %d, %s", status, p.Stderr)
	}
}

// proxyFor accepts a connection, has ask say where it is to lead to, and leads it
// to the server at address.
func proxyFor(t *testing.T, address string, ask func(net.Conn, *bufio.Reader) string) (proxy string, asked <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	targets := make(chan string, 1)
	go func() {
		nc, err := l.Accept()
		if err != nil {
			return
		}
		defer nc.Close()
		from := bufio.NewReader(nc)
		targets <- ask(nc, from)
		up, err := net.Dial("tcp", address)
		if err != nil {
			t.Error(err)
			return
		}
		go func() {
			io.Copy(up, from)
			up.Close()
		}()
		io.Copy(nc, up)
	}()
	return l.Addr().String(), targets
}

func TestConnectProxy(t *testing.T) {
	_, address := ws.Serve(t)
	for scheme, ask := range map[string]func(net.Conn, *bufio.Reader) string{
		"http": func(nc net.Conn, from *bufio.Reader) string {
			r, err := http.ReadRequest(from)
			if err != nil {
				return err.Error()
			}
			io.WriteString(nc, "HTTP/1.1 200 OK\r\n\r\n")
			user, password, _ := (&http.Request{Header: http.Header{"Authorization": r.Header["Proxy-Authorization"]}}).BasicAuth()
			return user + ":" + password + "@" + r.RequestURI
		},
		"socks5": func(nc net.Conn, from *bufio.Reader) string {
			// RFC 1928 and 1929: methods, user and password, the request; each with its answer.
			const methods, request = "\x05\x02\x00\x02", "\x05\x01\x00\x03\x0bserver.test\x00\x50"
			io.ReadFull(from, make([]byte, len(methods)))
			nc.Write([]byte{5, 2})
			login := make([]byte, len("\x01\x03bob\x01x"))
			io.ReadFull(from, login)
			nc.Write([]byte{1, 0})
			target := make([]byte, len(request))
			io.ReadFull(from, target)
			nc.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
			return string(login[2:5]) + ":" + string(login[6:]) + "@" + string(target[5:16]) + ":80"
		},
	} {
		t.Run(scheme, func(t *testing.T) {
			proxy, asked := proxyFor(t, address, ask)
			ws.Connect(t, "hello\n", "-proxy", scheme+"://bob:x@"+proxy, "ws://server.test/").Want(0, "hello\n", "")
			if got := <-asked; got != "bob:x@server.test:80" {
				t.Errorf("asked for %q", got)
			}
		})
	}
}
