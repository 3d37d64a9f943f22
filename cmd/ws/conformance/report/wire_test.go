package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/protocol"
)

// tell returns rows in short.
func tell(rows []wireRow) string {
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&b, "%s %s %s", r.At, r.From, r.Summary)
		if r.Broken != "" {
			fmt.Fprintf(&b, " [%s]", r.Rule.ID)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestWireRows(t *testing.T) {
	left := func(c verdict.Chunk, n int64) verdict.Chunk {
		c.Left = n
		return c
	}
	for _, test := range []struct {
		name string
		wire []verdict.Chunk
		want string
	}{
		{"nothing", nil, ""},
		{"frames alone", []verdict.Chunk{hello, helloBack}, `
2.00 ms client text "Hello"
3.00 ms server text "Hello"
`},
		{"byte by byte", []verdict.Chunk{toServer(1, "\x89"), toServer(2, "\x80\x01\x02\x03"), toServer(3, "\x04")}, `
3.00 ms client ping ""
`},
		{"a wrong start", []verdict.Chunk{toServer(0, "POST / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"), toClient(1, "HTTP/1.1 405 No\r\n\r\nbody")}, `
0.00 ms client POST / HTTP/1.1 [6455-4.2.1-3]
1.00 ms server HTTP/1.1 405 No
1.00 ms server body, 4 bytes
`},
		{"cut off", opened(toServer(2, "\x81\x85\x37\xfa\x21\x3d\x7f")), `
0.00 ms client GET /echo HTTP/1.1
1.00 ms server HTTP/1.1 101 Switching Protocols
2.00 ms client text "H"
`},
		{"more than any limit", []verdict.Chunk{left(toClient(0, "\x82\x7f\x00\x00\x00\x00\x10\x00\x00\x00abcd"), 1<<28-4), toClient(1, "\x8a\x00")}, `
0.00 ms server binary 4 bytes
0.00 ms server 268435452 bytes more, not kept
1.00 ms server pong ""
`},
		{"cut in a payload", []verdict.Chunk{left(toClient(0, "\x82\x08ab"), 4), toClient(1, "ef\x8a\x00")}, `
0.00 ms server binary 2 bytes
0.00 ms server 4 bytes more, not kept
1.00 ms server pong ""
`},
		{"cut over frames", []verdict.Chunk{left(toClient(0, "\x82\x08ab"), 100), toClient(1, "??"), toClient(2, "\x81\x05Hello")}, `
0.00 ms server binary 2 bytes
0.00 ms server 100 bytes more, not kept
1.00 ms server 2 bytes more, in the midst of frames
2.00 ms server text "Hello"
`},
		{"broken by both", []verdict.Chunk{toServer(0, "\x81\x00"), toClient(0, "\x81\x80\x01\x02\x03\x04")}, `
0.00 ms client text "" [6455-5.1-3]
0.00 ms server text "" [6455-5.1-6]
`},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := &verdict.Result{Case: &verdict.Case{Peer: protocol.Server}, Wire: test.wire}
			if diff := cmp.Diff(strings.TrimPrefix(test.want, "\n"), tell(wireRows(r))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestElide(t *testing.T) {
	rows := make([]wireRow, 10)
	for i := range rows {
		rows[i].Summary = fmt.Sprint(i)
	}
	for most, want := range map[int]string{10: "0 1 2 3 4 5 6 7 8 9", 6: "0 1 2 3 [5 more, left out here] 9"} {
		var got []string
		for _, r := range elide(rows, most) {
			if r.Note {
				r.Summary = "[" + r.Summary + "]"
			}
			got = append(got, r.Summary)
		}
		if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
			t.Error(diff)
		}
	}
}
