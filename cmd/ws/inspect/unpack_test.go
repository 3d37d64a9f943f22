package inspect

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/klauspost/compress/zstd"

	"github.com/seed372fb791/rfc6455/internal/golden"
)

// text returns the contents of a file.
func text(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// What gzip and zstd have packed is as what they were given, and a file is as
// stdin, which is "-" as well.
func TestInspectPacked(t *testing.T) {
	status, plain, _ := inspect(t, "", "../testdata/captures/chat.pcap")
	if status != 0 {
		t.Fatalf("exit status %d", status)
	}
	zipped := text(t, "testdata/kinds/chat.pcap.gz")
	var twice bytes.Buffer
	z, err := zstd.NewWriter(&twice)
	if err != nil {
		t.Fatal(err)
	}
	z.Write([]byte(zipped))
	z.Close()
	for name, run := range map[string]struct{ stdin, file string }{
		"gzip":       {"", "testdata/kinds/chat.pcap.gz"},
		"zstd":       {"", "testdata/kinds/chat.pcap.zst"},
		"on stdin":   {zipped, "-"},
		"one in one": {twice.String(), "-"},
		"in clear":   {text(t, "../testdata/captures/chat.pcap"), "-"},
	} {
		if status, stdout, stderr := inspect(t, run.stdin, run.file); status != 0 || stdout != plain || stderr != "" {
			t.Errorf("%s: exit status %d: %s\n%s", name, status, stderr, stdout)
		}
	}
}

// What cannot be read is named.
func TestInspectForeign(t *testing.T) {
	var wide strings.Builder
	for _, c := range utf16.Encode([]rune("\ufeff81 05 48 65 6c 6c 6f")) {
		wide.WriteString(string([]byte{byte(c), byte(c >> 8)}))
	}
	const gz = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"
	for stdin, want := range map[string]string{
		"PK\x03\x04rest":                "ws: this is a zip archive: unpack it first\n",
		"snoop\x00\x00\x00\x00\x00\x00": "ws: this is a capture of snoop: ",
		"\x34\xcd\xb2\xa1\x02\x00":      "ws: this is a pcap file of the modified kind: ",
		"\xa1\xb2\xcd\x34\x00\x02":      "ws: this is a pcap file of the modified kind: ",
		wide.String():                   "ws: this is text in UTF-16: save it as UTF-8\n",
		gz:                              "ws: unexpected EOF\n",
		"\x1f\x8b":                      "ws: gzip: ",
		"\x28\xb5\x2f\xfdx":             "ws: ",
	} {
		if status, stdout, stderr := inspect(t, stdin); status != 1 || stdout != "" || !strings.HasPrefix(stderr, want) {
			t.Errorf("%q: exit status %d: %s%s", stdin, status, stderr, stdout)
		}
	}
}

// The mark that text is UTF-8 does not matter, whatever the text is.
func TestInspectMarked(t *testing.T) {
	for _, stdin := range []string{"81 85 37 fa 21 3d 7f 9f 4d 51 58", "< 81 85 37 fa 21 3d 7f 9f 4d 51 58", "# ws transcript 1\n0 1 open\n0 1 > 8185 37fa213d 7f9f4d5158\n"} {
		same, want, _ := inspect(t, stdin)
		if status, stdout, stderr := inspect(t, "\xef\xbb\xbf"+stdin); status != same || stdout != want {
			t.Errorf("%q: exit status %d: %s\n%s", stdin, status, stderr, stdout)
		}
	}
}

// Bytes as languages print them, what tcpdump prints, and what browsers export.
func TestInspectPrinted(t *testing.T) {
	for _, stdin := range []string{"<Buffer 81 85 37 fa 21 3d 7f 9f 4d 51 58>", "81-85-37-FA-21-3D-7F-9F-4D-51-58", `b'\x81\x857\xfa!=\x7f\x9fMQX'`, "gYU3+iE9f59NUVg="} {
		if status, stdout, stderr := inspect(t, stdin); status != 0 || stdout != "side    server\n"+helloLine || stderr != "" {
			t.Errorf("%q: exit status %d: %s\n%s", stdin, status, stderr, stdout)
		}
	}
	for _, file := range []string{"tcpdump-X.txt", "tcpdump-XX.txt", "tcpdump-hex.txt"} {
		status, stdout, stderr := inspect(t, "", "../capture/testdata/"+file)
		if status != 0 || stderr != "" || !strings.Contains(stdout, "# > GET /chat HTTP/1.1\n") || strings.Count(stdout, "event   text fin \"Hello\"\n") != 2 || strings.Contains(stdout, "# connection 1, ") {
			t.Errorf("%s: exit status %d: %s\n%s", file, status, stderr, stdout)
		}
	}
	status, stdout, stderr := inspect(t, "", "testdata/kinds/chat.har")
	if status != 0 || stderr != "" {
		t.Errorf("HAR: exit status %d: %s", status, stderr)
	}
	golden.Check(t, "testdata/kinds/chat.txt", stdout)
}

// HAR files may lack much.
func TestInspectHAR(t *testing.T) {
	for stdin, want := range map[string]string{
		`{"log": {"entries": []}}`: "ws: there is no WebSocket connection in the HAR file: no entry has _webSocketMessages\n",
		`{"log": {"entries": [{"request": {"url": "ws://a/"}, "_webSocketMessages": [{"type": "send", "opcode": 2, "data": "?"}]}]}}`: "ws: message 1 to or from ws://a/: illegal base64 data at input byte 0\n",
		`{"log": 1}`: "ws: the input is JSON, but no whole HAR file\n",
		`{"log": {"entries": [{"request": {"url": "ws://a/"}, "_webSocketMessages": [{"type": "error", "opcode": -1, "data": "gone"}, {"type": "receive", "opcode": 1, "data": "Hello"}]}]}}`: "",
	} {
		status, stdout, stderr := inspect(t, stdin)
		if stderr != want || (status == 0) != (want == "") || want == "" && !strings.HasSuffix(stdout, "\n"+openHello+"event   text fin \"Hello\"\n") {
			t.Errorf("%s: exit status %d: %s%s", stdin, status, stderr, stdout)
		}
	}
}
