package protocol

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	words "github.com/seed372fb791/rfc6455/internal/fixture"
	"github.com/seed372fb791/rfc6455/mask"
)

// rawFrame is a frame as it stands in a stream, whatever rules it breaks.
type rawFrame struct {
	header  Header
	head    []byte
	payload []byte // what is there of it
}

// String tells what a whole frame says.
func (f rawFrame) String() string {
	payload := bytes.Clone(f.payload)
	mask.XOR(payload, f.header.Key, 0) // of zeros, if there is none
	code := ""
	if f.header.Opcode == OpClose && len(payload) >= 2 {
		code, payload = fmt.Sprintf(" %d", binary.BigEndian.Uint16(payload)), payload[2:]
	}
	return fmt.Sprintf("%v%s %s", f.header.Opcode, code, words.Quote(payload))
}

// splitFrames takes a stream apart. The last frame may lack bytes.
func splitFrames(b []byte) (frames []rawFrame) {
	for {
		h, n, err := ParseHeader(b)
		if err != nil {
			if len(b) > 0 {
				frames = append(frames, rawFrame{head: b})
			}
			return frames
		}
		end := n + int(min(h.Length, uint64(len(b)-n)))
		frames = append(frames, rawFrame{h, b[:n], b[n:end]})
		b = b[end:]
	}
}

// masked masks each frame of a stream of unmasked ones with key.
func masked(stream []byte, key mask.Key) (out []byte) {
	for _, f := range splitFrames(stream) {
		out = append(out, f.head...)
		if len(f.head) > 1 {
			out[len(out)-len(f.head)+1] |= bitMask
			out = append(out, key[:]...)
		}
		payload := bytes.Clone(f.payload)
		mask.XOR(payload, key, 0)
		out = append(out, payload...)
	}
	return out
}

// turnsAs returns the turns as the endpoint that plays role sees them.
func (f *fixture) turnsAs(role Role) []turn {
	turns := slices.Clone(f.turns)
	if len(f.roles) < 2 {
		return turns
	}
	for i := range turns {
		if role == Server {
			turns[i].in = masked(turns[i].in, f.key)
		} else {
			turns[i].out = masked(turns[i].out, f.key)
		}
	}
	return turns
}

// checkHeaders checks that the frames accepted and the frames sent have the
// headers that AppendHeader makes.
func (s *session) checkHeaders(turns []turn) error {
	var in []byte
	for _, t := range turns {
		in = append(in, t.in...)
	}
	if err := sameHeaders(splitFrames(in), s.read); err != nil {
		return fmt.Errorf("accepted: %w", err)
	}
	sent := splitFrames(s.out)
	if len(sent) != len(s.written) {
		return fmt.Errorf("%d frames in the output, FrameWritten knows of %d", len(sent), len(s.written))
	}
	return sameHeaders(sent, s.written)
}

func sameHeaders(frames []rawFrame, headers []Header) error {
	for i, h := range headers {
		if again := AppendHeader(nil, h); !bytes.Equal(again, frames[i].head) {
			return fmt.Errorf("frame %d has the header % x, encoded again % x", i, frames[i].head, again)
		}
	}
	return nil
}

// describe returns the events in the words of the fixtures.
func describe(events []Event) string {
	var b strings.Builder
	for _, ev := range events {
		switch ev.Kind {
		case DataEvent:
			fin := ""
			if ev.Fin {
				fin = " fin"
			}
			fmt.Fprintf(&b, "event %v%s %s\n", ev.Type, fin, words.Quote(ev.Data))
		case PingEvent:
			fmt.Fprintf(&b, "event ping %s\n", words.Quote(ev.Data))
		case PongEvent:
			fmt.Fprintf(&b, "event pong %s\n", words.Quote(ev.Data))
		case CloseEvent:
			fmt.Fprintf(&b, "event close %d %q\n", ev.Code, ev.Reason)
		case FailureEvent:
			fmt.Fprintf(&b, "fail %d %s %s\n", ev.Err.Code, ev.Err.Rule, ev.Err.Option)
		}
	}
	return b.String()
}
