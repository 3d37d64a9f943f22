package inspect

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/internal/golden"
)

// captures returns the paths of the captures, which package capture writes.
func captures(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob("../testdata/captures/*.pcap")
	ng, errNG := filepath.Glob("../testdata/captures/*.pcapng")
	if err != nil || errNG != nil || len(paths) == 0 || len(ng) == 0 {
		t.Fatalf("%d and %d captures, %v, %v", len(paths), len(ng), err, errNG)
	}
	return append(paths, ng...)
}

// What is printed of captures is what stands beside them.
func TestInspectCaptures(t *testing.T) {
	for _, path := range captures(t) {
		stem, args := strings.TrimSuffix(path, filepath.Ext(path)), []string{path}
		if keys := stem + ".keys"; exists(keys) {
			args = []string{"-keylog", keys, path}
		}
		status, stdout, stderr := inspect(t, "", args...)
		golden.Check(t, stem+".txt", fmt.Sprintf("%s\nexit status %d\n%s", stdout, status, stderr))
	}
	for name, args := range map[string][]string{
		"chat-explained": {"-explain", "../testdata/captures/chat.pcap"},
		"broken-json":    {"-json", "../testdata/captures/broken.pcap"},
		"several-json":   {"-json", "../testdata/captures/several.pcapng"},
		"middle-deflate": {"-deflate", "permessage-deflate", "../testdata/captures/middle.pcap"},
	} {
		_, stdout, _ := inspect(t, "", args...)
		golden.Check(t, "../testdata/captures/"+name+".txt", stdout)
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// A capture is shown while it is made.
func TestInspectLive(t *testing.T) {
	file, err := os.ReadFile("../testdata/captures/chat.pcap")
	if err != nil {
		t.Fatal(err)
	}
	p := ws.Start(t, "inspect")
	half := len(file) / 2
	p.Say(string(file[:half]))
	p.Stdout.Wait(t, "# > GET /chat HTTP/1.1\n")
	p.Say(string(file[half:]))
	p.Stdout.Wait(t, "event   close 1000\n")
	p.Stdin.Close()
	if status := <-p.Ended; status != 0 {
		t.Errorf("exit status %d: %s", status, p.Stderr)
	}
}

// What stands before the damage is shown.
func TestInspectDamaged(t *testing.T) {
	file, err := os.ReadFile("../testdata/captures/chat.pcap")
	if err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := inspect(t, string(file[:len(file)-200]))
	if status != command.ExitFailed || !strings.HasPrefix(stderr, "ws: packet 12 of the capture: ") || !strings.Contains(stdout, "event   pong \"?\"\n") {
		t.Errorf("exit status %d: %s\n%s", status, stderr, stdout)
	}
}

// Whatever the input is, it comes to an end, and what is printed can be sent to
// a terminal.
func FuzzInspect(f *testing.F) {
	for _, path := range captures(f) {
		file, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file, uint8(0))
	}
	for _, text := range []string{
		maskedHello, "81 05 48 65 6c 6c 6f", "side server\ndeflate\n< 81 00\n> 81 00", "GET / HTTP/1.1\r\nHost: \x9b\r\n\r\n",
		"HTTP/1.1 101 x\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00",
		"# ws transcript 1\n0.0 1 open x\n0.1 1 > 81 00\n0.2 1 < end\n",
		"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nGET / HTTP/1.1\r\n\r\n", "PROXY TCP4 192.0.2\x111\r\n", `b"\x81\x05Hello"`, "[129, 5, 72]", "gQVIZWxsbw==",
		"\t0x0000:  4500 0029 0000 4000 4006 0000 7f00 0001\n\t0x0010:  7f00 0001 c350 1f90 0000 0001 0000 0001\n\t0x0020:  5018 0200 0000 0000 81\n",
		`{"log": {"entries": [{"_webSocketMessages": [{"type": "send", "opcode": 1, "data": "Hello"}]}]}}`,
	} {
		for bits := range uint8(8) {
			f.Add([]byte(text), bits)
		}
	}
	long := regexp.MustCompile(`\*\d{4}`) // a run of bytes in a few, which takes its time
	f.Fuzz(func(t *testing.T, input []byte, bits uint8) {
		if long.Match(input) {
			return
		}
		o := &flags{explain: bits&1 != 0}
		if bits&2 != 0 {
			o.deflate = "permessage-deflate"
		}
		if bits&4 != 0 {
			o.from = "client"
		}
		if err := o.check(); err != nil {
			t.Fatal(err)
		}
		var printed bytes.Buffer
		i := &inspection{flags: o, env: command.Environment{Stderr: io.Discard}, report: &textReport{w: &printed, explain: o.explain}}
		i.read(bufio.NewReader(bytes.NewReader(input))) // any error will do
		if err := i.finish(); err != nil {
			t.Error(err)
		}
		if at := bytes.IndexFunc(printed.Bytes(), func(r rune) bool { return r != '\n' && unicode.IsControl(r) }); at >= 0 {
			t.Errorf("a control character: %q", printed.Bytes()[max(0, at-20):min(printed.Len(), at+20)])
		}
	})
}
