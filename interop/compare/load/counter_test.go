package load

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/interop/compare/deflate"
)

// Messages are counted however they are cut.
func TestCounter(t *testing.T) {
	const two = "\xc1\x02hi" + "\x41\x00" + "\x89\x01!" + "\x80\x7e\x00\x81"
	in := append([]byte(two), make([]byte, 0x81)...)
	for cut := range in {
		var c counter
		if first, second := c.count(in[:cut]), c.count(in[cut:]); first+second != 2 {
			t.Fatalf("cut at %d: %d and %d messages", cut, first, second)
		}
	}
}

func TestWholeAnswer(t *testing.T) {
	const whole = "\x41\x01a\x80\x02bc"
	for cut := range whole {
		if _, err := wholeAnswer([]byte(whole[:cut])); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("cut at %d: %v", cut, err)
		}
	}
	if got, err := wholeAnswer([]byte(whole)); string(got) != "abc" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	for name, in := range map[string]string{
		"not compressed": "\x81\x01a",
		"binary":         "\xc2\x01a",
		"masked":         "\xc1\x81\x00\x00\x00\x00a",
		"excess":         "\xc1\x01a\xc1",
		"closed":         "\x88\x00",
	} {
		if _, err := wholeAnswer([]byte(in)); err == nil || errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What a circle sends inflates to what it says, with any window.
func TestCircle(t *testing.T) {
	for _, bits := range []int{9, 15} {
		c := newCircle(1000, handshake.Deflate{ServerMaxWindowBits: bits, ClientMaxWindowBits: bits})
		in := deflate.NewInflater(c.params)
		const head = 2 + 2 + 4 // with 16 bits of length, and the masking key
		for i, frame := range c.frames {
			payload := bytes.Clone(frame[head:])
			for j := range payload {
				payload[j] ^= frame[head-4+j%4]
			}
			if got, err := in.Inflate(payload); err != nil || !bytes.Equal(got, c.plain[i]) || len(got) != 1000 {
				t.Fatalf("%d bits, message %d: %v, %.40q", bits, i, err, got)
			}
		}
	}
}
