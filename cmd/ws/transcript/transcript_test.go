package transcript

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seed372fb791/rfc6455/internal/golden"
	"github.com/seed372fb791/rfc6455/internal/leak"
	"github.com/seed372fb791/rfc6455/protocol"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

// everything is events of all kinds.
var everything = []Event{
	{Conn: 1, From: protocol.Client, Kind: Open, Note: "ws://127.0.0.1:8080/a|b from 127.0.0.1:50412"},
	{At: 310 * time.Microsecond, Conn: 1, From: protocol.Client, Kind: Bytes, Data: []byte("GET / HTTP/1.1\r\n"), Note: "GET / HTTP/1.1"},
	{At: 400 * time.Microsecond, Conn: 12, From: protocol.Client, Kind: Open},
	{At: time.Second, Conn: 1, From: protocol.Client, Kind: Bytes, Data: []byte{0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58}, Note: `text "a|b"`},
	{At: time.Hour, Conn: 1, From: protocol.Server, Kind: Bytes, Data: append([]byte{0x82, 0x7e, 1, 0}, make([]byte, 256)...)},
	{At: time.Hour, Conn: 1, From: protocol.Server, Kind: Bytes, Data: make([]byte, shortRun-1), Note: "too short a run"},
	{At: 2 * time.Hour, Conn: 1, From: protocol.Client, Kind: End, Note: "no more"},
	{At: 2*time.Hour + time.Microsecond, Conn: 1, From: protocol.Server, Kind: Reset},
}

// written returns the transcript of events.
func written(t testing.TB, events []Event) string {
	t.Helper()
	var b bytes.Buffer
	w := NewWriter(&b)
	for _, e := range events {
		if err := w.Write(e); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// read returns the events of a transcript, and the error that ends them if that
// is not io.EOF.
func read(text string) (events []Event, err error) {
	r := NewReader(strings.NewReader(text))
	for {
		e, err := r.Next()
		if err == io.EOF {
			return events, nil
		} else if err != nil {
			return events, err
		}
		events = append(events, e)
	}
}

// uncommented is the difference that reading makes.
var uncommented = cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Note" },
	cmp.FilterValues(func(a, b string) bool { return !strings.HasPrefix(a+b, "ws://") }, cmp.Ignore()))

func TestWritten(t *testing.T) {
	text := written(t, everything)
	golden.Check(t, "testdata/everything.txt", text)
	events, err := read(text)
	if diff := cmp.Diff(everything, events, uncommented, cmpopts.EquateEmpty()); diff != "" || err != nil {
		t.Errorf("%v; read (-written +read):\n%s", err, diff)
	}
}

// What is cut short gives the events before that, and an error unless it is cut
// between lines.
func TestEveryTruncation(t *testing.T) {
	text := written(t, everything)
	for n := range text {
		events, err := read(text[:n])
		lines := strings.Count(text[:n], "\n")
		if want := max(lines-1, 0); len(events) != want {
			t.Errorf("%d bytes: %d events, want %d", n, len(events), want)
		}
		whole := n >= len(magic) && strings.HasSuffix(text[:n]+"\n", "\n") && (text[n-1] == '\n' || n == len(magic))
		if whole != (err == nil) || lines > 0 && err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

// Data of any length comes back, in lines that can be read.
func TestLongData(t *testing.T) {
	data := bytes.Repeat([]byte("0123456789abcdef"), 5*maxData/16)
	data = append(data, make([]byte, 3*maxData)...)
	text := written(t, []Event{{Conn: 1, Kind: Bytes, Data: data, Note: strings.Repeat("\xff", 2*maxNote)}})
	events, err := read(text)
	var all []byte
	for _, e := range events {
		all = append(all, e.Data...)
	}
	if !bytes.Equal(all, data) || len(events) != 8 || err != nil {
		t.Errorf("%d events with %d bytes of %d, %v", len(events), len(all), len(data), err)
	}
}

// A note cannot end its line.
func TestNoteOfManyLines(t *testing.T) {
	events, err := read(written(t, []Event{{Conn: 1, Kind: Open, Note: " a\r\n0 1 > 00\x1b[31m "}}))
	if len(events) != 1 || events[0].Note != "a  0 1 > 00 [31m" || err != nil {
		t.Errorf("%+v, %v", events, err)
	}
}

func TestReaderRefuses(t *testing.T) {
	for line, want := range map[string]string{
		"x 1 > 00":                              `line 3: "x" is no time in seconds with six decimals at most`,
		"-1 1 > 00":                             `line 3: "-1" is no time in seconds with six decimals at most`,
		"1m2 1 > 00":                            `line 3: "1m2" is no time in seconds with six decimals at most`,
		"0.0000001 1 > 00":                      `line 3: "0.0000001" is no time in seconds with six decimals at most`,
		"99999999999999999999 1 > 00":           `line 3: "99999999999999999999" is no time in seconds with six decimals at most`,
		"0":                                     `line 3: "" is no number of a connection`,
		"0 0 > 00":                              `line 3: "0" is no number of a connection`,
		"0 one > 00":                            `line 3: "one" is no number of a connection`,
		"0 1":                                   `line 3: "" is neither open, > nor <`,
		"0 1 = 00":                              `line 3: "=" is neither open, > nor <`,
		"0 1 >":                                 "line 3: no bytes",
		"0 1 > | 00":                            "line 3: no bytes",
		"0 1 > 00*0":                            "line 3: no bytes",
		"0 1 > 0":                               "line 3: encoding/hex: odd length hex string",
		"0 1 > ends":                            "line 3: encoding/hex: invalid byte: U+006E 'n'",
		"0 1 > 00*16385":                        "line 3: more than 16384 bytes",
		"0 1 > 00*2147483647 00*2147483647":     "line 3: more than 16384 bytes",
		"0 1 > " + strings.Repeat("0", maxLine): "line 3: more than 65536 bytes",
	} {
		events, err := read(magic + "\n0 1 > 00\n" + line + "\n0 1 > 00\n")
		if len(events) != 1 || err == nil || err.Error() != want {
			t.Errorf("%.40q: %d events, %v, want %s", line, len(events), err, want)
		}
	}
	for _, text := range []string{"", "\n", "0 1 > 00\n", "# ws transcript 2\n", strings.Repeat("x", 2*maxLine)} {
		if _, err := read(text); err == nil || err.Error() != `no transcript: the first line is not "# ws transcript 1"` {
			t.Errorf("%.40q: %v", text, err)
		}
	}
}

// What people write by hand is read, too.
func TestByHand(t *testing.T) {
	events, err := read(magic + "\r\n\n# They meet.\n  0  1  open\r\n.5 2  <  8900 aa*2 | a Ping\n1. 2 > end\n")
	want := []Event{
		{Conn: 1, From: protocol.Client, Kind: Open},
		{At: time.Second / 2, Conn: 2, Kind: Bytes, Data: []byte{0x89, 0, 0xaa, 0xaa}},
		{At: time.Second, Conn: 2, From: protocol.Client, Kind: End},
	}
	if diff := cmp.Diff(want, events); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// What can be read is written as the same events, whatever it looked like.
func FuzzTranscript(f *testing.F) {
	f.Add(written(f, everything))
	f.Add(magic + "\n\n# comment\n.5 2 < 8900 aa*2 | a Ping\n1. 2 > end")
	f.Fuzz(func(t *testing.T, text string) {
		events, _ := read(text)
		again := written(t, events)
		if len(events) == 0 {
			return
		}
		back, err := read(again)
		if diff := cmp.Diff(events, back); diff != "" || err != nil {
			t.Errorf("%v (-first +second):\n%s", err, diff)
		}
	})
}
