package dissect

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strings"

	"github.com/seed372fb791/rfc6455/internal/fixture"
	"github.com/seed372fb791/rfc6455/mask"
	"github.com/seed372fb791/rfc6455/protocol"
)

// Annotate returns a fixture (see testdata/frames/README.md) with what stands
// right of | in it rendered anew.
func Annotate(content string) (string, error) {
	lines := strings.Split(content, "\n")
	streams := map[byte]*annotator{'<': {}, '>': {}}
	for i, line := range lines {
		if line == "" || streams[line[0]] == nil {
			continue
		}
		left, _, _ := strings.Cut(line, "|")
		left = strings.TrimRight(left, " ")
		b, err := fixture.ParseHex(strings.Fields(left[1:]), math.MaxInt)
		if err != nil {
			return "", fmt.Errorf("line %d: %w", i+1, err)
		}
		lines[i] = annotated(left, streams[line[0]].next(b))
	}
	return strings.Join(lines, "\n"), nil
}

// annotated puts an annotation right of a line.
func annotated(left, annotation string) string { return fmt.Sprintf("%-58s| %s", left, annotation) }

// annotator tells what the bytes of one direction mean, whatever rules they
// break.
type annotator struct {
	head  []byte // of a header that goes on in the next line
	frame protocol.Header
	left  uint64 // bytes of payload to come
}

// next tells what the next bytes mean.
func (a *annotator) next(b []byte) string {
	var parts []string
	for len(b) > 0 {
		if a.left > 0 {
			n := min(a.left, uint64(len(b)))
			parts = append(parts, a.payload(b[:n]))
			b = b[n:]
			continue
		}
		a.head, b = append(a.head, b[0]), b[1:]
		h, n, err := protocol.ParseHeader(a.head)
		if err == nil {
			parts = append(parts, describeHeader(h, n))
			a.head, a.frame, a.left = nil, h, h.Length
		} else if len(b) == 0 {
			parts = append(parts, "a part of a header")
		}
	}
	return strings.Join(parts, " ")
}

// payload tells what p, the next bytes of the frame's payload, means.
func (a *annotator) payload(p []byte) string {
	pos := a.frame.Length - a.left
	a.left -= uint64(len(p))
	p = bytes.Clone(p)
	if a.frame.Masked {
		mask.XOR(p, a.frame.Key, int(pos&3))
	}
	if a.frame.Opcode == protocol.OpClose && pos == 0 && len(p) >= 2 {
		return fmt.Sprintf("%d %s", binary.BigEndian.Uint16(p), fixture.Quote(p[2:]))
	}
	return fixture.Quote(p)
}

// describeHeader describes a header of n bytes: len16 and len64 are the longer
// forms of the length.
func describeHeader(h protocol.Header, n int) string {
	var s strings.Builder
	if h.Fin {
		s.WriteString("FIN ")
	}
	for i := range 3 {
		if h.RSV&(4>>i) != 0 {
			fmt.Fprintf(&s, "RSV%d ", i+1)
		}
	}
	s.WriteString(h.Opcode.String())
	if h.Masked {
		fmt.Fprintf(&s, " mask=%x", h.Key)
		n -= len(h.Key)
	}
	fmt.Fprintf(&s, " %s=%d", map[int]string{2: "len", 4: "len16", 10: "len64"}[n], h.Length)
	return s.String()
}
