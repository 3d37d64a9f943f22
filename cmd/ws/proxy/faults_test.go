package proxy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/cmd/ws/http1"
	"github.com/seed372fb791/rfc6455/cmd/ws/transcript"
	"github.com/seed372fb791/rfc6455/mask"
	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// Messages left out are those of the number, in the direction that was chosen.
func TestDrop(t *testing.T) {
	s := start(t, &Proxy{ToServer: Faults{Drop: 3}}, echo(t, server.Options{}))
	c := s.dial(nil)
	for i := range 7 {
		if err := c.WriteText(t.Context(), fmt.Sprint(i+1)); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for range 5 {
		_, text, err := c.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(text))
	}
	if diff := cmp.Diff([]string{"1", "2", "4", "5", "7"}, got); diff != "" {
		t.Error(diff)
	}
	s.await(`text "7"`)
	if told := s.told(); strings.Count(told, "1 > proxy: message 3 was dropped\n") != 1 || strings.Contains(told, `> text "6"`) {
		t.Errorf("told:\n%s", told)
	}
}

// Fragments make the same messages, compressed ones and long ones too.
func TestFragment(t *testing.T) {
	f := Faults{Fragment: 7}
	compression := websocket.Compression{Mode: websocket.ContextTakeover, Threshold: 100}
	s := start(t, &Proxy{ToServer: f, ToClient: f}, echo(t, server.Options{Compression: compression}))
	var longest uint64
	c := s.dial(&client.Options{Compression: compression, Conn: websocket.Options{
		Trace: &websocket.Trace{FrameRead: func(_ *websocket.Conn, h websocket.Header) { longest = max(longest, h.Length) }},
	}})
	for _, text := range []string{"", "1234567", "12345678", strings.Repeat("long and ", 1000), strings.Repeat("ü", 49)} {
		if err := c.WriteText(t.Context(), text); err != nil {
			t.Fatal(err)
		}
		if _, got, err := c.Read(t.Context()); string(got) != text || err != nil {
			t.Fatalf("%q, %v, want %q", got, err, text)
		}
	}
	if longest != 7 {
		t.Errorf("the longest frame has %d bytes of payload", longest)
	}
}

// The frames that a fragment of a masked frame becomes.
func TestFragmentsOfAFrame(t *testing.T) {
	key := mask.Key{1, 2, 3, 4}
	h := websocket.Header{Fin: true, RSV: 4, Opcode: protocol.OpText, Masked: true, Key: key, Length: 7}
	c := newChanges(http1.New(), websocket.Client, Faults{Fragment: 3}, nil, t.Logf)
	got := bytes.Clone(c.pass(append(append([]byte(request), protocol.AppendHeader(nil, h)...), "abcdefg"...)))[len(request):]
	want := []byte("\x41\x83\x01\x02\x03\x04abc\x00\x83\x04\x01\x02\x03def\x80\x81\x03\x04\x01\x02g")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// In each block one bit is flipped, which one the seed decides, and none of the
// opening handshake.
func TestCorrupt(t *testing.T) {
	const block = 10
	frames := bytes.Repeat([]byte("\x82\x80\x00\x00\x00\x00"), 500)
	corrupt := func(seed uint64, chunk int) []byte {
		c := newChanges(http1.New(), websocket.Client, Faults{Corrupt: block, Seed: seed}, nil, func(string, ...any) {})
		var all []byte
		for rest := append([]byte(request), frames...); len(rest) > 0; {
			n := min(chunk, len(rest))
			all = append(all, c.pass(rest[:n])...)
			rest = rest[n:]
		}
		return append(all, c.pass(nil)...)
	}
	got := corrupt(1, 1<<20)
	for i, b := range []byte(request) {
		if got[i] != b {
			t.Fatalf("byte %d of the opening handshake was changed", i)
		}
	}
	for at := 0; at < len(frames); at += block {
		flipped := 0
		for i := at; i < at+block; i++ {
			flipped += bits.OnesCount8(got[len(request)+i] ^ frames[i])
		}
		if flipped != 1 {
			t.Errorf("%d bits flipped from byte %d on", flipped, at)
		}
	}
	if !bytes.Equal(got, corrupt(1, 7)) || bytes.Equal(got, corrupt(2, 7)) {
		t.Error("the seed does not decide")
	}
}

// The connection is cut for both sides, after no more bytes than asked for.
func TestResetAfter(t *testing.T) {
	s, c, srv := peers(t, &Proxy{ToClient: Faults{ResetAfter: 5}})
	say(t, c, srv, request)
	say(t, srv, c, response)
	say(t, c, srv, "\x81\x80aaaa")
	say(t, srv, c, "\x81\x01a")
	io.WriteString(srv, "\x81\x01b")
	got, err := io.ReadAll(c)
	if !strings.HasPrefix("\x81\x01", string(got)) || !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := srv.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("%v", err)
	}
	s.await("reset as asked for")
}

// Delayed things happen in order, each so much later, without waiting for one
// another.
func TestDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		var got []string
		d := newDelay(t.Context(), time.Second, func(e transcript.Event) bool {
			got = append(got, fmt.Sprintf("%s %v", e.Data, time.Since(begin)))
			return e.Kind == transcript.Bytes
		})
		for i := range 3 {
			data := []byte{'a' + byte(i)}
			d.add(transcript.Event{Kind: transcript.Bytes, Data: data})
			clear(data)
			time.Sleep(100 * time.Millisecond)
		}
		d.add(transcript.Event{Kind: transcript.End})
		d.end()
		want := []string{"a 1s", "b 1.1s", "c 1.2s", " 1.3s"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if d.add(transcript.Event{}) {
			t.Error("something can follow the end")
		}
	})
}

// Who sends more than a delay holds has to wait.
func TestDelayIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		begin := time.Now()
		d := newDelay(ctx, time.Second, func(transcript.Event) bool { return true })
		for range 4 { // one is on its way, two wait
			d.add(transcript.Event{Kind: transcript.Bytes, Data: make([]byte, mostDelayed/2+1)})
		}
		if waited := time.Since(begin); waited != time.Second {
			t.Errorf("waited %v", waited)
		}
		cancel()
		d.end()
		if took := time.Since(begin); took != time.Second {
			t.Errorf("ended after %v", took)
		}
	})
}

// The Host that the server sees is its own, and so is the Origin of a page that
// the proxy has passed on.
func TestRewriteHost(t *testing.T) {
	s := start(t, &Proxy{RewriteHost: true}, echo(t, server.Options{}))
	s.dial(&client.Options{Origin: "http://" + s.addr})
	s.await("101 Switching Protocols")
	s.wantTold("1 open ws://HOST from HOST", "1 > GET / HTTP/1.1, Host: HOST, Origin: http://HOST", "1 < HTTP/1.1 101 Switching Protocols")
	if !strings.Contains(s.text, "Host: "+s.To.Host+", Origin: http://"+s.To.Host) {
		t.Errorf("told:\n%s", s.text)
	}
}

// How the bytes were cut when they came makes no difference to what becomes of
// them; without faults they pass as they are, and fragments have the same
// payload.
func FuzzChanges(f *testing.F) {
	f.Add([]byte(request+"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58\x01\x81aaaab\x80\x80aaaa"), true, uint16(200), uint8(2))
	f.Add([]byte(response+"\x82\x7e\x01\x00"+strings.Repeat("x", 256)), false, uint16(150), uint8(100))
	f.Add([]byte("HTTP/1.1 103 Early Hints\r\n\r\n"+response+"\x81\x00"), false, uint16(10), uint8(1))
	f.Fuzz(func(t *testing.T, stream []byte, client bool, cut uint16, n uint8) {
		from := websocket.Server
		if client {
			from = websocket.Client
		}
		at := int(cut) % (len(stream) + 1)
		for _, faults := range []Faults{
			{}, {Fragment: int(n)}, {Drop: int(n)}, {Corrupt: int(n)}, {ResetAfter: int64(n)},
			{Drop: int(n), Fragment: 3, Corrupt: 5, ResetAfter: 100},
		} {
			whole := changed(from, faults, stream)
			if pieces := changed(from, faults, stream[:at], stream[at:]); !bytes.Equal(whole, pieces) {
				t.Errorf("%+v, cut at %d: %q, else %q", faults, at, pieces, whole)
			}
			if !faults.any() && !bytes.Equal(whole, stream) {
				t.Errorf("%q, want %q", whole, stream)
			}
		}
		if a, b := payloads(from, stream), payloads(from, changed(from, Faults{Fragment: int(n)}, stream)); a != b {
			t.Errorf("payload in fragments of %d: %q, want %q", n, b, a)
		}
	})
}

func changed(from websocket.Role, f Faults, chunks ...[]byte) (all []byte) {
	c := newChanges(http1.New(), from, f, nil, func(string, ...any) {})
	for _, chunk := range chunks {
		if len(chunk) > 0 && !c.cut {
			all = append(all, c.pass(chunk)...)
		}
	}
	if !c.cut {
		all = append(all, c.pass(nil)...)
	}
	return all
}

// payloads returns the payloads of all frames of a stream, not masked.
func payloads(from websocket.Role, stream []byte) string {
	var p unmasked
	s := splitter{http: http1.New().Side(from), to: &p}
	s.write(stream)
	return string(p.all)
}

type unmasked struct {
	h   websocket.Header
	all []byte
}

func (*unmasked) head([]byte)                           {}
func (*unmasked) body([]byte)                           {}
func (*unmasked) other([]byte)                          {}
func (p *unmasked) header(_ []byte, h websocket.Header) { p.h = h }
func (p *unmasked) payload(b []byte, left uint64) {
	from := len(p.all)
	p.all = append(p.all, b...)
	if p.h.Masked {
		mask.XOR(p.all[from:], p.h.Key, int((p.h.Length-left-uint64(len(b)))&3))
	}
}
