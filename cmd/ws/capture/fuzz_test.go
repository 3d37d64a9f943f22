package capture

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"testing"
)

// Whatever a file holds, reading it comes to an end, no more comes out than is
// in it, and nothing after the end of a direction.
func FuzzCapture(f *testing.F) {
	k := newTalk(f, ends4)
	packets := append(k.open(), k.says(0, "GET / HTTP/1.1\r\n\r\n"), k.says(1, "\x81\x05Hello"), k.says(0, "x"), k.leaves(1), k.resets(0))
	for link := range links {
		f.Add(pcap(f, link, packets...))
		f.Add(pcapng(f, []string{link, "raw"}, packets...))
	}
	f.Add(pcap(f, "raw", order(packets, 0, 1, 2, 4, 3, 3, 6, 5)...))
	f.Add(pcap(f, "raw", packets[3].cut(42), packets[4].cut(42), packets[5]))
	six := newTalk(f, ends6)
	f.Add(pcap(f, "raw", append(six.open(), six.says(0, "six"), six.leaves(0))...))
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := NewReader(bufio.NewReader(bytes.NewReader(file)))
		if err != nil {
			return
		}
		type direction struct {
			*Conn
			side int
		}
		over, size := make(map[direction]bool), 0
		for {
			e, err := r.Next()
			if err != nil {
				if all, others := r.Packets(); all < others {
					t.Errorf("%d packets, %d of them others", all, others)
				}
				if _, again := r.Next(); !errors.Is(again, err) {
					t.Errorf("after %v: %v", err, again)
				}
				if err == io.EOF && r.held != 0 {
					t.Errorf("%d bytes held", r.held)
				}
				return
			}
			from := direction{e.Conn, e.Side}
			if over[from] && e.Kind != Reset {
				t.Errorf("after the end: %s", describe(e))
			}
			over[from] = over[from] || e.Kind == End
			if size += len(e.Data); size > len(file) || e.Kind == Bytes && len(e.Data) == 0 || e.Kind == Gap && e.Missing <= 0 {
				t.Errorf("%d bytes of %d: %s", size, len(file), describe(e))
			}
		}
	})
}
