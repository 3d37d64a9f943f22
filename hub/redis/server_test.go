package redis

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// fakeServer speaks as much of the protocol of Redis as a client needs to connect, and answers other commands as a test
// wants it.
type fakeServer struct {
	addr   string
	answer func(command string) (reply string, more bool) // or the connection ends

	mu    sync.Mutex
	conns map[net.Conn]bool
	came  []string // the names of commands that answer was asked for
}

func startFake(t *testing.T, answer func(string) (string, bool)) *fakeServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &fakeServer{addr: l.Addr().String(), answer: answer, conns: make(map[net.Conn]bool)}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.keep(conn, true)
			serving.Go(func() { s.serve(conn) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		s.mu.Lock()
		for conn := range s.conns {
			conn.Close()
		}
		s.mu.Unlock()
		serving.Wait()
	})
	return s
}

func (s *fakeServer) keep(conn net.Conn, open bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conns[conn] = open; !open {
		delete(s.conns, conn)
	}
}

func (s *fakeServer) serve(conn net.Conn) {
	defer s.keep(conn, false)
	defer conn.Close()
	r := bufio.NewReader(conn)
	for {
		command, err := readCommand(r)
		if err != nil {
			return
		}
		reply, more := s.reply(command)
		io.WriteString(conn, reply)
		if !more {
			return
		}
	}
}

func (s *fakeServer) reply(command []string) (string, bool) {
	switch command[0] {
	case "hello":
		return "-ERR unknown command\r\n", true
	case "client":
		return "+OK\r\n", true
	case "subscribe":
		var all strings.Builder
		for i, channel := range command[1:] {
			fmt.Fprintf(&all, "*3\r\n$9\r\nsubscribe\r\n$%d\r\n%s\r\n:%d\r\n", len(channel), channel, i+1)
		}
		return all.String(), true
	}
	if command[0] == "publish" && strings.Contains(command[1], "heart:") {
		return ":1\r\n", true
	}
	s.mu.Lock()
	s.came = append(s.came, command[0])
	s.mu.Unlock()
	return s.answer(command[0])
}

// commands returns what came.
func (s *fakeServer) commands() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.came, " ")
}

// readCommand reads an array of strings.
func readCommand(r *bufio.Reader) (command []string, err error) {
	n, err := readNumber(r)
	for range n {
		size, err := readNumber(r)
		if err != nil {
			return nil, err
		}
		text := make([]byte, size+2)
		if _, err := io.ReadFull(r, text); err != nil {
			return nil, err
		}
		command = append(command, string(text[:size]))
	}
	return command, err
}

// readNumber reads the line that an array or a string begins with.
func readNumber(r *bufio.Reader) (int, error) {
	line, err := r.ReadString('\n')
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(line[1:]))
}
