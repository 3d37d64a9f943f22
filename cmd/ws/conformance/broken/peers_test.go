package broken

import (
	"context"
	"errors"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/seed372fb791/rfc6455/internal/leak"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

func list(t *testing.T, side string) []Fault {
	all, err := List()
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(f Fault) bool { return !slices.Contains(f.Sides, side) })
}

// greeting has a client send a message and a Close frame and nothing more.
func greeting(got *[]message) conduct {
	c := faultless()
	c.opened = func(s *session) {
		s.put(frame{fin: true, opcode: opText, payload: []byte("Hello")})
		s.put(closeFrame(1000))
		s.conn.(*net.TCPConn).CloseWrite()
	}
	c.reply = func(_ *session, m message) []message {
		*got = append(*got, m)
		return nil
	}
	return c
}

// A server without fault echoes; one with a fault does not hang, whatever it does.
func TestServersEnd(t *testing.T) {
	for _, f := range append(list(t, "server"), Fault{}) {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			s, err := f.Listen()
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			var got []message
			if err := visit(t.Context(), greeting(&got), s.URL(), "", url.Values{}); err != nil {
				t.Error(err)
			}
			if f.Name == "" && (len(got) != 1 || string(got[0].data) != "Hello" || got[0].opcode != opText) {
				t.Errorf("got %q", got)
			}
		})
	}
}

// A client runs all of the cases that there are, whatever its fault.
func TestClientsEnd(t *testing.T) {
	for _, f := range append(list(t, "client"), Fault{}) {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			var asked, echoed atomic.Int32
			s, err := listen(func() conduct { return twoCases(&asked, &echoed) })
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if err := f.Run(t.Context(), s.URL()); err != nil {
				t.Error(err)
			}
			s.l.Close()
			s.all.Wait() // what the client has sent is taken
			if n := asked.Load(); n != 5 {
				t.Errorf("it asked %d times, want 5", n)
			}
			if n := echoed.Load(); f.Name == "" && n != 3 {
				t.Errorf("it echoed %d times, want 3", n)
			}
		})
	}
}

// twoCases serves what a client asks a suite with two cases for.
func twoCases(asked, echoed *atomic.Int32) conduct {
	c := faultless()
	var first string
	c.wary = func(_ *session, h head) bool {
		first = h.first
		return false
	}
	faults["requests-unchecked"](&c)
	c.opened = func(s *session) {
		asked.Add(1)
		if strings.Contains(first, "getCaseCount") {
			s.put(frame{fin: true, opcode: opText, payload: []byte("2")})
		}
		if strings.Contains(first, "runCase") {
			s.put(frame{fin: true, opcode: opText, payload: []byte("Hello")})
		}
		s.put(closeFrame(1000))
		s.conn.(*net.TCPConn).CloseWrite()
	}
	c.reply = func(_ *session, m message) []message {
		if string(m.data) == "Hello" {
			echoed.Add(1)
		}
		return nil
	}
	return c
}

// A run ends with its context.
func TestRunEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s, err := listen(func() conduct {
		c := faultless()
		c.opened = func(*session) { cancel() }
		return c
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := (Fault{}).Run(ctx, s.URL()); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
