package broken

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
)

// Server is a server with a fault, which listens on a port of the loopback.
type Server struct {
	l       net.Listener
	conduct func() conduct // on a connection
	stop    context.CancelFunc
	all     sync.WaitGroup
}

// Listen starts a server with the fault. Close has to be called.
func (f Fault) Listen() (*Server, error) { return listen(f.conduct) }

func listen(conduct func() conduct) (*Server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	s := &Server{l: l, conduct: conduct, stop: stop}
	s.all.Go(func() { s.accept(ctx) })
	return s, nil
}

// URL returns where the server echoes.
func (s *Server) URL() string { return "ws://" + s.l.Addr().String() + "/" }

// Close ends the server and all of its connections.
func (s *Server) Close() {
	s.stop()
	s.l.Close()
	s.all.Wait()
}

func (s *Server) accept(ctx context.Context) {
	for {
		conn, err := s.l.Accept()
		if err != nil {
			return
		}
		s.all.Go(func() {
			defer conn.Close()
			defer context.AfterFunc(ctx, func() { conn.Close() })()
			serve(s.conduct(), conn)
		})
	}
}

// serve takes a connection from its opening handshake to its end.
func serve(c conduct, conn net.Conn) {
	s := &session{conduct: c, server: true, conn: conn, in: bufio.NewReader(conn)}
	h, err := readHead(s.in)
	if err != nil && err != errHead {
		return
	}
	if refusal := s.judge(h, err); refusal != nil {
		s.putHead(s.refusal(refusal))
		s.hangUp(true)
		return
	}
	deflate := s.accepted(h)
	if s.putHead(s.response(s.acceptance(h, deflate))) != nil {
		return
	}
	s.compress(deflate)
	s.run()
}

func (s *session) putHead(lines []string) error {
	_, err := s.conn.Write([]byte(strings.Join(lines, "\r\n") + "\r\n\r\n"))
	return err
}

// acceptance returns the lines that accept a request.
func (s *session) acceptance(h head, deflate *parameters) []string {
	lines := []string{"HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
		"Sec-WebSocket-Accept: " + s.accept(first(s.values(h, "Sec-WebSocket-Key")))}
	if deflate != nil {
		lines = append(lines, fmt.Sprint("Sec-WebSocket-Extensions: ", *deflate))
	}
	return lines
}

// accepted returns the parameters of the first offer of permessage-deflate that
// can be accepted.
func (s *session) accepted(h head) *parameters {
	offers, _ := extensions(s.list(s.values(h, "Sec-WebSocket-Extensions")))
	for _, offer := range offers {
		if offer.name != "permessage-deflate" {
			continue
		}
		if p, ok := s.parse(offer, false); ok {
			s.offered(&p)
			return &p
		}
	}
	return nil
}
