//go:build unix

package main

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
)

// scene is what an example is run in and what is to come of it.
type scene struct {
	// before sees to what has to be there, in the folder that the example is
	// run in. Each other string that it returns is what stands in the line for
	// the one before it.
	before func(t *testing.T, folder string) (swap []string)
	until  string // it is interrupted once it has printed this; "" if it ends by itself
	status int
	want   []string // in what it prints
	file   string   // which it writes
}

// scenes are those of the examples, by their lines.
var scenes = map[string]scene{
	"ws demo":             {before: anyPort, until: "open http://"},
	"ws demo -addr :8080": {before: anyPort, until: "open http://localhost:"},
	"ws serve":            {before: anyPort, until: "listening: open http://"},
	"ws serve -addr :9000 -origin https://example.com":                 {before: anyPort, until: "listening on all interfaces"},
	"ws serve -compress -context-takeover":                             {before: anyPort, until: "listening: open http://"},
	"ws serve -exec 'while read l; do date; done'":                     {before: anyPort, until: "listening: open http://"},
	"ws serve -tls-self-signed -exec 'while read line; do date; done'": {before: anyPort, until: "ws connect -insecure wss://"},
	"echo hello | ws connect ws://127.0.0.1:8080/":                     {before: echoServer, want: []string{"hello\n"}},
	"echo Hello | ws connect ws://127.0.0.1:8080":                      {before: echoServer, want: []string{"Hello\n"}},
	"ws connect -frames ws://127.0.0.1:8080":                           {before: echoServer},
	"ws connect -script talk ws://127.0.0.1:8080":                      {before: talk},
	"sleep 60 | ws connect -H \"Authorization: Bearer $TOKEN\" ws://127.0.0.1:8080/ > log": {
		before: func(t *testing.T, folder string) []string { return append(echoServer(t, folder), "sleep 60", "true") },
		file:   "log",
	},
	"ws proxy -to ws://127.0.0.1:8080":                                                        {before: anyProxy, until: "leads to"},
	"ws proxy -to ws://127.0.0.1:8080 -record chat.ws -mermaid chat.mmd":                      {before: anyProxy, until: "leads to", file: "chat.mmd"},
	"ws proxy -to ws://127.0.0.1:8080 -delay 200ms -drop 10 -faults-to client":                {before: anyProxy, until: "leads to"},
	"ws replay chat.ws ws://127.0.0.1:8080":                                                   {before: recorded, want: []string{"replays green: 4 answers on 1 connection"}},
	`ws replay -speed 0 -ignore-json id -ignore '\d\d:\d\d' chat.ws ws://127.0.0.1:8080/chat`: {before: recorded, want: []string{"replays green: 4 answers on 1 connection"}},
	"ws autobahn -url ws://127.0.0.1:9001 -compress -context-takeover":                        {before: suite, want: []string{"cases: 4 (4 OK)"}},
	"ws autobahn -url ws://127.0.0.1:9001 -case 3":                                            {before: suite, want: []string{"case 3 of 4: OK, 3999"}},
	"echo 81 85 37 fa 21 3d 7f 9f 4d 51 58 | ws inspect -explain":                             {want: []string{"Masking-key = 37 fa 21 3d.", `event   text fin "Hello"`}},
	"ws inspect chat.pcap": {before: inspectedChat, want: []string{`event   text fin "Hello"`}},
	"ws conformance -case 6455-5 -not 'load-*' -html report.html ws://127.0.0.1:8080/": {
		before: echoServer, want: []string{" pass, 5 unimplemented, 5 informational\n"}, file: "report.html",
	},
	"ws conformance -html report.html ws://127.0.0.1:8080": {
		before: func(t *testing.T, folder string) []string {
			return append(echoServer(t, folder), "-html", "-not 'load-*' -html")
		},
		want: []string{" pass, ", " unimplemented, "}, file: "report.html",
	},
	"ws conformance -listen :9001 -case 'close-*' -run 'ws autobahn -url {url}'": {
		before: func(*testing.T, string) []string { return []string{":9001", "127.0.0.1:0"} }, want: []string{"rfc6455: ", " informational\n"},
	},
	"ws rfc 6455-5.1-3":                          {want: []string{"6455-5.1-3  MUST, server"}},
	"ws rfc 5.4":                                 {want: []string{"6455-5.4-1 "}},
	"ws rfc -html 5 > framing.html":              {file: "framing.html"},
	"ws help":                                    {want: []string{"Commands:"}},
	"ws version":                                 {want: []string{"ws ", " go1."}},
	"ws version | head -n 1":                     {want: []string{"ws ", " go1."}},
	"source <(ws completion bash)":               {before: inBash, want: []string{"complete -F _ws ws"}},
	"ws completion fish | source":                {before: inFish},
	"ws bench -duration 3s ws://127.0.0.1:8080/": {before: quickly, want: []string{"messages/s"}},
	"ws bench -rate 2000 -duration 3s -svg latency.svg ws://127.0.0.1:8080/": {before: quickly, want: []string{"not on time"}, file: "latency.svg"},
	"ws bench -rate 5000 ws://127.0.0.1:8080":                                {before: quickly, want: []string{"not on time"}},
}

// anyPort has a server take any free port.
func anyPort(*testing.T, string) []string {
	return []string{
		"ws demo -addr :8080", "ws demo -addr :0", "-addr :9000", "-addr :0",
		"ws demo", "ws demo -addr 127.0.0.1:0", "ws serve", "ws serve -addr 127.0.0.1:0",
	}
}

// anyProxy has a proxy take any free port.
func anyProxy(*testing.T, string) []string {
	return []string{"ws proxy", "ws proxy -listen 127.0.0.1:0"}
}

// recorded is ws serve, and what a client has said to it in chat.ws.
func recorded(t *testing.T, folder string) []string {
	_, address := ws.Serve(t)
	ws.Record(t, filepath.Join(folder, "chat.ws"), address)
	return []string{"127.0.0.1:8080", address}
}

// echoServer is ws serve.
func echoServer(t *testing.T, _ string) []string {
	_, address := ws.Serve(t)
	return []string{"127.0.0.1:8080", address}
}

// inspectedChat puts a capture where it is looked for.
func inspectedChat(t *testing.T, folder string) []string {
	file, err := os.ReadFile("testdata/captures/chat.pcap")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "chat.pcap"), file, 0o644); err != nil {
		t.Fatal(err)
	}
	return nil
}

// talk is ws serve, and a script to play against it.
func talk(t *testing.T, folder string) []string {
	t.Helper()
	script := []byte("send \"hello\"\nexpect \"hello\"\nclose 1000\n")
	if err := os.WriteFile(filepath.Join(folder, "talk"), script, 0o600); err != nil {
		t.Fatal(err)
	}
	return echoServer(t, folder)
}

// inBash and inFish have a line run by a shell that understands it.
func inBash(t *testing.T, _ string) []string {
	wstest.Need(t, "bash")
	return []string{"source <(ws completion bash)", "bash -c 'source <(ws completion bash) && complete -p ws'"}
}

func inFish(t *testing.T, _ string) []string {
	wstest.Need(t, "fish")
	return []string{"ws completion fish | source", "fish -c 'ws completion fish | source'"}
}

// quickly is a server to be loaded for a moment.
func quickly(t *testing.T, folder string) []string {
	return append(echoServer(t, folder), "-duration 3s", "-warmup 0s -duration 100ms", "ws bench -rate 5000", "ws bench -rate 5000 -warmup 0s -duration 100ms")
}

// suite is a fuzzing server.
func suite(t *testing.T, _ string) []string {
	url := wstest.Listen(t, wstest.NewFuzzer().Serve)
	return []string{"ws://127.0.0.1:9001", url + "base"}
}

// Every example of the help and of the README does what it is shown for, in a
// shell.
func TestExamples(t *testing.T) {
	shown := make(map[string]bool)
	for _, line := range append(helpExamples(), readmeExamples(t)...) {
		s, ok := scenes[line]
		if !ok {
			t.Errorf("no scene for: %s", line)
		}
		if ok && !shown[line] {
			t.Run(line, func(t *testing.T) { s.run(t, line) })
		}
		shown[line] = true
	}
	for line := range scenes {
		if !shown[line] {
			t.Errorf("a scene for no example: %s", line)
		}
	}
}

// helpExamples returns the lines of all examples of the help.
func helpExamples() (lines []string) {
	for _, make := range table {
		for _, e := range make().Examples {
			lines = append(lines, e.Line)
		}
	}
	return lines
}

// readmeExamples returns the command lines of the README, without their
// comments, as they are for an installed ws.
func readmeExamples(t *testing.T) (lines []string) {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range regexp.MustCompile(`(?m)^    (.*go run \./cmd/ws .*)$`).FindAllStringSubmatch(string(text), -1) {
		line, _, _ := strings.Cut(found[1], " #")
		lines = append(lines, strings.ReplaceAll(strings.TrimSpace(line), "go run ./cmd/ws", "ws"))
	}
	if len(lines) == 0 {
		t.Error("no examples in the README")
	}
	return lines
}

// run runs an example in a shell.
func (s scene) run(t *testing.T, line string) {
	folder := t.TempDir()
	if s.before != nil {
		line = strings.NewReplacer(s.before(t, folder)...).Replace(line)
	}
	ctx, cancel := context.WithTimeout(t.Context(), wstest.Patience)
	defer cancel()
	shell, printed := wstest.Shell(t, ctx, line), wstest.NewOutput()
	shell.Dir, shell.Stdout, shell.Stderr = folder, printed, printed
	if err := shell.Start(); err != nil {
		t.Fatal(err)
	}
	if s.until != "" {
		printed.Wait(t, s.until)
		syscall.Kill(-shell.Process.Pid, syscall.SIGINT)
	}
	shell.Wait() // the status says it
	if got := shell.ProcessState.ExitCode(); got != s.status {
		t.Errorf("exit status %d, want %d", got, s.status)
	}
	for _, want := range s.want {
		if !strings.Contains(printed.String(), want) {
			t.Errorf("not printed: %q", want)
		}
	}
	if s.file != "" {
		if _, err := os.Stat(filepath.Join(folder, s.file)); err != nil {
			t.Error(err)
		}
	}
	if t.Failed() {
		t.Logf("%s\nprinted:\n%.2000s", line, printed)
	}
}
