package server_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/server"
)

func TestServeWithoutHandle(t *testing.T) {
	l := listen(t)
	if err := new(server.Server).Serve(l); err == nil || errors.Is(err, server.ErrServerClosed) {
		t.Errorf("Serve returned %v", err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the listener is not closed: %v", err)
	}
}

func TestServeAfterShutdown(t *testing.T) {
	s := server.Handler(echo, nil)
	s.Shutdown(t.Context())
	l := listen(t)
	if err := s.Serve(l); err != server.ErrServerClosed {
		t.Errorf("Serve returned %v", err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the listener is not closed: %v", err)
	}
}

// errorListener is a listener that fails first.
type errorListener struct {
	*pipeListener
	mu   sync.Mutex
	errs []error
	at   []time.Duration // of the calls of Accept
	born time.Time
}

func (l *errorListener) Accept() (net.Conn, error) {
	l.mu.Lock()
	l.at = append(l.at, time.Since(l.born))
	if len(l.errs) > 0 {
		defer l.mu.Unlock()
		err := l.errs[0]
		l.errs = l.errs[1:]
		return nil, err
	}
	l.mu.Unlock()
	return l.pipeListener.Accept()
}

type temporaryError struct{}

func (temporaryError) Error() string   { return "too many open files" }
func (temporaryError) Temporary() bool { return true }

// Serve waits out a lack of file descriptors, longer and longer, and goes on.
func TestTemporaryErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &errorListener{pipeListener: newPipeListener(), born: time.Now()}
		for range 9 {
			l.errs = append(l.errs, &net.OpError{Op: "accept", Err: temporaryError{}})
		}
		reported := 0
		s := server.Handler(echo, nil)
		s.OnError = func(_ *http.Request, err error) {
			if errors.Is(err, temporaryError{}) {
				reported++
			}
		}
		go s.Serve(l)
		p := l.dial(t)
		go p.say(request())
		wantStatus(t, p, 101)
		p.Close()
		s.Close()
		synctest.Wait()
		want := []time.Duration{0, 5, 15, 35, 75, 155, 315, 635, 1275, 2275}
		for i := range want {
			want[i] *= time.Millisecond
		}
		if !slices.Equal(l.at[:len(want)], want) || reported != 9 {
			t.Errorf("Accept was called at %v, want %v; %d errors reported", l.at, want, reported)
		}
	})
}

func TestShutdownDuringPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &errorListener{pipeListener: newPipeListener(), errs: slices.Repeat([]error{temporaryError{}}, 1000)}
		s := server.Handler(echo, nil)
		served := make(chan error)
		go func() { served <- s.Serve(l) }()
		time.Sleep(10500 * time.Millisecond)
		begin := time.Now()
		s.Shutdown(t.Context())
		if err := <-served; err != server.ErrServerClosed || time.Since(begin) > 0 {
			t.Errorf("Serve returned %v after %v", err, time.Since(begin))
		}
	})
}

func TestListenerFails(t *testing.T) {
	broken := errors.New("broken")
	l := &errorListener{pipeListener: newPipeListener(), errs: []error{broken}}
	if err := server.Handler(echo, nil).Serve(l); err != broken {
		t.Errorf("Serve returned %v", err)
	}
	select {
	case <-l.closed:
	default:
		t.Error("the listener is not closed")
	}
}

// A client whose TLS handshake cannot succeed is cut.
//
//rfc:6455-4.2.2-1
func TestTLSFailure(t *testing.T) {
	s := server.Handler(echo, nil)
	errs := make(chan error, 1)
	s.OnError = func(_ *http.Request, err error) { errs <- err }
	a := way{tls: true}.start(t, s)
	for name, config := range map[string]*tls.Config{
		"old version":     {MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10, InsecureSkipVerify: true},
		"HTTP/2 only":     {NextProtos: []string{"h2"}, InsecureSkipVerify: true},
		"not trusting us": {ServerName: "other.example.com"},
	} {
		nc, err := tls.Dial("tcp", a.String(), config)
		if err == nil {
			nc.Close()
			t.Errorf("%s: TLS is established", name)
		}
		if err := <-errs; err == nil {
			t.Errorf("%s: nothing reported", name)
		}
	}
	p := address{a.Addr, false}.dial(t)
	p.say(request())
	p.wantCut()
	<-errs
}

func TestALPN(t *testing.T) {
	a := way{tls: true}.start(t, server.Handler(echo, nil))
	nc, err := tls.Dial("tcp", a.String(), &tls.Config{NextProtos: []string{"h2", "http/1.1"}, InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if got := nc.ConnectionState().NegotiatedProtocol; got != "http/1.1" {
		t.Errorf("negotiated %q", got)
	}
	p := newPeer(t, nc)
	p.say(request())
	wantStatus(t, p, 101)
}

func TestServeTLSFiles(t *testing.T) {
	cert := certificate()
	key, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile := filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	os.WriteFile(certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]}), 0o600)
	os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), 0o600)

	s := server.Handler(echo, nil)
	l := listen(t)
	served := make(chan error)
	go func() { served <- s.ServeTLS(l, certFile, keyFile) }()
	p := address{l.Addr(), true}.connect(t)
	p.say(frame(protocol.OpText, "Hello"))
	p.wantFrame(protocol.OpText, "Hello")
	s.Close()
	if err := <-served; err != server.ErrServerClosed {
		t.Errorf("ServeTLS returned %v", err)
	}
	if s.TLSConfig != nil {
		t.Error("ServeTLS has set TLSConfig")
	}
}

func TestServeTLSWithoutCertificate(t *testing.T) {
	l := listen(t)
	if err := server.Handler(echo, nil).ServeTLS(l, "missing.pem", "missing.pem"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("ServeTLS returned %v", err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the listener is not closed: %v", err)
	}
}

// The opening handshake's deadline covers TLS: a peer that says nothing is cut.
func TestTLSTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := server.Handler(echo, nil)
		l := newPipeListener()
		s.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate()}}
		go s.ServeTLS(l, "", "")
		defer s.Close()
		p := l.dial(t)
		begin := time.Now()
		if _, err := p.Read(make([]byte, 1)); err != io.EOF {
			t.Error(err)
		}
		if took := time.Since(begin); took != 10*time.Second {
			t.Errorf("took %v", took)
		}
	})
}
