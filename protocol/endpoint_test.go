package protocol

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/seed372fb791/rfc6455/mask"
)

// randomStream returns what a peer of the endpoint that plays role may send.
func randomStream(r *rand.Rand, role Role) (stream []byte) {
	fragmented := false
	for range 1 + r.IntN(12) {
		h := Header{Fin: true, Masked: role == Server}
		h.Opcode = []Opcode{OpText, OpText, OpBinary, OpPing, OpPong, OpClose}[r.IntN(6)]
		if !h.Opcode.IsControl() {
			h.Fin = r.IntN(2) == 0
			if fragmented {
				h.Opcode = OpContinuation
			}
			fragmented = !h.Fin
		}
		payload := randomPayload(r, h.Opcode)
		h.Length = uint64(len(payload))
		for i := range h.Key {
			h.Key[i] = byte(r.Uint32())
		}
		if !h.Masked {
			h.Key = [4]byte{}
		}
		stream = AppendHeader(stream, h)
		for i, c := range payload {
			stream = append(stream, c^h.Key[i%4])
		}
	}
	return stream
}

func randomPayload(r *rand.Rand, op Opcode) []byte {
	switch {
	case op == OpClose:
		return [][]byte{nil, {3, 0xe8}, {3, 0xe9, 'b', 'y', 'e'}, {3}, {0, 1}}[r.IntN(5)]
	case op.IsControl():
		return bytes.Repeat([]byte{byte(r.Uint32())}, r.IntN(126))
	}
	return []byte([]string{"", "a", "Hello", "é€𐍈", "\xe2\x82", "\xac", "0123456789abcdefghij",
		string(bytes.Repeat([]byte("long "), r.IntN(100)))}[r.IntN(8)])
}

// mutate changes, drops or inserts a few bytes.
func mutate(r *rand.Rand, b []byte) []byte {
	b = bytes.Clone(b)
	for range r.IntN(4) {
		i := r.IntN(len(b))
		switch r.IntN(4) {
		case 0:
			b[i] = byte(r.Uint32())
		case 1:
			b[i] ^= 1 << r.IntN(8)
		case 2:
			b = slices.Insert(b, i, byte(r.Uint32()))
		case 3:
			b = append(slices.Delete(b, i, i+1), 0)
		}
	}
	return b
}

// outcome is all that an endpoint made of its input.
type outcome struct {
	events  string
	headers []Header
	out     []byte
	state   State
	want    int
}

func (f *fixture) outcome(role Role, chunks [][]byte) outcome {
	return f.start(role).outcome(chunks)
}

func (s *session) outcome(chunks [][]byte) outcome {
	events := s.receive(chunks...)
	return outcome{describe(events), s.read, s.e.Output(), s.e.State(), s.e.Want()}
}

// The same bytes give the same events, answers and state, wherever they are
// cut: valid streams and streams with errors.
//
//rfc:6455-5.4-2 6455-5.4-6 6455-5.4-9 6455-5.4-11 6455-6.2-1 6455-6.2-2 6455-6.2-5 6455-10.7-1 6455-10.7-5
func TestChunkingChangesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 2))
	f := fixture{key: exampleKey, limits: Config{MaxMessage: 600, MaxFragments: 5, MaxPings: 3}}
	const streams = 8000
	failures := 0
	for i := range streams {
		role := Role(i % 2)
		stream := randomStream(r, role)
		if i%4 > 1 {
			stream = mutate(r, stream)
		}
		want := f.outcome(role, whole(stream))
		for _, chunks := range [][][]byte{byByte(stream), randomChunks(r, stream)} {
			got := f.outcome(role, chunks)
			if !slices.Equal(got.headers, want.headers) || got.events != want.events ||
				!bytes.Equal(got.out, want.out) || got.state != want.state || got.want != want.want {
				t.Fatalf("%v, % x\nin chunks %x:\n%+v\nat once:\n%+v", role, stream, chunks, got, want)
			}
		}
		if want.state == Failed {
			failures++
		}
	}
	if failures < streams/20 || failures > streams*19/20 {
		t.Errorf("%d of %d streams failed: the test looks at one kind only", failures, streams)
	}
}

// Init makes an endpoint new, whatever has become of it.
func TestInitForgets(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 8))
	f := fixture{key: exampleKey}
	var again Endpoint
	for i := range 2000 {
		role := Role(r.IntN(2))
		stream := randomStream(r, role)
		if i%2 == 0 {
			stream = mutate(r, stream[:1+r.IntN(len(stream))])
		}
		again.Init(role, &f.limits, nil, nil)
		again.newKey = func() mask.Key { return f.key }
		want := f.outcome(role, whole(stream))
		got := (&session{e: &again}).outcome(whole(stream))
		want.headers, got.headers = nil, nil
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%v, % x, after another stream:\n%+v\nat first:\n%+v", role, stream, got, want)
		}
		switch r.IntN(4) {
		case 0:
			again.Send(Text, false, []byte("\xe2"))
		case 1:
			again.SendClose(CloseNormal, "")
		case 2:
			again.TransportEnded()
		}
		again.Blocked()
	}
}

// An event's data lies in the memory given to Receive: nothing is copied.
func TestEventsAliasInput(t *testing.T) {
	p := masked([]byte("\x81\x05Hello\x89\x01p"), exampleKey)
	e := NewEndpoint(Server, nil, nil, nil)
	e.Receive(p)
	for _, at := range []int{6, 6 + 5 + 6} {
		var ev Event
		if !e.Next(&ev) || &ev.Data[0] != &p[at] {
			t.Errorf("event %+v is not at %d of the input", ev, at)
		}
	}
}

// Receive may be called again before Next has used up what there is.
func TestReceiveTwice(t *testing.T) {
	s := (&fixture{}).start(Client)
	first := []byte("\x81\x02He\x81")
	s.e.Receive(first[:4:4])
	s.e.Receive([]byte("\x81\x01"))
	got := s.receive([]byte("x"))
	if want := "event text fin \"He\"\nevent text fin \"x\"\n"; describe(got) != want {
		t.Errorf("%s, want %s", describe(got), want)
	}
}

func TestWant(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     int
	}{
		{"nothing", "", 0},
		{"half a header", "\x82", 0},
		{"a header", "\x82\x05", 5},
		{"a part of a payload", "\x82\x05ab", 3},
		{"a whole frame", "\x82\x05abcde", 0},
		{"a frame and half a header", "\x82\x01a\x82\x7e\x01", 0},
		{"a control frame", "\x89\x03a", 2},
		{"more than an int32", "\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", 1<<31 - 1},
		{"bad text", "\x81\x09a\xff", 0},
		{"a close", "\x88\x00\x82\x05", 0},
	} {
		s := (&fixture{limits: Config{MaxMessage: -1}}).start(Client)
		s.receive([]byte(tt.in))
		if got := s.e.Want(); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
	e := NewEndpoint(Client, nil, nil, nil)
	e.Receive([]byte("\x82\x05"))
	e.Next(new(Event))
	e.Receive([]byte("abc"))
	if got := e.Want(); got != 2 {
		t.Errorf("received, not looked at: %d, want 2", got)
	}
}
