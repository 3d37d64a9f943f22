package websocket_test

import (
	"io"
	"net"
	"slices"
	"testing"

	. "github.com/seed372fb791/rfc6455/websocket"
)

// layered is a layer over a socket that gives what it is asked for, but no more at once than is in a record, and
// notes how much it is asked for.
type layered struct {
	net.Conn // the socket
	records  []string
	asked    []int
}

func (l *layered) NetConn() net.Conn { return l.Conn }

func (l *layered) Read(p []byte) (int, error) {
	l.asked = append(l.asked, len(p))
	if len(l.records) == 0 {
		return 0, io.EOF
	}
	n := copy(p, l.records[0])
	if l.records[0] = l.records[0][n:]; l.records[0] == "" {
		l.records = l.records[1:]
	}
	return n, nil
}

// Over a layer such as TLS a connection holds no buffer while it waits for a frame.
func TestNoBufferWhileALayerWaits(t *testing.T) {
	const buffer = 4 << 10
	socket, _ := net.Pipe()
	l := &layered{Conn: socket, records: []string{
		"\x81\x05Hello",              // a frame in a record
		"\x81\x02Hi\x81\x02Hi",       // two
		"\x01\x01a", "\x00", "\x01b", // fragments, one cut in its header
		"\x80\x01c",
	}}
	c := NewConn(l, Client, Setup{}, Options{Keepalive: -1})
	defer c.CloseNow()
	for _, want := range []string{"Hello", "Hi", "Hi", "abc"} {
		if _, p, err := c.Read(background); string(p) != want {
			t.Fatalf("%q %v, want %q", p, err, want)
		}
	}
	c.Read(background) // the end
	want := []int{1, buffer, 1, buffer, 1, buffer, 1, buffer, 1, buffer, 1}
	if !slices.Equal(l.asked, want) {
		t.Errorf("asked for %v, want %v", l.asked, want)
	}
}
