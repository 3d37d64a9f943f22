package chat

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	ours "github.com/seed372fb791/rfc6455/websocket"
)

// Clients of gorilla's hear each other, and one that says too much is sent away.
func TestChat(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("/ws", New())
	hs := httptest.NewServer(mux)
	defer hs.Close()
	enter := func() *websocket.Conn {
		c, _, err := websocket.DefaultDialer.Dial("ws://"+hs.Listener.Addr().String()+"/ws", nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		return c
	}
	say := func(c *websocket.Conn, text string) {
		if err := c.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	hears := func(c *websocket.Conn, want string) {
		t.Helper()
		if _, got, err := c.ReadMessage(); err != nil || string(got) != want {
			t.Fatalf("heard %q, %v, want %q", got, err, want)
		}
	}

	ann, ben := enter(), enter()
	say(ann, "  I am\nAnn ")
	hears(ann, "I am Ann")
	say(ben, "I am Ben")
	for _, text := range []string{"I am Ben", "So you are"} {
		hears(ann, text)
		if text == "I am Ben" {
			say(ann, "So you are")
		}
	}

	say(ben, strings.Repeat("x", 513))
	for {
		if _, _, err := ben.ReadMessage(); err != nil {
			if !websocket.IsCloseError(err, int(ours.CloseMessageTooBig)) {
				t.Errorf("Ben said too much: %v, want %v", err, ours.CloseMessageTooBig)
			}
			break
		}
	}
	say(ann, "Ben?")
	hears(ann, "Ben?")
}
