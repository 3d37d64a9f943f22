package fuzz

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed372fb791/rfc6455/mask"
	"github.com/seed372fb791/rfc6455/protocol"
)

// transcript writes events down so that it does not matter into how many
// pieces a message was cut.
type transcript struct {
	strings.Builder
	message []byte // so far
}

func (s *transcript) add(ev protocol.Event) {
	switch ev.Kind {
	case protocol.DataEvent:
		fmt.Fprintf(s, "%x", ev.Data)
		s.message = append(s.message, ev.Data...)
		if ev.Fin {
			fmt.Fprintf(s, " %v\n", ev.Type)
			s.message = nil
		}
	case protocol.PingEvent:
		fmt.Fprintf(s, "(ping %x)\n", ev.Data)
	case protocol.PongEvent:
		fmt.Fprintf(s, "(pong %x)\n", ev.Data)
	case protocol.CloseEvent:
		fmt.Fprintf(s, "(close %d %q)\n", ev.Code, ev.Reason)
	case protocol.FailureEvent:
		fmt.Fprintf(s, "(fail %v)\n", ev.Err)
	}
}

// receive gives an endpoint the chunks, answers the events, checks what has to
// hold for each of them, and writes them down.
func (s *transcript) receive(t *testing.T, e *protocol.Endpoint, chunks ...[]byte) {
	t.Helper()
	for _, chunk := range chunks {
		e.Receive(bytes.Clone(chunk))
		var ev protocol.Event
		for e.Next(&ev) {
			if ev.Kind == protocol.DataEvent && ev.Type == protocol.Text && ev.Fin {
				if text := append(s.message[:len(s.message):len(s.message)], ev.Data...); !utf8.Valid(text) {
					t.Fatalf("a text message is not UTF-8: %x", text)
				}
			}
			s.add(ev)
			e.Answer(&ev)
		}
	}
}

// plain unmasks a stream of whole frames.
func plain(t *testing.T, stream []byte) (out []byte) {
	t.Helper()
	for len(stream) > 0 {
		h, n, err := protocol.ParseHeader(stream)
		if err != nil || uint64(len(stream)-n) < h.Length {
			t.Fatalf("no whole frame: % x", stream)
		}
		payload := bytes.Clone(stream[n:][:h.Length])
		mask.XOR(payload, h.Key, 0)
		stream = stream[n+len(payload):]
		h.Masked, h.Key = false, mask.Key{}
		out = append(protocol.AppendHeader(out, h), payload...)
	}
	return out
}
