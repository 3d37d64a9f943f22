package server

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"time"
)

// ErrServerClosed is what Serve and ServeTLS return after Shutdown or Close. It is net/http's.
var ErrServerClosed = http.ErrServerClosed

// Serve accepts connections on l and runs s.Handle for each, without net/http. If they are of type *tls.Conn
// their TLS handshake belongs to the opening handshake. Those of a listener that wraps its sockets, for PROXY lines
// say, take more memory unless they show the socket by a method Socket, see [websocket.NewConn]; to bound the number
// of connections needs no such listener, see Server.MaxConns. It always returns an error and closes l: after
// Shutdown or Close the error is ErrServerClosed, otherwise that of l or one about s.
//
//rfc:6455-4.2.2-1 6455-4.2.2-2
func (s *Server) Serve(l net.Listener) error {
	defer l.Close()
	if err := s.check(); err != nil {
		return err
	}
	if !s.tracker.listen(l) {
		return ErrServerClosed
	}
	defer s.tracker.unlisten(l)
	return s.acceptAll(l)
}

// ServeTLS is Serve for wss: it completes a TLS handshake on each connection first. The certificate comes from
// s.TLSConfig, or if the names are not empty from these PEM files, the chain after the certificate.
func (s *Server) ServeTLS(l net.Listener, certFile, keyFile string) error {
	config := s.TLSConfig.Clone()
	if config == nil {
		config = new(tls.Config)
	}
	config.NextProtos = []string{"http/1.1"}
	if config.MinVersion == 0 {
		config.MinVersion = tls.VersionTLS12
	}
	if certFile != "" || keyFile != "" {
		certificate, err := tls.LoadX509KeyPair(certFile, keyFile)
		if err != nil {
			l.Close()
			return err
		}
		config.Certificates = []tls.Certificate{certificate}
	}
	return s.Serve(tls.NewListener(l, config))
}

// acceptAll accepts connections until the server stops or l fails.
func (s *Server) acceptAll(l net.Listener) error {
	openers := newOpeners()
	defer openers.end()
	var pause time.Duration
	for {
		nc, err := l.Accept()
		switch {
		case err == nil:
			pause = 0
			h := s.newOpening(nc)
			switch s.tracker.open(h) {
			case nil:
				openers.conduct(h)
			case errMaxHandshakes:
				closeTransport(nc)
			default:
				nc.Close()
				return ErrServerClosed
			}
		case s.tracker.isStopping():
			return ErrServerClosed
		case !isTemporary(err):
			return err
		default:
			s.complain(nil, err)
			pause = min(max(2*pause, 5*time.Millisecond), time.Second)
			s.tracker.sleep(pause)
		}
	}
}

// isTemporary reports whether Accept may succeed later, for instance when there are file descriptors again.
// net.Error's Temporary is deprecated because its meaning is vague; of Accept it is meant here.
func isTemporary(err error) bool {
	var t interface{ Temporary() bool }
	return errors.As(err, &t) && t.Temporary()
}

// listen notes a listener for stopping. It reports false if the server is stopping.
func (t *tracker) listen(l net.Listener) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.phase != serving {
		return false
	}
	if t.listeners == nil {
		t.listeners = make(map[net.Listener]struct{})
		t.stop = make(chan struct{})
	}
	t.listeners[l] = struct{}{}
	return true
}

func (t *tracker) unlisten(l net.Listener) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.listeners, l)
}

func (t *tracker) isStopping() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.phase != serving
}

// sleep waits for d or until the server stops.
func (t *tracker) sleep(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-t.stop:
	}
}
