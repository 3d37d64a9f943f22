package programs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Chromium returns a command line that starts Chromium without a screen, with
// its profile in folder. It looks for nothing outside this machine. More flags
// and an address may follow.
func Chromium(t testing.TB, folder string) []string {
	t.Helper()
	line := []string{
		Find(t, "apt-get install chromium", "chromium", "chromium-browser", "google-chrome"),
		"--headless", "--log-level=3", "--user-data-dir=" + folder,
		"--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run", "--no-proxy-server",
		"--disable-background-networking", "--disable-component-update", "--disable-sync",
	}
	if os.Geteuid() == 0 {
		line = append(line, "--no-sandbox") // Chromium's sandbox is not for root
	}
	return line
}

// DevTools waits until Chromium, whose profile is in folder, has written the address
// of its DevTools there, and returns that as a URL.
func DevTools(t testing.TB, folder string) string {
	t.Helper()
	for late := time.Now().Add(10 * time.Minute); time.Now().Before(late); time.Sleep(20 * time.Millisecond) {
		text, err := os.ReadFile(filepath.Join(folder, "DevToolsActivePort"))
		if port, path, found := strings.Cut(string(text), "\n"); err == nil && found {
			return "ws://127.0.0.1:" + port + path
		}
	}
	t.Fatal("Chromium does not start")
	return ""
}
