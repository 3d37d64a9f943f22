package tool

import (
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/seed372fb791/rfc6455/interop/internal/programs"
)

// ask runs ws connect with a question on stdin, and wants an answer that has a
// text.
func ask(t *testing.T, ws, question, want string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), ws, append([]string{"connect"}, args...)...)
	cmd.Stdin, cmd.Stderr = strings.NewReader(question), t.Output()
	out, err := cmd.Output()
	if err != nil || !strings.Contains(string(out), want) {
		t.Errorf("ws connect %s: %v\n%s\nwant in it: %s", strings.Join(args, " "), err, out, want)
	}
}

// buildWS builds the tool.
func buildWS(t *testing.T) (ws string) {
	t.Helper()
	ws, err := programs.WS("../../cmd/ws", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return ws
}

// A question to Chromium's DevTools, whose network task answers Pings while
// another one works on the answer.
func TestOneShotChromium(t *testing.T) {
	folder, err := os.MkdirTemp("", "chromium-")
	if err != nil {
		t.Fatal(err)
	}
	line := append(programs.Chromium(t, folder), "--remote-debugging-port=0", "about:blank")
	browser := start(t, line[0], line[1:]...)
	defer os.RemoveAll(folder)
	defer browser.stop(syscall.SIGTERM)
	ws, url := buildWS(t), programs.DevTools(t, folder)
	const question = `{"id": 1, "method": "Browser.getVersion"}` + "\n"
	ask(t, ws, question, `"product":"`, url)
	ask(t, ws, question, `"product":"`, "-n", "1", url)
	ask(t, ws, `{"id": 1,
"method": "Browser.getVersion"}`, `"product":"`, "-whole", "-keepalive", "0", url)
}

// Node's inspector drops a connection on a Ping, at least in version 20.
func TestOneShotNodeInspector(t *testing.T) {
	node := programs.Find(t, "apt-get install nodejs", "node")
	cmd := exec.CommandContext(t.Context(), node, "--inspect=0", "-e", "process.stdin.resume()")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer stdin.Close()
	ws, url := buildWS(t), inspectorURL(t, stderr)
	const question = `{"id": 1, "method": "Runtime.evaluate", "params": {"expression": "6 * 7"}}` + "\n"
	ask(t, ws, question, `"value":42`, url)
	ask(t, ws, question, `"value":42`, "-keepalive", "0", "-n", "1", url)
}

// inspectorURL returns the address that Node prints, and drains the rest.
func inspectorURL(t *testing.T, stderr io.Reader) string {
	t.Helper()
	var text []byte
	b := make([]byte, 1024)
	for {
		n, err := stderr.Read(b)
		text = append(text, b[:n]...)
		if url := regexp.MustCompile(`ws://\S+\s`).Find(text); url != nil {
			go io.Copy(io.Discard, stderr)
			return strings.TrimSpace(string(url))
		}
		if err != nil {
			t.Fatalf("Node printed:\n%s", text)
		}
	}
}

// A server of the npm package ws that takes 50 ms for an answer, to each of
// several questions.
func TestOneShotNPM(t *testing.T) {
	node := programs.NPM(t, "..")
	ws, url := buildWS(t), start(t, node, "slow_server.js").line()
	ask(t, ws, "one\ntwo\nthree\n", "one\ntwo\nthree\n", url)
	ask(t, ws, "00 ff\n", "00ff\n", "-hex", url)
	ask(t, ws, "a\nb\x00c\x00", "a\nb\x00c\x00", "-null", url)
	ask(t, ws, "a\nb--c", "a\nb\nc\n", "-delimiter", "--", "-n", "2", url)
}
