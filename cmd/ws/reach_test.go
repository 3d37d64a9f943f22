package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// identity makes a certificate, and the files that hold it and its key.
func identity(t *testing.T) (certificate tls.Certificate, file, key string) {
	t.Helper()
	certificate, err := selfSigned("")
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(certificate.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	file = pemFile(t, "CERTIFICATE", certificate.Certificate[0])
	return certificate, file, pemFile(t, "PRIVATE KEY", der)
}

func pemFile(t *testing.T, kind string, data []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "a.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: data}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// listenOn is listen on a listener of the test's own.
func listenOn(t *testing.T, l net.Listener, serve func(*server.Server) error) {
	s := &server.Server{Handle: func(_ context.Context, c *websocket.Conn) error { return echo(c) }}
	go serve(s)
	t.Cleanup(func() { s.Close() })
}

// A server that wants a client certificate, with one that nobody knows.
func TestConnectTLS(t *testing.T) {
	certificate, ca, _ := identity(t)
	client, clientFile, clientKey := identity(t)
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

	connect(t, "hello\n", "-cacert", ca, "-cert", clientFile, "-key", clientKey, url).want(0, "hello\n", "")
	connect(t, "hello\n", "-insecure", "-cert", clientFile, "-key", clientKey, url).want(0, "hello\n", "")
	for stderr, args := range map[string][]string{
		"tls: failed to verify certificate": {"-cert", clientFile, "-key", clientKey, url},
		"tls: ":                             {"-cacert", ca, url},
		"no such file":                      {"-cacert", ca + "x", url},
		"there is no certificate in":        {"-cacert", clientKey, url},
		"failed to find any PEM data":       {"-cacert", ca, "-cert", os.DevNull, "-key", clientKey, url},
	} {
		p := connect(t, "", args...)
		if status := <-p.ended; status != exitFailed || !strings.Contains(p.stderr.String(), stderr) || strings.Count(p.stderr.String(), "\n") != 1 {
			t.Errorf("%s: exit status %d, %s", stderr, status, p.stderr)
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
	connect(t, "hello\n", "-unix", path, "ws://anything.test/").want(0, "hello\n", "")
	p := connect(t, "", "-unix", path+"x", "ws://anything.test/")
	if status := <-p.ended; status != exitFailed || !strings.Contains(p.stderr.String(), path+"x") {
		t.Errorf("exit status %d, %s", status, p.stderr)
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
	_, address := serve(t)
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
			connect(t, "hello\n", "-proxy", scheme+"://bob:x@"+proxy, "ws://server.test/").want(0, "hello\n", "")
			if got := <-asked; got != "bob:x@server.test:80" {
				t.Errorf("asked for %q", got)
			}
		})
	}
}
