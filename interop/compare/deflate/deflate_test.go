package deflate

import (
	"bytes"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/handshake"
)

func TestRoundTrip(t *testing.T) {
	text := []byte(strings.Repeat("what is said twice is shorter; ", 99))
	for _, bits := range []int{8, 9, 12, 15} {
		i := NewInflater(handshake.Deflate{ServerMaxWindowBits: 15})
		for range 3 {
			payload := Compress(text, bits)
			if len(payload) > len(text)/2 {
				t.Errorf("%d bits: %d bytes of %d", bits, len(payload), len(text))
			}
			if got, err := i.Inflate(payload); err != nil || !bytes.Equal(got, text) {
				t.Errorf("%d bits: %v", bits, err)
			}
		}
	}
}

// The examples of section 7.2.3.2: the second message refers to the first, with
// context takeover and while that is in the window.
func TestInflaterWindow(t *testing.T) {
	const first, second = "\xf2\x48\xcd\xc9\xc9\x07\x00", "\xf2\x00\x11\x00\x00"
	for name, tt := range map[string]struct {
		agreed  handshake.Deflate
		between int
		ok      bool
	}{
		"takeover":         {handshake.Deflate{ServerMaxWindowBits: 9}, 0, true},
		"out of reach":     {handshake.Deflate{ServerMaxWindowBits: 9}, 508, false},
		"no takeover":      {handshake.Deflate{ServerNoContextTakeover: true, ServerMaxWindowBits: 9}, 0, false},
		"client's is kept": {handshake.Deflate{ClientNoContextTakeover: true, ServerMaxWindowBits: 9}, 0, true},
	} {
		i := NewInflater(tt.agreed)
		if got, err := i.Inflate([]byte(first)); string(got) != "Hello" || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		i.Remember(make([]byte, tt.between))
		if got, err := i.Inflate([]byte(second)); (string(got) == "Hello" && err == nil) != tt.ok {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}
