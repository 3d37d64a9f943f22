package conformance

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/mask"
	"github.com/seed372fb791/rfc6455/protocol"
)

// listen starts a server that completes the opening handshake and leaves the
// rest to serve.
func listen(t *testing.T, serve func(c net.Conn, in *bufio.Reader)) net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	t.Cleanup(all.Wait)
	t.Cleanup(func() { l.Close() })
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer c.Close()
				in := bufio.NewReader(c)
				r, err := http.ReadRequest(in)
				if err != nil {
					return
				}
				fmt.Fprintf(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
					"Sec-WebSocket-Accept: %s\r\n\r\n", handshake.AcceptKey(r.Header.Get("Sec-WebSocket-Key")))
				serve(c, in)
			})
		}
	})
	return l
}

// careless takes everything for good: it echoes messages as they are, answers
// Pings and Closes with what they hold, and waits for any length.
func careless(c net.Conn, in *bufio.Reader) {
	var message []byte
	var opcode protocol.Opcode
	for {
		h, payload, err := readFrame(in)
		if err != nil {
			return
		}
		answer := protocol.Header{Fin: true, Opcode: h.Opcode}
		switch h.Opcode {
		case protocol.OpPing:
			answer.Opcode = protocol.OpPong
		case protocol.OpPong:
			continue
		case protocol.OpClose:
		default:
			if h.Opcode != protocol.OpContinuation {
				opcode = h.Opcode
			}
			if message = append(message, payload...); !h.Fin {
				continue
			}
			payload, message, answer.Opcode = message, nil, opcode
		}
		answer.Length = uint64(len(payload))
		c.Write(append(protocol.AppendHeader(nil, answer), payload...))
		if h.Opcode == protocol.OpClose {
			return
		}
	}
}

func readFrame(in *bufio.Reader) (h protocol.Header, payload []byte, err error) {
	for size := 2; ; size++ {
		head, err := in.Peek(size)
		if err != nil {
			return h, nil, err
		}
		var n int
		if h, n, err = protocol.ParseHeader(head); errors.Is(err, io.ErrUnexpectedEOF) {
			continue
		}
		in.Discard(n)
		break
	}
	if h.Length > 1<<20 {
		io.Copy(io.Discard, in)
		return h, nil, io.EOF
	}
	payload = make([]byte, h.Length)
	_, err = io.ReadFull(in, payload)
	if h.Masked {
		mask.XOR(payload, h.Key, 0)
	}
	return h, payload, err
}

// play plays everything against a server and returns the verdicts.
func play(t *testing.T, serve func(net.Conn, *bufio.Reader)) map[*Script]Outcome {
	scripts, _, err := Load("../../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	addr := listen(t, serve).Addr().String()
	outcomes, err := PlayAll(func() (string, error) { return addr, nil }, scripts, 200*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	verdicts := map[*Script]Outcome{}
	for i, s := range scripts {
		verdicts[s] = outcomes[i]
	}
	return verdicts
}

// A server that accepts everything is found out by every fixture that has it
// fail, and does well in the others.
func TestCareless(t *testing.T) {
	for s, o := range play(t, careless) {
		end := s.due().end
		want := Exact
		switch {
		case s.Deflate != nil:
			want = Declined
		case end.how == failed:
			want = Wrong
		}
		if o.Verdict == Allowed && (end.sendersRule || strings.Contains(s.Name, "close")) {
			continue // the RFC does not oblige receivers, or the connection ends as it must
		}
		if o.Verdict != want {
			t.Errorf("%s: %v, want %v: %s", s.Name, o.Verdict, want, o.Why)
		}
	}
}

// A server that hangs up at once fails connections as it should, but is no good
// for anything else.
func TestHangingUp(t *testing.T) {
	for s, o := range play(t, func(net.Conn, *bufio.Reader) {}) {
		want := Wrong
		switch end := s.due().end; {
		case s.Deflate != nil:
			want = Declined
		case end.silent:
			want = Exact
		case end.how == failed:
			want = Allowed
		}
		if o.Verdict != want {
			t.Errorf("%s: %v, want %v: %s", s.Name, o.Verdict, want, o.Why)
		}
	}
}

// A server that breaks down is started again, and goes on with the next one.
func TestBreakdown(t *testing.T) {
	script := func(name string) *Script {
		return &Script{Name: name, turns: []turn{{bytes: frame(protocol.OpText, nil), messages: []message{{text: true}}}}}
	}
	starts := 0
	start := func() (string, error) {
		if starts++; starts > 1 {
			return listen(t, careless).Addr().String(), nil
		}
		first := make(chan net.Listener, 1)
		l := listen(t, func(net.Conn, *bufio.Reader) { (<-first).Close() })
		first <- l
		return l.Addr().String(), nil
	}
	outcomes, err := PlayAll(start, []*Script{script("first"), script("second")}, 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if outcomes[0].Verdict != Wrong || outcomes[1].Verdict != Exact || starts != 2 {
		t.Errorf("%v, after %d starts", outcomes, starts)
	}
}
