package protocol

import (
	"errors"
	"net"
	"os"
	"testing"
	"time"
)

// A read whose deadline has passed before it begins delivers nothing, and not
// once more what the last one delivered.
func TestReceiveAfterTheDeadline(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	peer, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer peer.Close()
	nc, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	c := NewConn(nc, Server, Setup{}, Options{Keepalive: -1})
	defer c.CloseNow()
	peer.Write([]byte("once"))
	if p, err := c.receive(); err != nil || string(p) != "once" {
		t.Fatalf("%q %v", p, err)
	}
	c.setReadDeadline(aLongTimeAgo)
	if p, err := c.receive(); len(p) > 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("%q %v", p, err)
	}
	c.setReadDeadline(time.Time{})
	peer.Write([]byte("twice"))
	if p, err := c.receive(); err != nil || string(p) != "twice" {
		t.Errorf("%q %v", p, err)
	}
}
