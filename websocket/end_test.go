package websocket_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
	. "github.com/seed372fb791/rfc6455/websocket"
)

// What both sides say of each way to end. A cause is what errors.As finds in Err, nil for none.
//
//rfc:6455-7.1.5-1 6455-7.1.5-2 6455-7.1.5-3 6455-7.1.6-1
func TestEnd(t *testing.T) {
	peers := func(code CloseCode, reason string) End { return End{code, reason, true, &CloseError{}} }
	lost := End{CloseAbnormal, "", true, &CloseError{}}
	for _, way := range []struct {
		name            string
		end             func(s, c *Conn)
		server, clients End
	}{
		{"Close", func(s, _ *Conn) { s.Close(background, 4000, "mine") },
			End{Code: 4000, Reason: "mine"}, peers(4000, "mine")},
		{"StartClose", func(s, _ *Conn) { s.StartClose(CloseGoingAway, "") },
			End{Code: CloseGoingAway}, peers(CloseGoingAway, "")},
		{"Close without a code", func(s, _ *Conn) { s.Close(background, CloseNoStatus, "") },
			End{Code: CloseNoStatus}, peers(CloseNoStatus, "")},
		{"Close by the peer", func(_, c *Conn) { c.Close(background, 4001, "theirs") },
			peers(4001, "theirs"), End{Code: 4001, Reason: "theirs"}},
		{"Close answers the peer's Close", func(s, c *Conn) { <-c.Done() },
			peers(4002, ""), End{Code: 4002}},
		{"CloseNow", func(s, _ *Conn) { s.CloseNow() }, End{Code: CloseAbnormal}, lost},
		{"CloseNow by the peer", func(_, c *Conn) { c.CloseNow() }, lost, End{Code: CloseAbnormal}},
		{"a message that is too big", func(_, c *Conn) { c.WriteText(background, string(make([]byte, 99))) },
			End{CloseMessageTooBig, "", false, &ProtocolError{}}, peers(CloseMessageTooBig, "message too big")},
	} {
		t.Run(way.name, func(t *testing.T) {
			overEach(t, Options{MaxMessage: 98}, Options{}, func(t *testing.T, s, c *Conn) {
				for _, c := range []*Conn{s, c} {
					if e := c.End(); e != (End{}) {
						t.Errorf("open: %+v", e)
					}
				}
				if way.clients.Code == 4002 {
					c.StartClose(4002, "")
				}
				read := make(chan error, 2)
				for _, c := range []*Conn{s, c} {
					go func() {
						_, _, err := c.Read(background)
						read <- err
					}()
				}
				way.end(s, c)
				<-read
				<-read
				for c, want := range map[*Conn]End{s: way.server, c: way.clients} {
					c.Close(background, 4999, "later")
					<-c.Done()
					wantEnd(t, c, want)
				}
			})
		})
	}
}

func wantEnd(t *testing.T, c *Conn, want End) {
	t.Helper()
	e := c.End()
	if e.Code != want.Code || e.Reason != want.Reason || e.ByPeer != want.ByPeer || !sameKind(e.Err, want.Err) {
		t.Errorf("%+v (%v), want %+v", e, e.Err, want)
	}
}

// sameKind reports whether err has the type of want.
func sameKind(err, want error) bool {
	switch want.(type) {
	case *CloseError:
		return errors.As(err, new(*CloseError))
	case *ProtocolError:
		return errors.As(err, new(*ProtocolError))
	case *TimeoutError:
		return errors.As(err, new(*TimeoutError))
	}
	return err == nil
}

// A peer that has vanished is given up by this side: no Close frame, and a *TimeoutError. If this side has closed before,
// that is the end, whatever becomes of it.
func TestEndOfAPeerThatHasVanished(t *testing.T) {
	for name, want := range map[string]End{
		"keepalive": {CloseAbnormal, "", false, &TimeoutError{}},
		"Close":     {CloseGoingAway, "bye", false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, b := StreamPair()
				defer b.Close()
				s := NewConn(a, Server, Setup{}, Options{Keepalive: time.Second})
				if want.Err == nil {
					s.Close(background, want.Code, want.Reason)
				}
				s.Read(background)
				<-s.Done()
				wantEnd(t, s, want)
			})
		})
	}
}

// A breach of the rules after this side's Close changes nothing.
func TestEndAfterOwnClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := StreamPair()
		defer b.Close()
		s := NewConn(a, Server, Setup{}, Options{})
		s.StartClose(CloseGoingAway, "bye")
		b.Write(protocol.AppendHeader(nil, Header{Fin: true, Opcode: protocol.OpText})) // not masked
		<-s.Done()
		wantEnd(t, s, End{Code: CloseGoingAway, Reason: "bye"})
	})
}

// A transport that somebody else has closed was not the peer's doing.
func TestEndByAClosedTransport(t *testing.T) {
	a, _ := tcpPair(t)
	s := NewConn(a, Server, Setup{}, Options{})
	a.Close()
	s.Read(background)
	<-s.Done()
	wantEnd(t, s, End{CloseAbnormal, "", false, &CloseError{}})
}
