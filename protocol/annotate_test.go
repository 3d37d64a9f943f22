package protocol

import (
	"bytes"
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed372fb791/rfc6455/mask"
)

var update = flag.Bool("update", false, "rewrite the golden files and the annotations of the fixtures")

// The annotations of the fixtures say what the bytes say.
func TestAnnotations(t *testing.T) {
	for _, path := range fixturePaths(t) {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := annotate(string(content))
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		checkGolden(t, path, want)
	}
}

// checkGolden compares a file with what it should hold, or rewrites it.
func checkGolden(t *testing.T, path, want string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if string(content) == want && err == nil {
		return
	}
	if !*update {
		t.Errorf("%s: run go test -update and look at the change (-file +wanted):\n%s", path, cmp.Diff(string(content), want))
		return
	}
	if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

// annotate renders what stands right of | in a fixture.
func annotate(content string) (string, error) {
	const column = 58
	lines := strings.Split(content, "\n")
	streams := map[byte]*annotator{'<': {}, '>': {}}
	for i, line := range lines {
		if line == "" || streams[line[0]] == nil {
			continue
		}
		left, _, _ := strings.Cut(line, "|")
		left = strings.TrimRight(left, " ")
		b, err := parseHex(strings.Fields(left[1:]))
		if err != nil {
			return "", fmt.Errorf("line %d: %w", i+1, err)
		}
		lines[i] = fmt.Sprintf("%-*s| %s", column, left, streams[line[0]].next(b))
	}
	return strings.Join(lines, "\n"), nil
}

// annotator tells what the bytes of one direction mean.
type annotator struct {
	head  []byte // of a header that goes on in the next line
	frame Header
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
		h, n, err := ParseHeader(a.head)
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
	if a.frame.Opcode == OpClose && pos == 0 && len(p) >= 2 {
		return fmt.Sprintf("%d %s", binary.BigEndian.Uint16(p), quote(p[2:]))
	}
	return quote(p)
}

// describeHeader describes a header of n bytes: len16 and len64 are the longer
// forms of the length.
func describeHeader(h Header, n int) string {
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
