package suite

import (
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/protocol"
)

// slowly echoes one message of a client's: it takes its time for each piece and
// behind the last, and answers a Ping.
func slowly(conn net.Conn, due content, read, behind time.Duration) {
	h := &heard{peer: protocol.Client, due: func(i int) (content, bool) { return due, i == 0 }}
	h.onPing = func(data string) { conn.Write(appendFrame(nil, header{fin: true, opcode: opPong}, []byte(data))) }
	for buf := make([]byte, largeWrite); ; {
		if len(h.messages) == 0 {
			time.Sleep(read)
		}
		n, err := conn.Read(buf)
		if err != nil {
			return
		}
		before := len(h.messages)
		if h.take(buf[:n]); len(h.messages) > before {
			time.Sleep(behind)
			conn.Write(appendFrame(nil, header{fin: true, opcode: opBinary}, due.bytes()))
		}
	}
}

// A peer may read the whole of a long message, and be slow at it, before it
// begins to send it back. Who is silent for too long behind it is not waited for.
func TestPatienceWithLoads(t *testing.T) {
	for _, tt := range []struct {
		load         string
		read, behind time.Duration
		want         verdict.Verdict
	}{
		{"binary 256KiB", 1500 * time.Millisecond, 1900 * time.Millisecond, verdict.Pass},
		{"binary 256KiB", 0, 2100 * time.Millisecond, verdict.Fail},
		{"binary 256KiB", 2100 * time.Millisecond, 0, verdict.Fail},
		{"binary 16MiB", 0, 9900 * time.Millisecond, verdict.Pass},
		{"binary 16MiB", 0, 10100 * time.Millisecond, verdict.Fail},
	} {
		synctest.Test(t, func(t *testing.T) {
			l, err := parseLoad(tt.load)
			if err != nil {
				t.Fatal(err)
			}
			due := l.message(0)
			ours, theirs := net.Pipe()
			done := make(chan struct{})
			go func() {
				defer close(done)
				slowly(theirs, due, tt.read, tt.behind)
			}()
			c := &Case{Case: verdict.Case{Rules: []string{ruleInOrder}, Peer: protocol.Server}, script: &script{turns: []turn{{load: l}}}, variant: whole}
			f, _ := c.playOn(ours, &wire{began: time.Now()}, nil, nil, 2*time.Second)
			theirs.Close()
			<-done
			if f.verdict != tt.want {
				t.Errorf("%s, read every %v, silent for %v: %s, %s", tt.load, tt.read, tt.behind, f.verdict, f.got)
			}
		})
	}
}
