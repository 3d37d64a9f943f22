package interop

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// watched is a capture under way, and what ws inspect shows of it.
type watched struct {
	dump, inspect *exec.Cmd
	stdin         io.Closer // of inspect
	file          string
	parts         chan part
}

// part is a frame, or something else, as ws inspect -json shows it.
type part struct {
	Kind, From, Opcode, Message, Payload, Contents string
	Compressed                                     bool
	Fields                                         []struct{ Name, Value string }
}

// watch starts tcpdump, which hands what it captures of a server to ws inspect
// and to a file.
func watch(t *testing.T, ws, server string) *watched {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	w := &watched{file: filepath.Join(t.TempDir(), "capture.pcap"), parts: make(chan part, 1024)}
	file, err := os.Create(w.file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	w.inspect = prepare(t, ws, "inspect", "-json")
	stdin, err := w.inspect.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := w.inspect.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := w.inspect.Start(); err != nil {
		t.Fatal(err)
	}
	w.stdin = stdin
	go w.read(stdout)
	w.dump = prepare(t, "tcpdump", "-i", "lo", "-U", "--immediate-mode", "-B", "16384", "-n", "-w", "-", "tcp port "+u.Port())
	ready := &notice{text: "listening on", seen: make(chan struct{})}
	w.dump.Stdout, w.dump.Stderr = io.MultiWriter(file, stdin), ready
	if err := w.dump.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // if the test has failed they run until its context ends
		w.dump.Wait()
		stdin.Close()
		w.inspect.Wait()
	})
	select {
	case <-ready.seen:
	case <-time.After(patience):
		t.Fatalf("tcpdump does not listen: %s", &ready.all)
	}
	return w
}

// notice is a writer that tells when something has been written.
type notice struct {
	text string
	seen chan struct{}
	all  bytes.Buffer
}

func (n *notice) Write(p []byte) (int, error) {
	before := strings.Contains(n.all.String(), n.text)
	n.all.Write(p)
	if !before && strings.Contains(n.all.String(), n.text) {
		close(n.seen)
	}
	return len(p), nil
}

// read reads what is shown: at once, so that nothing holds up tcpdump.
func (w *watched) read(stdout io.Reader) {
	defer close(w.parts)
	for lines := json.NewDecoder(stdout); ; {
		var p part
		if lines.Decode(&p) != nil {
			return
		}
		w.parts <- p
	}
}

// shown waits until both sides have closed, ends the capture, and returns what
// was shown of either side.
func (w *watched) shown(t *testing.T) map[string][]said {
	t.Helper()
	all, pieces, closed, pongs := map[string][]said{}, map[string]string{}, 0, 0
	late := time.After(patience)
	for {
		select {
		case p, ok := <-w.parts:
			if !ok {
				if pongs != 1 {
					t.Errorf("%d Pongs shown, want 1", pongs)
				}
				if err := w.inspect.Wait(); err != nil {
					t.Errorf("ws inspect: %v", err)
				}
				return all
			}
			w.take(t, p, all, pieces)
			switch p.Opcode {
			case "pong":
				pongs++
			case "close":
				if closed++; closed == 2 {
					w.stop(t)
				}
			}
		case <-late:
			t.Fatal("the end of the connection is not shown")
		}
	}
}

// take adds a frame to the messages of its side.
func (w *watched) take(t *testing.T, p part, all map[string][]said, pieces map[string]string) {
	t.Helper()
	if p.Message == "" {
		return
	}
	text := p.Payload
	if p.Compressed {
		text = p.Contents
	}
	data, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	pieces[p.From] += string(data)
	if p.Fields[0].Name == "FIN" && p.Fields[0].Value == "1" {
		all[p.From] = append(all[p.From], said{p.From, p.Message, pieces[p.From]})
		pieces[p.From] = ""
	}
}

// stop ends the capture.
func (w *watched) stop(t *testing.T) {
	t.Helper()
	if err := w.dump.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := w.dump.Wait(); err != nil {
		t.Errorf("tcpdump: %v: %s", err, &w.dump.Stderr.(*notice).all)
	}
	w.stdin.Close()
}

// checkText inspects the file. The short messages stand in it as text below the
// bytes of their side, and no rule is broken.
func (w *watched) checkText(t *testing.T, ws string, want map[string][]said) {
	t.Helper()
	text, err := exec.Command(ws, "inspect", w.file).Output()
	if err != nil {
		t.Errorf("ws inspect: %v", err)
	}
	shown, from := map[string]bool{}, ""
	for line := range strings.Lines(string(text)) {
		if side, _, ok := strings.Cut(line, " "); ok && (side == "<" || side == ">") {
			from = map[string]string{"<": "server", ">": "client"}[side]
		}
		shown[from+" "+strings.TrimSpace(line)] = true
	}
	for _, s := range slices.Concat(want["client"], want["server"]) {
		if line := fmt.Sprintf("%s event   %s fin %q", s.From, s.Type, s.Data); len(s.Data) < 100 && !shown[line] {
			t.Errorf("not shown: %s", line)
		}
	}
}
