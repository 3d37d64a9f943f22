package protocol

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed372fb791/rfc6455/mask"
)

var headers = []struct {
	wire string
	h    Header
}{
	//rfc:6455-5.2-1 6455-5.2-2 6455-5.2-7
	{"81 00", Header{Fin: true, Opcode: OpText}},
	{"01 00", Header{Opcode: OpText}},
	{"02 05", Header{Opcode: OpBinary, Length: 5}},
	{"80 7d", Header{Fin: true, Opcode: OpContinuation, Length: 125}},
	{"88 02", Header{Fin: true, Opcode: OpClose, Length: 2}},
	{"89 00", Header{Fin: true, Opcode: OpPing}},
	{"8a 00", Header{Fin: true, Opcode: OpPong}},
	{"c1 00", Header{Fin: true, RSV: 4, Opcode: OpText}},
	{"a1 00", Header{Fin: true, RSV: 2, Opcode: OpText}},
	{"91 00", Header{Fin: true, RSV: 1, Opcode: OpText}},
	{"7f 01", Header{RSV: 7, Opcode: 0xf, Length: 1}},
	//rfc:6455-5.2-10 6455-5.2-12
	{"82 7e 00 7e", Header{Fin: true, Opcode: OpBinary, Length: 126}},
	{"82 7e 01 00", Header{Fin: true, Opcode: OpBinary, Length: 256}},
	{"82 7e ff ff", Header{Fin: true, Opcode: OpBinary, Length: 65535}},
	{"82 7f 00 00 00 00 00 01 00 00", Header{Fin: true, Opcode: OpBinary, Length: 65536}},
	{"82 7f 01 02 03 04 05 06 07 08", Header{Fin: true, Opcode: OpBinary, Length: 0x0102030405060708}},
	{"82 7f ff ff ff ff ff ff ff ff", Header{Fin: true, Opcode: OpBinary, Length: 1<<64 - 1}},
	//rfc:6455-5.2-9 6455-5.2-17 6455-5.3-7
	{"81 80 37 fa 21 3d", Header{Fin: true, Opcode: OpText, Masked: true, Key: exampleKey}},
	{"81 85 00 00 00 00", Header{Fin: true, Opcode: OpText, Masked: true, Length: 5}},
	{"82 fe 01 00 37 fa 21 3d", Header{Fin: true, Opcode: OpBinary, Masked: true, Key: exampleKey, Length: 256}},
	{"82 ff 00 00 00 00 00 01 00 00 37 fa 21 3d",
		Header{Fin: true, Opcode: OpBinary, Masked: true, Key: exampleKey, Length: 65536}},
}

func fromHex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

//rfc:6455-6.1-3 6455-6.2-1
func TestHeader(t *testing.T) {
	for _, tt := range headers {
		t.Run(tt.wire, func(t *testing.T) {
			wire := fromHex(t, tt.wire)
			checkParse(t, wire, tt.h)
			if got := AppendHeader([]byte("before"), tt.h); string(got) != "before"+string(wire) {
				t.Errorf("appended % x", got)
			}
			if got := tt.h.Size(); got != len(wire) {
				t.Errorf("Size() = %d, want %d", got, len(wire))
			}
		})
	}
}

// checkParse parses wire, alone, with more behind it, and every truncation.
func checkParse(t *testing.T, wire []byte, want Header) {
	t.Helper()
	for _, more := range []string{"", "x", "\xff\xff\xff\xff\xff\xff\xff\xff"} {
		h, n, err := ParseHeader(append(bytes.Clone(wire), more...))
		if h != want || n != len(wire) || err != nil {
			t.Errorf("with %q behind: %d bytes, error %v, header (-want +got):\n%s", more, n, err, cmp.Diff(want, h))
		}
	}
	for cut := range wire {
		if h, n, err := ParseHeader(wire[:cut]); h != (Header{}) || n != 0 || err != io.ErrUnexpectedEOF {
			t.Errorf("first %d bytes: %+v, %d, %v", cut, h, n, err)
		}
	}
}

// readHeader is the figure of section 5.2 read bit by bit.
func readHeader(wire []byte) (h Header, n int) {
	bits := fmt.Sprintf("%08b%08b", wire[0], wire[1])
	number := func(s string) (v uint64) {
		fmt.Sscanf(s, "%b", &v)
		return v
	}
	h.Fin = bits[0] == '1'
	h.RSV = uint8(number(bits[1:4]))
	h.Opcode = Opcode(number(bits[4:8]))
	h.Masked = bits[8] == '1'
	h.Length = number(bits[9:])
	wide := map[uint64]int{126: 2, 127: 8}[h.Length]
	n = 2 + wide
	if wide > 0 {
		h.Length = 0
		for _, b := range wire[2:n] {
			h.Length = h.Length*256 + uint64(b)
		}
	}
	if h.Masked {
		h.Key = mask.Key(wire[n:])
		n += 4
	}
	return h, n
}

// Every value of the first two bytes, with others at random.
//
//rfc:6455-5.2-1 6455-5.2-2 6455-5.2-9 6455-5.2-10
func TestEveryHeader(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 2))
	wire := make([]byte, MaxHeaderSize)
	for first := range 256 {
		for second := range 256 {
			for i := range wire {
				wire[i] = byte(r.Uint32())
			}
			wire[0], wire[1] = byte(first), byte(second)
			want, size := readHeader(wire)
			h, n, err := ParseHeader(wire)
			if h != want || n != size || err != nil {
				t.Fatalf("% x: %+v, %d, %v, want %+v, %d", wire, h, n, err, want, size)
			}
			again, n, err := ParseHeader(AppendHeader(nil, h))
			if again != h || n != h.Size() || err != nil {
				t.Fatalf("%+v appended and parsed: %+v, %d, %v", h, again, n, err)
			}
		}
	}
}

//rfc:6455-5.2-10 6455-5.2-12
func TestLengthForms(t *testing.T) {
	for _, tt := range []struct {
		size    int // in bytes, of the whole header
		lengths []uint64
	}{
		{2, []uint64{0, 1, 124, 125}},
		{4, []uint64{126, 127, 128, 65534, 65535}},
		{10, []uint64{65536, 65537, 1 << 31, 1 << 32, 1<<63 - 1}},
	} {
		for _, length := range tt.lengths {
			h := Header{Length: length}
			if n := len(AppendHeader(nil, h)); n != tt.size || h.Size() != tt.size {
				t.Errorf("length %d: %d bytes, Size() = %d, want %d", length, n, h.Size(), tt.size)
			}
		}
	}
}

func TestAppendHeaderKeepsToFourBits(t *testing.T) {
	got := AppendHeader(nil, Header{RSV: 0xff, Opcode: 0xf1})
	if want := []byte{0x71, 0}; !bytes.Equal(got, want) {
		t.Errorf("% x, want % x", got, want)
	}
}
