package fuzz

import (
	"bytes"
	"testing"
	std "unicode/utf8"

	"github.com/seed372fb791/rfc6455/internal/oracle"
	"github.com/seed372fb791/rfc6455/internal/utf8"
	"github.com/seed372fb791/rfc6455/protocol"
)

// Text in two pieces is UTF-8 when the standard library says so for the whole,
// and the first bad byte is the same, wherever the text stands in a longer one.
func FuzzUTF8(f *testing.F) {
	for _, stream := range streams(f) {
		f.Add(stream[min(2, len(stream)):], uint(3), uint(0))
	}
	f.Add([]byte("0123456701234567\xe2\x82\xac"), uint(17), uint(40))
	f.Fuzz(func(t *testing.T, text []byte, cut, before uint) {
		p := append(bytes.Repeat([]byte("x"), int(before%128)), text...)
		checkInTwo(t, p, cut)
		p = append(p, bytes.Repeat([]byte("世"), 40)...)
		checkInTwo(t, p, cut)
	})
}

// checkInTwo checks p whole and cut somewhere.
func checkInTwo(t *testing.T, p []byte, cut uint) {
	cut %= uint(len(p)) + 1
	var u protocol.UTF8
	good := u.Check(p[:cut])
	if good == int(cut) {
		good += u.Check(p[cut:])
	}
	want, valid := oracle.FirstBad(p), std.Valid(p)
	if good != want {
		t.Fatalf("% x cut at %d: first bad byte %d, want %d", p, cut, good, want)
	}
	if got := good == len(p) && u.Complete(); got != valid {
		t.Fatalf("% x cut at %d: valid %v", p, cut, got)
	}
	if utf8.Valid(p) != valid || utf8.ValidString(string(p)) != valid {
		t.Fatalf("% x: Valid %v, ValidString %v", p, utf8.Valid(p), utf8.ValidString(string(p)))
	}
}
