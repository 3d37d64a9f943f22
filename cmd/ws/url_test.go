package main

import (
	"path/filepath"
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
)

// Every command that takes a URL takes http for ws, and HTTPS for wss.
func TestHTTPURLs(t *testing.T) {
	_, plain := ws.Serve(t)
	_, secure := ws.Serve(t, "-tls-self-signed")
	file := filepath.Join(t.TempDir(), "chat.ws")
	ws.Record(t, file, plain)
	for _, url := range []string{"http://" + plain, "HTTPS://" + secure} {
		ws.Connect(t, "hello\n", "-insecure", url).Want(0, "hello\n", "")
		ws.Start(t, "replay", "-insecure", file, url).Want(0, "replays green: 4 answers on 1 connection\n", "")
		ws.Start(t, "bench", "-insecure", "-warmup", "0s", "-duration", "50ms", url).WantStatus(0)
		_, proxy := ws.Proxy(t, "-insecure", "-to", url)
		ws.Connect(t, "hello\n", "http://"+proxy).Want(0, "hello\n", "")
	}
	suite := wstest.Listen(t, wstest.NewFuzzer().Serve)
	ws.Start(t, "autobahn", "-case", "1", "-url", "http"+suite[len("ws"):]+"base").
		Want(0, "case 1 of 4: OK, 1000 (normal closure)\ncases: 1 (1 OK)\n", "")
}
