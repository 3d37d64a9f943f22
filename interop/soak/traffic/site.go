package traffic

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// site is a server with all its ways in.
type site struct {
	server   *server.Server
	http     *http.Server
	exact    hub.Hub // whoever misses a message is closed
	lossy    hub.Hub // who is behind misses some
	trusted  *x509.CertPool
	ways     []way
	serving  chan error // what the listeners ended with, one for each way
	patience time.Duration
	pause    time.Duration // of slow peers
	rest     time.Duration // of vandals
	tally    *Tally
	opened   func(*websocket.Conn)
}

// way is one of the ways in.
type way struct {
	name, addr string
	secure     bool
}

// url returns where path is found by this way.
func (w way) url(path string) string {
	if w.secure {
		return "wss://" + w.addr + path
	}
	return "ws://" + w.addr + path
}

// openSite starts a server.
func openSite(o Options, t *Tally) (*site, error) {
	certificate, trusted, err := selfSigned()
	if err != nil {
		return nil, err
	}
	s := &site{trusted: trusted, patience: o.Patience, pause: o.Pause, rest: o.Rest, tally: t,
		opened: o.Opened, serving: make(chan error, 4)}
	s.lossy.Full = hub.DropOldest
	s.server = server.Handler(s.serve, s.options())
	s.server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}}
	s.http = &http.Server{
		Handler:           s.server,
		ReadHeaderTimeout: s.patience,
		IdleTimeout:       s.patience,
		TLSConfig:         s.server.TLSConfig.Clone(), // net/http changes it
		ErrorLog:          log.New(io.Discard, "", 0), // of TLS handshakes that the vandals break off
	}
	for _, w := range []struct {
		name   string
		secure bool
		serve  func(net.Listener) error
	}{
		{"raw", false, s.server.Serve},
		{"raw with TLS", true, func(l net.Listener) error { return s.server.ServeTLS(l, "", "") }},
		{"net/http", false, s.http.Serve},
		{"net/http with TLS", true, func(l net.Listener) error { return s.http.ServeTLS(l, "", "") }},
	} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, errors.Join(err, s.end(context.Background()))
		}
		s.ways = append(s.ways, way{w.name, l.Addr().String(), w.secure})
		go func() { s.serving <- w.serve(l) }()
	}
	return s, nil
}

// maxFrames is what a second of the busiest visitor stays below by far.
const maxFrames = 2000

// options have short times, so that each of them runs out often.
func (s *site) options() *server.Options {
	return &server.Options{
		Conn: websocket.Options{
			MaxFrames:    maxFrames,
			Keepalive:    s.patience,
			WriteTimeout: s.patience,
			FrameTimeout: s.patience,
			CloseTimeout: s.patience,
		},
		Compression:      websocket.Compression{Mode: websocket.ContextTakeover},
		HandshakeTimeout: s.patience,
		OnError: func(_ *http.Request, err error) {
			var p *server.PanicError
			if errors.As(err, &p) {
				s.tally.fail("server: %v", p)
			}
		},
	}
}

// end shuts the server down, and reports what is not as it should be then.
func (s *site) end(ctx context.Context) error {
	err := errors.Join(s.server.Shutdown(ctx), s.http.Shutdown(ctx))
	for range s.ways {
		if e := <-s.serving; e != http.ErrServerClosed {
			err = errors.Join(err, e)
		}
	}
	if st := s.server.Stats(); st.Conns != 0 || st.Handshakes != 0 {
		err = errors.Join(err, fmt.Errorf("the server has %d connections and %d handshakes left", st.Conns, st.Handshakes))
	}
	return err
}
