package tool

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// lines are what the two say.
var lines = []string{
	"Hello, Bob",
	"Hello, Anna! Grüße aus 東京 🎉",
	"Hello, Bob: " + strings.Repeat("it is a long story. ", 100),
	"Hello, Anna: " + strings.Repeat("it is a long story. ", 100),
}

// chat has two people chat, in a page in Chromium, over the server at url.
// It returns the extensions in use.
func chat(t *testing.T, chromium, url string) string {
	t.Helper()
	results := make(chan string, 1)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, "chat.html") })
	mux.HandleFunc("GET /chat", func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode(map[string]any{"url": url, "lines": lines})
	})
	mux.HandleFunc("POST /result", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		results <- string(body)
	})
	site := httptest.NewServer(mux)
	t.Cleanup(site.Close)
	folder, err := os.MkdirTemp("", "chromium-")
	if err != nil {
		t.Fatal(err)
	}
	args := []string{
		"--headless", "--log-level=3", "--user-data-dir=" + folder,
		"--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run", "--no-proxy-server",
		"--disable-background-networking", "--disable-component-update", "--disable-sync",
	}
	if os.Geteuid() == 0 {
		args = append(args, "--no-sandbox") // Chromium's sandbox is not for root
	}
	browser := start(t, chromium, append(args, site.URL)...)
	defer os.RemoveAll(folder)
	defer browser.stop(syscall.SIGTERM)
	select {
	case result := <-results:
		return result
	case <-time.After(patience):
		t.Fatal("the page does not end its chat")
		return ""
	}
}

// A compressed chat between Chromium and the npm package ws is shown in clear,
// and what was recorded of it replays green.
func TestProxyAndReplay(t *testing.T) {
	chromium := find(t, "apt-get install chromium", "chromium", "chromium-browser", "google-chrome")
	node := find(t, "apt-get install nodejs npm", "node")
	if _, err := os.Stat("../node_modules/ws"); err != nil {
		missing(t, "the npm package ws", "npm ci in interop/")
	}
	ws, record := build(t), filepath.Join(t.TempDir(), "chat.ws")
	server := start(t, node, "chat_server.js").line()
	proxy := start(t, ws, "proxy", "-listen", "127.0.0.1:0", "-to", server, "-record", record)
	url, _, _ := strings.Cut(proxy.line(), " ")
	if extensions := chat(t, chromium, url); !strings.HasPrefix(extensions, "permessage-deflate") || strings.Contains(extensions, "takeover") {
		t.Fatalf("the page: %s", extensions)
	}
	proxy.await("2 < end")
	if status := proxy.stop(os.Interrupt); status != 0 {
		t.Errorf("ws proxy: exit status %d", status)
	}
	shown := proxy.printed()
	for _, want := range wantLines() {
		if !strings.Contains(shown, want) {
			t.Errorf("not shown: %s", want)
		}
	}
	if strings.Contains(shown, "broken") {
		t.Error("a rule is said to be broken")
	}
	replay := start(t, ws, "replay", "-speed", "0", record, server)
	if status := replay.status(); status != 0 || !strings.HasPrefix(replay.printed(), "replays green: 16 answers on 2 connections") {
		t.Errorf("ws replay: exit status %d:\n%s", status, replay.printed())
	}
	if t.Failed() {
		t.Log(shown)
	}
}

// wantLines are those that tell the chat.
func wantLines() (want []string) {
	for i, line := range lines {
		text := fmt.Sprintf("%q", line)
		if runes := []rune(line); len(runes) > 200 {
			text = fmt.Sprintf("%q…, %d bytes", string(runes[:200]), len(line))
		}
		want = append(want, fmt.Sprintf(" %d > text (compressed) %s\n", i%2+1, text),
			fmt.Sprintf(" 1 < text (compressed) %s\n", text), fmt.Sprintf(" 2 < text (compressed) %s\n", text))
	}
	return append(want, " 1 < binary (compressed) 2000 bytes\n", ` 2 > close 1000 (normal closure) "good night"`)
}
