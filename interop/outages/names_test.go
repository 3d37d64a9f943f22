package outages

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// names is a server of names, which all belong to this machine. Until it is up
// nobody reaches it.
type names struct {
	net.PacketConn
	up atomic.Bool
}

func newNames(t *testing.T) *names {
	t.Helper()
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := &names{PacketConn: pc}
	done := make(chan struct{})
	go func() {
		defer close(done)
		n.serve()
	}()
	t.Cleanup(func() {
		pc.Close()
		<-done
	})
	return n
}

var errDown = errors.New("the server of names is not reached")

// dial is for a net.Resolver.
func (n *names) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	if !n.up.Load() {
		return nil, errDown
	}
	return new(net.Dialer).DialContext(ctx, "udp", n.LocalAddr().String())
}

// serve answers until it is closed.
func (n *names) serve() {
	for buf := make([]byte, 4096); ; {
		size, from, err := n.ReadFrom(buf)
		if err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(buf[:size]) != nil {
			continue
		}
		if packed, err := address(m.ID, m.Questions).Pack(); err == nil {
			n.WriteTo(packed, from)
		}
	}
}

// address is an answer with an address of IPv4, and none of IPv6.
func address(id uint16, questions []dnsmessage.Question) *dnsmessage.Message {
	m := &dnsmessage.Message{
		Header:    dnsmessage.Header{ID: id, Response: true, Authoritative: true},
		Questions: questions,
	}
	for _, q := range questions {
		if q.Type == dnsmessage.TypeA {
			m.Answers = append(m.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class},
				Body:   &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}},
			})
		}
	}
	return m
}
