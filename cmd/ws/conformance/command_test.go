package conformance

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
)

// some are a few cases, of which ours passes all.
var some = []string{"-case", "close-empty,length-1,opening-rfc-example", "-not", "*@bytewise"}

func TestServer(t *testing.T) {
	_, address := ws.Serve(t)
	url := "ws://" + address + "/"
	p := ws.Start(t, append([]string{"conformance", url}, some...)...)
	p.WantStatus(0)
	if got := p.Stdout.String(); !strings.HasPrefix(got, url+": 3 cases in ") || !strings.HasSuffix(got, ": 3 pass\n") {
		t.Errorf("%q", got)
	}
}

// Each file is written, and JSON is all that goes to stdout.
func TestOutputs(t *testing.T) {
	_, address := ws.Serve(t)
	folder := t.TempDir()
	file := func(name string) string { return filepath.Join(folder, name) }
	args := append([]string{"conformance", "ws://" + address + "/", "-json", "-html", file("a.html"), "-junit", file("a.xml"),
		"-autobahn", file("reports"), "-write-expect", file("known")}, some...)
	p := ws.Start(t, args...)
	p.WantStatus(0)
	var all struct {
		Runs []struct {
			Command string
			Results []any
		}
	}
	if err := json.Unmarshal([]byte(p.Stdout.String()), &all); err != nil || len(all.Runs) != 1 || len(all.Runs[0].Results) != 3 {
		t.Errorf("%v: %.500s", err, p.Stdout)
	}
	for name, want := range map[string]string{"a.html": "<!DOCTYPE html>", "a.xml": "testsuite", "reports/index.json": "7.3.1", "known": ""} {
		if text, err := os.ReadFile(file(name)); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What is expected is in a file: an unlisted failure, a listed case that is
// passed and an unknown one each fail the run.
func TestExpect(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() { // nobody there knows how to accept
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			fmt.Fprint(c, "HTTP/1.1 101 Switching Protocols\r\n\r\n")
			c.Close()
		}
	}()
	known := filepath.Join(t.TempDir(), "known")
	for _, tt := range []struct {
		text   string
		status int
		stdout string
	}{
		{"", command.ExitFailed, "answers with Upgrade: []"},
		{"6455-1.3-1/opening-rfc-example@whole fail  # later\n", 0, ": 1 fail"},
		{"6455-1.3-1/opening-rfc-example@whole non-strict\n", command.ExitFailed, "non-strict in "},
		{"6455-1.3-1/opening-rfc-example@whole fail\n6455-1.3-1/nothing@whole fail\n", command.ExitFailed, "no case 6455-1.3-1/nothing@whole"},
	} {
		if err := os.WriteFile(known, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		p := ws.Start(t, "conformance", "ws://"+l.Addr().String(), "-case", "opening-rfc-example@whole", "-expect", known)
		p.WantStatus(tt.status)
		if !strings.Contains(p.Stdout.String(), tt.stdout) {
			t.Errorf("%q: %s", tt.text, p.Stdout)
		}
	}
}

// Cases that could not be run have an exit status of their own.
func TestNotRun(t *testing.T) {
	p := ws.Start(t, append([]string{"conformance", "ws://127.0.0.1:1"}, some...)...)
	p.WantStatus(exitNotRun)
	if got := p.Stderr.String(); p.Stdout.String() != "" || !strings.HasPrefix(got, "ws: ws://127.0.0.1:1: the server takes no connections: ") {
		t.Errorf("%s", got)
	}
	_, address := ws.Serve(t)
	p = ws.Start(t, append([]string{"conformance", "ws://" + address, "-junit", t.TempDir()}, some...)...)
	p.WantStatus(exitNotRun)
	p = ws.Start(t, append([]string{"conformance", "ws://" + address, "-expect", t.TempDir()}, some...)...)
	p.WantStatus(command.ExitUsage)
	p = ws.Start(t, "conformance", "-listen", "127.0.0.1:0", "-run", "exit 3", "-case", "length-1")
	p.WantStatus(exitNotRun)
	if got := p.Stderr.String(); got != "ws: -run: exit status 3, and no case was run\n" {
		t.Errorf("%s", got)
	}
}

func TestInterrupted(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	p := ws.Start(t, "conformance", "ws://"+l.Addr().String())
	c, err := l.Accept() // and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	p.Signals <- os.Interrupt
	p.Want(command.ExitInterrupt, "", "")
}

// A client that comes by itself is told of when it asks, and the end is Ctrl-C.
func TestListen(t *testing.T) {
	p := ws.Start(t, "conformance", "-listen", "127.0.0.1:0", "-case", "close-empty,length-1")
	p.Stdout.Wait(t, " cases\n")
	_, url, _ := strings.Cut(p.Stdout.String(), ": ")
	url, _, _ = strings.Cut(url, " ")
	ws.Start(t, "autobahn", "-url", url, "-agent", "ours").WantStatus(0)
	p.Stdout.Wait(t, "ours: 4 cases in ")
	p.Signals <- os.Interrupt
	p.WantStatus(0)
	if got := p.Stdout.String(); strings.Count(got, "ours: ") != 1 || !strings.HasSuffix(got, ": 4 pass\n") {
		t.Errorf("%q", got)
	}
}

func TestList(t *testing.T) {
	p := ws.Start(t, "conformance", "-list", "-case", "7.3.1", "-role", "client")
	p.Want(0, "6455-5.5.1-2/close-empty@whole [7.3.1]\n    Section 5.5.1: a Close may be empty. It counts as code 1005 and is answered by an empty one.\n", "")
}

// The settings of the Autobahn suite: servers by name, cases by number.
func TestSpec(t *testing.T) {
	_, address := ws.Serve(t)
	folder := t.TempDir()
	file := filepath.Join(folder, "fuzzingclient.json")
	text := fmt.Sprintf(`{"outdir": %q, "servers": [{"agent": "one", "url": "ws://%s", "options": {"version": 18}}, {"url": "ws://%[2]s/two"}],
		"cases": ["1.1.*", "7.3.1"], "exclude-cases": ["1.1.[2-8]"], "exclude-agent-cases": {"one": ["7.*"]}}`, filepath.Join(folder, "reports"), address)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p := ws.Start(t, "conformance", "-spec", file)
	p.WantStatus(0)
	got := p.Stdout.String()
	for _, want := range []string{"one: 1 case in ", "ws://" + address + "/two: 2 cases in "} {
		if !strings.Contains(got, want) {
			t.Errorf("not printed: %s\n%s", want, got)
		}
	}
	index, err := os.ReadFile(filepath.Join(folder, "reports", "index.json"))
	if err != nil || !strings.Contains(string(index), `"one"`) {
		t.Errorf("%v: %s", err, index)
	}
	for text, stderr := range map[string]string{"{": "unexpected end of JSON", `{"url": "%"}`: "invalid URL escape", `{}`: "URL or -listen is missing"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		p := ws.Start(t, "conformance", "-spec", file)
		p.WantStatus(command.ExitUsage)
		if !strings.Contains(p.Stderr.String(), stderr) {
			t.Errorf("%s: %s", text, p.Stderr)
		}
	}
}

// With TLS, and the fields that a server wants.
func TestTLS(t *testing.T) {
	_, address := ws.Serve(t, "-tls-self-signed", "-origin", "https://example.com")
	args := append([]string{"conformance", "wss://" + address, "-insecure", "-origin", "https://example.com", "-H", "Authorization: secret"}, some...)
	p := ws.Start(t, append(args, "-json")...)
	p.WantStatus(0)
	want := "ws conformance -case 6455-5.2-10/length-1@whole -H ... -insecure -origin https://example.com wss://" + address
	if got := p.Stdout.String(); !strings.Contains(got, want) {
		t.Errorf("not there: %s\n%.900s", want, got)
	}
	p = ws.Start(t, append([]string{"conformance", "wss://" + address}, some...)...)
	p.WantStatus(exitNotRun)
	if !strings.Contains(p.Stderr.String(), "certificate") {
		t.Errorf("%s", p.Stderr)
	}
}
