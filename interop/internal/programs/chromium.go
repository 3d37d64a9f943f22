package programs

import (
	"os"
	"testing"
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
