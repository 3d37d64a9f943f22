package transcript

import (
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/seed372fb791/rfc6455/protocol"
)

// Writer writes a transcript. Each event is handed on at once by one Write of
// whole lines, so what has been written is readable however the program ends.
// Not safe for concurrent use.
type Writer struct {
	w     io.Writer
	begun bool
	lines []byte // reused
}

// NewWriter returns a writer of a transcript to w.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// Write writes an event. It keeps nothing of it.
func (w *Writer) Write(e Event) error {
	w.lines = w.lines[:0]
	if !w.begun {
		w.begun = true
		w.lines = append(w.lines, magic+"\n"...)
	}
	for len(e.Data) > maxData {
		w.lines = append(appendEvent(w.lines, e, e.Data[:maxData]), '\n')
		e.Data = e.Data[maxData:]
	}
	w.lines = appendEvent(w.lines, e, e.Data)
	if note := printable(e.Note); note != "" {
		if e.Kind != Open {
			w.lines = append(w.lines, " |"...)
		}
		w.lines = append(append(w.lines, ' '), note...)
	}
	w.lines = append(w.lines, '\n')
	_, err := w.w.Write(w.lines)
	return err
}

// appendEvent appends the words of an event, with these of its bytes.
func appendEvent(dst []byte, e Event, data []byte) []byte {
	dst = fmt.Appendf(dst, "%s %d", Seconds(e.At), e.Conn)
	if e.Kind == Open {
		return append(dst, " "+open...)
	}
	from := fromServer
	if e.From == protocol.Client {
		from = fromClient
	}
	dst = append(dst, " "+from...)
	switch e.Kind {
	case End:
		return append(dst, " "+end...)
	case Reset:
		return append(dst, " "+reset...)
	}
	return appendHex(dst, data)
}

// shortRun is the number of equal bytes from which the short form is used.
const shortRun = 17

// appendHex appends data in hex, a space before each word.
func appendHex(dst, data []byte) []byte {
	for len(data) > 0 {
		run := 1
		for run < len(data) && data[run] == data[0] {
			run++
		}
		if run >= shortRun {
			dst = fmt.Appendf(dst, " %02x*%d", data[0], run)
		} else {
			for range run {
				dst = hex.AppendEncode(append(dst, ' '), data[:1])
			}
		}
		data = data[run:]
	}
	return dst
}

// printable returns a note as it fits into a line.
func printable(note string) string {
	note = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, note[:min(len(note), maxNote)])
	// What is no UTF-8 has become longer by that.
	return strings.TrimSpace(strings.ToValidUTF8(note[:min(len(note), maxNote)], ""))
}
