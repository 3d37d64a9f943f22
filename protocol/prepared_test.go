package protocol

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
)

func prepare(t *testing.T, typ Type, p []byte) *PreparedMessage {
	t.Helper()
	m, err := Prepare(typ, p)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// A server's shared frame is what SendPrepared puts out, the hooks are told the
// same, and the peer's window keeps step: with compression and without.
//
//rfc:7692-7.2.1-12 7692-7.2.1-14
func TestSharePrepared(t *testing.T) {
	text := bytes.Repeat([]byte("Hello"), 100)
	m := prepare(t, Text, text)
	for name, d := range map[string]func() *Deflate{
		"uncompressed": func() *Deflate { return nil },
		"no takeover":  func() *Deflate { return new(Deflate) },
		"takeover": func() *Deflate {
			return &Deflate{Send: DeflateWindow{Takeover: true}, Receive: DeflateWindow{Takeover: true}}
		},
	} {
		var told [2]string
		var wire [2][]byte
		for way := range wire {
			e := NewEndpoint(Server, nil, d(), &FrameHooks{
				FrameWritten: func(h Header) { told[way] += fmt.Sprintln(h) },
				Deflated:     func(contents, wire int64) { told[way] += fmt.Sprintln(contents, wire) },
			})
			e.Send(Text, true, text)
			var frame []byte
			var err error
			if way == 0 {
				err = e.SendPrepared(m)
				wire[way] = e.Output()
			} else {
				frame, err = e.SharePrepared(m)
				wire[way] = append(e.Output(), frame...)
			}
			if err != nil {
				t.Fatal(err)
			}
			e.Send(Text, true, text)
			wire[way] = append(wire[way], e.Output()...)
		}
		if !bytes.Equal(wire[0], wire[1]) {
			t.Errorf("%s: shared, the frames are\n% x, sent\n% x", name, wire[1], wire[0])
		}
		if told[0] != told[1] {
			t.Errorf("%s: shared, the hooks are told\n%ssent\n%s", name, told[1], told[0])
		}
		peer := &session{e: NewEndpoint(Client, nil, d(), nil)}
		want := Event{Kind: DataEvent, Type: Text, Fin: true, Data: text}
		if got := describe(peer.receive(wire[1])); got != describe([]Event{want, want, want}) {
			t.Errorf("%s: the peer gets %s", name, got)
		}
	}
}

// All who share a message get the same bytes, not copies.
func TestSharedBytes(t *testing.T) {
	m := prepare(t, Text, bytes.Repeat([]byte("Hello"), 100))
	for _, bits := range []int{0, 9, 15} {
		var frames [2]*byte
		for i := range frames {
			d := &Deflate{Send: DeflateWindow{Bits: bits}}
			if bits == 0 {
				d = nil
			}
			frame, err := NewEndpoint(Server, nil, d, nil).SharePrepared(m)
			if err != nil {
				t.Fatal(err)
			}
			frames[i] = &frame[0]
		}
		if frames[0] != frames[1] {
			t.Errorf("a window of %d bits: two frames", bits)
		}
	}
}

// A prepared message is refused where any other is, and nothing comes of it.
//
//rfc:6455-5.4-10 6455-5.4-18 6455-5.5.1-8
func TestPreparedRefused(t *testing.T) {
	long := prepare(t, Text, bytes.Repeat([]byte("a"), 200))
	for name, ways := range map[string]func(*Endpoint) error{
		"SendPrepared":  func(e *Endpoint) error { return e.SendPrepared(long) },
		"SharePrepared": func(e *Endpoint) error { _, err := e.SharePrepared(long); return err },
	} {
		for _, d := range []*Deflate{nil, {}} {
			e := NewEndpoint(Server, nil, d, nil)
			for _, typ := range []Type{Text, Binary, Text | Plain} {
				e.Send(typ, false, []byte("a"))
				e.Output()
				var refused *SendError
				if err := ways(e); !errors.As(err, &refused) || refused.Rule != "6455-5.4-10" || e.Pending() > 0 {
					t.Errorf("%s within a %v message: %v, %d bytes", name, typ&^Plain, err, e.Pending())
				}
				e.Send(typ, true, nil)
				e.Output()
			}
			e.SendClose(CloseNormal, "")
			e.Output()
			var closing *StateError
			if err := ways(e); !errors.As(err, &closing) || closing.Rule != "6455-5.5.1-8" || e.Pending() > 0 {
				t.Errorf("%s after Close: %v, %d bytes", name, err, e.Pending())
			}
		}
	}
	for _, p := range []struct {
		typ  Type
		p    string
		rule string
	}{{Text, "\xff", "6455-5.6-3"}, {0, "a", "6455-6.1-5"}, {Type(OpPing), "a", "6455-6.1-5"}} {
		if _, err := Prepare(p.typ, []byte(p.p)); checkRefused(err, p.rule) != nil {
			t.Errorf("Prepare(%v, %q): %v", p.typ, p.p, err)
		}
	}
}
