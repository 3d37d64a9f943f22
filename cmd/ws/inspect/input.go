package inspect

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed372fb791/rfc6455/cmd/ws/capture"
	"github.com/seed372fb791/rfc6455/cmd/ws/dissect"
	"github.com/seed372fb791/rfc6455/cmd/ws/transcript"
	"github.com/seed372fb791/rfc6455/protocol"
)

// maxInput is the most bytes of input that is no capture and no transcript.
const maxInput = 256 << 20

// read recognises what the input is, and inspects it.
func (i *inspection) read(packed *bufio.Reader) error {
	r, free, err := unpacked(packed)
	defer free()
	if err != nil {
		return err
	}
	start, err := r.Peek(capture.MagicSize)
	if err == nil && capture.Recognise(start) {
		return i.readCapture(r)
	}
	if start, _ = r.Peek(transcript.MagicSize); transcript.Recognise(start) {
		return i.readTranscript(r)
	}
	b, err := io.ReadAll(io.LimitReader(r, maxInput+1))
	switch {
	case err != nil:
		return err
	case len(b) > maxInput:
		return fmt.Errorf("more than %d MiB, and neither a capture nor a transcript", maxInput>>20)
	case len(bytes.TrimSpace(b)) == 0:
		return errors.New("nothing to inspect")
	case !isText(b):
		return i.readBytes(b)
	}
	return i.readText(string(b))
}

// readText recognises what text is, and inspects it.
func (i *inspection) readText(text string) error {
	if packets, ok := capture.NewTextReader(text); ok {
		return i.readPackets(packets)
	}
	if file, ok := parseHAR(text); ok {
		return i.readHAR(file)
	}
	if isFixture(text) {
		return i.readFixture(text)
	}
	b, err := dissect.ParseInput(text, maxInput)
	switch {
	case err != nil && strings.HasPrefix(strings.TrimSpace(text), `{"`):
		return errors.New("the input is JSON, but no whole HAR file")
	case err != nil:
		return fmt.Errorf("the input is text, but no bytes in hex: %w", err)
	}
	return i.readBytes(b)
}

// isText reports whether b is text that people have made. Frames are not: their
// first byte is no character, or a control character.
func isText(b []byte) bool {
	odd := func(r rune) bool { return unicode.IsControl(r) && !unicode.IsSpace(r) }
	return utf8.Valid(b) && !bytes.ContainsFunc(b, odd) && !dissect.IsHead(b)
}

// isFixture reports whether some line says what side it is about.
func isFixture(text string) bool {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "<") && !strings.HasPrefix(line, "<Buffer") || strings.HasPrefix(line, ">") || strings.HasPrefix(line, "side ") {
			return true
		}
	}
	return false
}

// readBytes inspects what one side has sent.
func (i *inspection) readBytes(b []byte) error {
	from := i.sender(b)
	c := &inspected{ours: 1 - from, words: []string{side(1 - from)}, session: framesOnly(unknownLimits)}
	if dissect.IsHead(b) {
		c.session = dissect.NewSession(unknownLimits)
	}
	return i.happen(happening{to: i.add(c), from: from, data: b})
}

// framesOnly returns a session whose opening handshake has been before.
func framesOnly(limits protocol.Config) *dissect.Session {
	return dissect.SessionOf([2]dissect.Config{
		protocol.Server: {From: protocol.Server, Limits: limits},
		protocol.Client: {From: protocol.Client, Limits: limits},
	})
}

// transcriptDeeds are the kinds of events of a transcript.
var transcriptDeeds = map[transcript.Kind]deed{transcript.Bytes: sent, transcript.End: ended, transcript.Reset: reset}

// readTranscript inspects what ws proxy has recorded.
func (i *inspection) readTranscript(r io.Reader) error {
	t, conns := transcript.NewReader(r), make(map[int]*inspected)
	for {
		e, err := t.Next()
		if err != nil {
			return err
		}
		c := conns[e.Conn]
		if c == nil {
			c = i.add(shownByClient(dissect.NewSession(unknownLimits)))
			conns[e.Conn] = c
		}
		if e.Kind == transcript.Open {
			if e.Note != "" {
				c.title = append(c.title, e.Note)
			}
			continue
		}
		if err := i.happen(happening{to: c, at: e.At, what: transcriptDeeds[e.Kind], from: e.From, data: e.Data}); err != nil {
			return err
		}
	}
}

// shownByClient returns a connection with times.
func shownByClient(s *dissect.Session) *inspected {
	return &inspected{session: s, ours: protocol.Client, words: []string{side(protocol.Client)}, timed: true}
}

// side says in the words of the fixtures from whose view frames are shown.
func side(ours protocol.Role) string { return "side    " + ours.String() }
