package protocol

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/seed372fb791/rfc6455/internal/deflate"
	"github.com/seed372fb791/rfc6455/internal/inflate"
)

// twice returns n random bytes and then the same again: what compresses it
// has to look back n bytes.
func twice(n int) []byte {
	r := rand.New(rand.NewPCG(7, uint64(n)))
	p := make([]byte, n, 2*n)
	for i := range p {
		p[i] = byte(r.Uint32())
	}
	return append(p, p...)
}

// A message is compressed with the window that was agreed on and no larger
// one, whole or in pieces, with context takeover and without.
//
//rfc:7692-5-6 7692-7.2.1-11 7692-7.2.1-16 7692-7.2.1-17 7692-7.2.1-18 7692-7.1.2.1-3 7692-7.1.2.2-9
func TestDeflateWindow(t *testing.T) {
	for bits := 8; bits <= 15; bits++ {
		for _, takeover := range []bool{false, true} {
			for _, role := range []Role{Server, Client} {
				size := 1 << bits
				within, beyond := sentBytes(t, role, bits, takeover, twice(size*7/8)), sentBytes(t, role, bits, takeover, twice(size+1))
				// A History has 14 bits at most, and with 8 a table that is soon full.
				if (!takeover || 8 < bits && bits < 15) && within > size*7/8*3/2 {
					t.Errorf("%v, %d bits, takeover %v: %d bytes for a match within the window", role, bits, takeover, within)
				}
				if beyond < 2*size {
					t.Errorf("%v, %d bits, takeover %v: %d bytes for a match beyond the window", role, bits, takeover, beyond)
				}
			}
		}
	}
}

// sentBytes returns how many bytes p takes on the wire: in one message, or in
// two with context takeover, checked by a peer that has agreed on the same.
func sentBytes(t *testing.T, role Role, bits int, takeover bool, p []byte) (n int) {
	window := DeflateWindow{bits, takeover}
	sender := NewEndpoint(role, nil, &Deflate{Send: window, Receive: window, Threshold: -1}, nil)
	receiver := NewEndpoint(1-role, nil, &Deflate{Send: window, Receive: window}, nil)
	messages := [][]byte{p}
	if takeover {
		// The part that is compressed is the first that the second can match.
		messages = [][]byte{p[:len(p)/2], p[len(p)/2:]}
	}
	for _, m := range messages {
		half := len(m) / 2
		if err := sender.Send(Binary, false, m[:half]); err != nil {
			t.Fatal(err)
		}
		if err := sender.Send(Binary, true, m[half:]); err != nil {
			t.Fatal(err)
		}
		out := sender.Output()
		n += len(out)
		var got []byte
		receiver.Receive(out)
		var ev Event
		for receiver.Next(&ev) {
			if ev.Err != nil {
				t.Fatal(ev.Err)
			}
			got = append(got, ev.Data...)
		}
		if !bytes.Equal(got, m) {
			t.Fatalf("%d bytes, want %d", len(got), len(m))
		}
	}
	return n
}

// What the budget counts is what there is.
func TestDeflateSizes(t *testing.T) {
	for _, test := range []struct {
		name        string
		says, takes int
	}{
		{"inflater", inflaterSize, int(reflect.TypeFor[inflate.Inflater]().Size()) + inflate.WindowSize(15)},
		{"deflater", deflaterSize, int(reflect.TypeFor[deflate.Deflater]().Size())},
	} {
		if off := test.says - test.takes; off < 0 || off > 4<<10 {
			t.Errorf("%s: counted as %d bytes, takes %d", test.name, test.says, test.takes)
		}
	}
	for bits := 8; bits <= 15; bits++ {
		d := Deflate{Send: DeflateWindow{bits, true}, Receive: DeflateWindow{bits, true}}
		if n := d.windows(); n > 64<<10 || bits <= 12 && n > 16<<10 {
			t.Errorf("a connection holds %d bytes with %d bits", n, bits)
		}
	}
}

// Hooks and counters tell what compression was good for.
func TestDeflateCounts(t *testing.T) {
	var log []string
	count := func(what string) func(int64, int64) {
		return func(contents, wire int64) { log = append(log, fmt.Sprintf("%s %d %d", what, contents, wire)) }
	}
	d := func() *Deflate { return &Deflate{Threshold: -1} }
	from, to := d(), d()
	a := NewEndpoint(Server, nil, from, &FrameHooks{Deflated: count("deflated")})
	b := NewEndpoint(Client, nil, to, &FrameHooks{Inflated: count("inflated")})
	text := bytes.Repeat([]byte("Hello"), 4)
	a.Send(Text, true, text)
	a.Send(Text, true, text[:5]) // gets no shorter
	a.Send(Text, false, text)
	a.Send(Text, true, nil)
	a.Send(Text|Plain, true, text)
	b.Receive(a.Output())
	for b.Next(new(Event)) {
	}
	want := []string{"deflated 20 9", "deflated 20 14", "inflated 20 9", "inflated 20 14"}
	if !reflect.DeepEqual(log, want) {
		t.Errorf("%q, want %q", log, want)
	}
	all := CompressedStats{Messages: 2, Contents: 40, Wire: 23}
	if got := [2]CompressedStats{from.Deflated(), to.Inflated()}; got != [2]CompressedStats{all, all} {
		t.Errorf("%+v, want %+v", got, all)
	}
	if got := [2]CompressedStats{from.Inflated(), to.Deflated()}; got != [2]CompressedStats{} {
		t.Errorf("the other way: %+v", got)
	}
}

// What a connection holds is the windows, and the memory of messages that have
// come or gone in part.
func TestDeflateHeld(t *testing.T) {
	window := DeflateWindow{Takeover: true}
	d := &Deflate{Send: window, Receive: window, Threshold: -1}
	e := NewEndpoint(Client, nil, d, nil)
	check := func(when string, want int64) {
		t.Helper()
		if got := d.Held(); got != want {
			t.Errorf("%s: %d bytes are held, want %d", when, got, want)
		}
	}
	check("at first", 0)
	d.Reserve()
	windows := d.windows()
	check("reserved", windows)
	e.Receive([]byte("\x41\x01\xf2"))
	for e.Next(new(Event)) {
	}
	check("a message has come in part", windows+inflaterSize)
	e.Send(Text, false, []byte("a"))
	check("another has gone in part", windows+inflaterSize+deflaterSize)
	e.ReceiveEnd()
	check("nothing more will come", windows+deflaterSize)
	e.TransportEnded()
	check("the transport has ended", windows)
	d.Release()
	check("released", 0)
}
