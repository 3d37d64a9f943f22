package capture

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fragmented returns a packet of IPv4 or IPv6 in fragments of so many bytes.
func fragmented(p packetOf, size int) (all []packetOf) {
	header, rest := p.bytes[:20], p.bytes[20:]
	if p.bytes[0]>>4 == 6 {
		header, rest = p.bytes[:40], p.bytes[40:]
	}
	for at := 0; at < len(rest); at += size {
		piece := rest[at:min(len(rest), at+size)]
		more := at+len(piece) < len(rest)
		b := slices.Clone(header)
		if len(header) == 20 {
			flags := uint16(at / 8)
			if more {
				flags |= 0x2000
			}
			binary.BigEndian.PutUint16(b[2:], uint16(20+len(piece)))
			binary.BigEndian.PutUint16(b[6:], flags)
		} else {
			field := uint16(at)
			if more {
				field |= 1
			}
			binary.BigEndian.PutUint16(b[4:], uint16(8+len(piece)))
			b[6] = 44
			b = append(b, 6, 0, byte(field>>8), byte(field), 0, 0, 0, 7)
		}
		all = append(all, packetOf{after: p.after, bytes: append(b, piece...)})
	}
	return all
}

// hopping returns a packet of IPv6 with hop-by-hop options.
func hopping(p packetOf) packetOf {
	b := slices.Clone(p.bytes[:40])
	binary.BigEndian.PutUint16(b[4:], binary.BigEndian.Uint16(b[4:])+8)
	b[6] = 0
	p.bytes = slices.Concat(b, []byte{6, 0, 5, 2, 0, 0, 1, 0}, p.bytes[40:]) // a router alert
	return p
}

// Options and fragments are no loss; what is one is counted.
func TestDamage(t *testing.T) {
	for _, ends := range []string{"127.0.0.1", "[::1]"} {
		k := newTalk(t, ends4)
		if ends == "[::1]" {
			k = newTalk(t, ends6)
		}
		open, long, next := k.open(), k.says(0, strings.Repeat("long ", 20)), k.says(0, "next")
		split := fragmented(long, 48)
		for name, tt := range map[string]struct {
			packets         []packetOf
			missing         string
			cut, fragmented int
		}{
			"in fragments":      {slices.Concat(open, split, []packetOf{next}), "", 0, 0},
			"late ones":         {slices.Concat(open, []packetOf{split[2], split[0], split[1]}, []packetOf{next}), "", 0, 0},
			"twice":             {slices.Concat(open, split, split, []packetOf{next}), "", 0, 0},
			"one missing":       {slices.Concat(open, split[:2], []packetOf{next}), "100 missing", 0, 1},
			"the first missing": {slices.Concat(open, split[1:], []packetOf{next}), "100 missing", 0, 1},
			"one cut":           {slices.Concat(open, []packetOf{split[0].cut(len(split[0].bytes) - 1)}, split[1:], []packetOf{next}), "100 missing", 1, 1},
			"cut":               {slices.Concat(open, []packetOf{long.cut(len(long.bytes) - 10), next}), "10 cut", 1, 0},
			"cut in its header": {slices.Concat(open, []packetOf{long.cut(len(long.bytes) - 110), next}), "100 missing", 1, 0},
		} {
			r, err := NewReader(bufio.NewReader(bytes.NewReader(pcap(t, "raw", tt.packets...))))
			if err != nil {
				t.Fatal(err)
			}
			text, missing := "", ""
			for {
				e, err := r.Next()
				if err != nil {
					break
				}
				text += string(e.Data)
				if e.Kind == Gap {
					missing = strings.Replace(describe(e), "missing", map[bool]string{true: "cut", false: "missing"}[e.Cut], 1)
				}
			}
			if cut, fragmented := r.Damage(); missing != tt.missing || cut != tt.cut || fragmented != tt.fragmented || !strings.HasSuffix(text, "next") {
				t.Errorf("%s, %s: %q, %s, %d cut, %d in fragments", ends, name, text, missing, cut, fragmented)
			}
		}
	}
	k := newTalk(t, ends6)
	packets := append(k.open(), k.says(0, "one"), k.says(1, "two"))
	for i := range packets {
		packets[i] = hopping(packets[i])
	}
	if diff := cmp.Diff([]string{"conn 1: [::1]:50000 [::1]:8080 0s true", `1.0 3ms "one"`, `1.1 4ms "two"`}, read(pcap(t, "ethernet", packets...))); diff != "" {
		t.Errorf("hop by hop (-want +got):\n%s", diff)
	}
}

// What waits for fragments is bounded.
func TestManyFragments(t *testing.T) {
	var f fragments
	for id := range uint32(2 * mostSplit) {
		for at := range 2 * mostFragments {
			f.add(fragmentKey{id: id}, fragment{at: 8 + 512*at, data: make([]byte, 512)}, false)
		}
	}
	held := 0
	for _, p := range f.split {
		for _, piece := range p.pieces {
			held += len(piece.data)
		}
	}
	if held > mostSplit*mostOfSplit || f.missing() != 2*mostSplit {
		t.Errorf("%d bytes held, %d packets missing", held, f.missing())
	}
}

// What tcpdump prints in hex is read as what it writes.
func TestPrinted(t *testing.T) {
	for _, path := range []string{"testdata/tcpdump-X.txt", "testdata/tcpdump-XX.txt", "testdata/tcpdump-hex.txt"} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		r, ok := NewTextReader(string(text))
		if !ok {
			t.Fatalf("%s: no packets", path)
		}
		var said [2]string
		for {
			e, err := r.Next()
			if err == io.EOF {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			said[e.Side] += string(e.Data)
			if !e.Began.IsZero() || e.At < 0 || e.At > 1e10 {
				t.Errorf("%s: %v since %v", path, e.At, e.Began)
			}
		}
		if !strings.HasPrefix(said[0], "GET /chat HTTP/1.1\r\n") || !strings.HasPrefix(said[1], "HTTP/1.1 101 Switching Protocols\r\n") || !strings.Contains(said[1], "\r\n\r\n\x81\x05Hello") {
			t.Errorf("%s: %q", path, said)
		}
	}
	for _, text := range []string{"", "81 05 48 65 6c 6c 6f", "\t0x0000:  8105 4865 6c6c 6f\n", "00000000  81 05"} {
		if _, ok := NewTextReader(text); ok {
			t.Errorf("%q has packets", text)
		}
	}
}

// The key logs of a pcapng file are kept, wherever they stand, however they are
// cut when they are read.
func TestKeyLog(t *testing.T) {
	k := newTalk(t, ends4)
	file := pcapng(t, []string{"raw"}, append(k.open(), k.says(0, "one"))...)
	section := int(binary.LittleEndian.Uint32(file[4:]))
	const log = "CLIENT_RANDOM 00 11\n"
	block := func(kind uint32, text string) []byte {
		b := binary.LittleEndian.AppendUint32(nil, secretsBlock)
		size := uint32(20 + (len(text)+3)/4*4)
		b = binary.LittleEndian.AppendUint32(b, size)
		b = binary.LittleEndian.AppendUint32(b, kind)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(text)))
		b = append(b, text...)
		for len(b)%4 > 0 {
			b = append(b, 0)
		}
		return binary.LittleEndian.AppendUint32(b, size)
	}
	all := slices.Concat(file[:section], block(keyLog, log), block(0x57474b4c, "no TLS"), file[section:], block(keyLog, "more"))
	for _, size := range []int{1, 7, len(all)} {
		r, err := NewReader(bufio.NewReaderSize(&slowly{all, size}, 16))
		if err != nil {
			t.Fatal(err)
		}
		e, err := r.Next()
		if err != nil || string(e.Data) != "one" {
			t.Errorf("%q, %v", e.Data, err)
		}
		if _, err := r.Next(); err != io.EOF || string(r.KeyLog()) != log+"more" {
			t.Errorf("%q, %v", r.KeyLog(), err)
		}
	}
}

// slowly reads b in pieces.
type slowly struct {
	b    []byte
	size int
}

func (s *slowly) Read(p []byte) (int, error) {
	if len(s.b) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), s.size)], s.b)
	s.b = s.b[n:]
	return n, nil
}
