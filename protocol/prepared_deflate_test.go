package protocol

import (
	"bytes"
	"sync"
	"testing"
)

// A prepared message is compressed once for each size of window, by however
// many connections it is sent at the same time.
func TestPreparedIsCompressedOnce(t *testing.T) {
	m, err := Prepare(Text, bytes.Repeat([]byte("Hello"), 100))
	if err != nil {
		t.Fatal(err)
	}
	const each = 20
	var mu sync.Mutex
	packed := map[int]map[*byte]int{9: {}, 15: {}}
	var senders sync.WaitGroup
	for bits, seen := range packed {
		for i := range each {
			senders.Go(func() {
				d := &Deflate{Send: DeflateWindow{bits, i%2 == 0}}
				d.setDefaults()
				p := m.piece(d)
				mu.Lock()
				defer mu.Unlock()
				seen[&(*p.packed)[0]]++
			})
		}
	}
	senders.Wait()
	for bits, seen := range packed {
		if len(seen) != 1 {
			t.Errorf("%d bits: compressed %d times", bits, len(seen))
		}
	}
	if p := m.piece(nil); p.packed != nil {
		t.Error("compressed for a connection without compression")
	}
	plain, err := Prepare(Text|Plain, bytes.Repeat([]byte("Hello"), 100))
	if err != nil {
		t.Fatal(err)
	}
	if p := plain.piece(&Deflate{Level: 1, Send: DeflateWindow{Bits: 15}}); p.packed != nil {
		t.Error("compressed though it is plain")
	}
}
