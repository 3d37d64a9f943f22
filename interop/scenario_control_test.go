package interop

import (
	"context"
	"errors"
	"fmt"

	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/websocket"
)

// whileReading runs f while our side reads, which brings no message: Pings and
// Pongs are seen by a reader only.
func (l *link) whileReading(f func()) {
	ctx, stop := context.WithCancel(soon(l.T))
	read := make(chan error, 1)
	go func() {
		_, _, err := l.us.Read(ctx)
		read <- err
	}()
	f()
	stop()
	if err := <-read; !errors.Is(err, context.Canceled) {
		l.Errorf("Read: %v", err)
	}
}

// ourPing pings the peer.
func ourPing(l *link) {
	l.whileReading(func() {
		if rtt, err := l.us.Ping(soon(l.T), nil); err != nil || rtt <= 0 {
			l.Errorf("Ping: %v, %v", rtt, err)
		}
	})
	// The read that was stopped has cost nothing.
	l.receive(websocket.Text, []byte("still there"))
}

// theirPing has the peer ping us.
func theirPing(l *link) {
	for _, data := range [][]byte{[]byte("are you there?"), pattern(125)} {
		l.them.tell(l.T, command{Do: "ping", Data: data})
		l.whileReading(func() { l.them.wants(l.T, event{Event: "pong", Data: data}) })
	}
	if n := l.frames.received(protocol.OpPing); n != 2 {
		l.Errorf("we got %d pings, want 2", n)
	}
}

// closings are the closing handshakes, begun by each side.
func closings() (list []scenario) {
	for _, c := range []struct {
		code   websocket.CloseCode
		reason string
	}{
		{websocket.CloseNormal, ""},
		{websocket.CloseNormal, "done"},
		{3000, "a library's"},
		{4000, "unsere Gründe 👋"},
		{4999, ""},
		{websocket.CloseNoStatus, ""},
	} {
		what := fmt.Sprintf("close %d %q", uint16(c.code), c.reason)
		list = append(list,
			scenario{name: "we " + what, run: func(l *link) { weClose(l, c.code, c.reason) }, needs: abilities{close: true}},
			scenario{name: "they " + what, run: func(l *link) { theyClose(l, c.code, c.reason) }, needs: abilities{close: true}})
	}
	return list
}

func weClose(l *link, code websocket.CloseCode, reason string) {
	if err := l.us.Close(soon(l.T), code, reason); err != nil {
		l.Errorf("Close: %v", err)
	}
	l.them.wantsClosed(l.T, code, reason)
	if _, _, err := l.us.Read(soon(l.T)); !errors.Is(err, websocket.ErrClosed) {
		l.Errorf("Read after Close: %v", err)
	}
}

func theyClose(l *link, code websocket.CloseCode, reason string) {
	c := command{Do: "close", Code: int(code), Reason: reason}
	if code == websocket.CloseNoStatus {
		c.Code = 0
	}
	l.them.tell(l.T, c)
	_, _, err := l.us.Read(soon(l.T))
	var closed *websocket.CloseError
	if !errors.As(err, &closed) || closed.Code != code || closed.Reason != reason {
		l.Fatalf("Read: %v, want a Close with %d %q", err, code, reason)
	}
	if err := l.us.Close(soon(l.T), websocket.CloseNormal, ""); err != nil {
		l.Errorf("Close: %v", err)
	}
	got := l.them.next(l.T)
	if got.Event != "close" || got.Code != int(code) || !got.Clean {
		l.Errorf("the peer's next event: %v, want a clean close with code %d", got, code)
	}
}

// tooBig has a message sent that is over our limit.
func tooBig(l *link) {
	l.them.tell(l.T, command{Do: "send", Type: "binary", Pieces: [][]byte{pattern(1<<20 + 1)}})
	_, _, err := l.us.Read(soon(l.T))
	var failed *websocket.ProtocolError
	if !errors.As(err, &failed) || failed.Code != websocket.CloseMessageTooBig {
		l.Fatalf("Read: %v", err)
	}
	if got := l.them.next(l.T); got.Event != "close" || got.Code != int(websocket.CloseMessageTooBig) {
		l.Errorf("the peer's next event: %v, want close with code 1009", got)
	}
}

// weVanish ends TCP without a Close frame.
func weVanish(l *link) {
	l.send(websocket.Text, []byte("good-bye"))
	if err := l.us.CloseNow(); err != nil {
		l.Error(err)
	}
	got := l.them.next(l.T)
	if got.Event != "close" || got.Code != int(websocket.CloseAbnormal) || got.Clean {
		l.Errorf("the peer's next event: %v, want an unclean close with code 1006", got)
	}
}

// theyVanish has the peer do that.
func theyVanish(l *link) {
	l.receive(websocket.Text, []byte("good-bye"))
	l.them.tell(l.T, command{Do: "terminate"})
	_, _, err := l.us.Read(soon(l.T))
	var closed *websocket.CloseError
	if !errors.As(err, &closed) || closed.Code != websocket.CloseAbnormal {
		l.Errorf("Read: %v, want code 1006", err)
	}
}
