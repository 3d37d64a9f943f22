package server_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/server"
)

// way is a way into a Server over real sockets.
type way struct {
	name    string
	netHTTP bool
	tls     bool
}

var ways = []way{
	{"net/http", true, false},
	{"net/http with TLS", true, true},
	{"raw", false, false},
	{"raw with TLS", false, true},
}

// everyWay runs test for each way in.
func everyWay(t *testing.T, test func(t *testing.T, w way)) {
	for _, w := range ways {
		t.Run(w.name, func(t *testing.T) { test(t, w) })
	}
}

// address is where a Server can be reached.
type address struct {
	net.Addr
	tls bool
}

// start serves s until the test ends.
func (w way) start(t testing.TB, s *server.Server) address {
	t.Helper()
	return w.startOn(t, s, listen(t))
}

func (w way) startOn(t testing.TB, s *server.Server, l net.Listener) address {
	if w.tls {
		s.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate()}}
	}
	if w.netHTTP {
		w.serveHTTP(t, &http.Server{Handler: s, ErrorLog: log.New(io.Discard, "", 0)}, l)
		t.Cleanup(func() { s.Close() })
		return address{l.Addr(), w.tls}
	}
	served := make(chan error, 1)
	go func() {
		if w.tls {
			served <- s.ServeTLS(l, "", "")
		} else {
			served <- s.Serve(l)
		}
	}()
	t.Cleanup(func() {
		s.Close()
		if err := <-served; err != server.ErrServerClosed {
			t.Errorf("Serve returned %v", err)
		}
	})
	return address{l.Addr(), w.tls}
}

// serveHTTP runs an http.Server until the test ends.
func (w way) serveHTTP(t testing.TB, hs *http.Server, l net.Listener) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if w.tls {
			hs.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate()}}
			hs.ServeTLS(l, "", "")
		} else {
			hs.Serve(l)
		}
	}()
	t.Cleanup(func() {
		hs.Close()
		<-done
	})
}

func listen(t testing.TB) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// certificate makes a self-signed certificate, once.
var certificate = sync.OnceValue(func() tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotAfter:     time.Now().Add(time.Hour),
		DNSNames:     []string{"server.example.com"},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
})
