package connect

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/websocket"
)

// lateEcho answers Pings at once, from another task, and each message in its own
// time: only when release is closed.
func lateEcho(release <-chan bool) func(context.Context, *websocket.Conn) error {
	return func(ctx context.Context, c *websocket.Conn) error {
		for m, err := range c.Messages(ctx) {
			if err != nil {
				return err
			}
			go func() {
				<-release
				c.Write(ctx, m.Type, m.Data)
			}()
		}
		return nil
	}
}

// The end of stdin does not lose the answer of a server whose Pongs overtake it.
func TestConnectWaitsForALateAnswer(t *testing.T) {
	for _, c := range []struct{ name, stdin, stdout, flags string }{
		{"text", "hello\n", "hello\n", ""},
		{"binary", "\x00\xff\n", "\x00\xff", "-binary"},
		{"hexadecimal", "00 FF\n", "00ff\n", "-hex"},
	} {
		t.Run(c.name, func(t *testing.T) {
			release := make(chan bool)
			url := wstest.Listen(t, lateEcho(release))
			p := ws.Connect(t, c.stdin, append(strings.Fields(c.flags), "-ping", "1ms", url)...)
			p.Stderr.Wait(t, "ws: ping: ") // Pongs come
			p.Stderr.Wait(t, "\nws: ping: ")
			close(release)
			if p.WantStatus(0); p.Stdout.String() != c.stdout {
				t.Errorf("%q", p.Stdout)
			}
		})
	}
}

// mute is a server that reads and says nothing.
func mute(ctx context.Context, c *websocket.Conn) error {
	for _, err := range c.Messages(ctx) {
		if err != nil {
			return err
		}
	}
	return nil
}

func TestConnectWithoutAnAnswer(t *testing.T) {
	url := wstest.Listen(t, mute)
	soon := command.Environment{Times: command.Times{Answer: time.Millisecond}}
	for _, c := range []struct{ stdin, flags, stderr string }{
		{"hello\n", "", "ws: no answer came; -wait waits longer\n"},
		{"hello\n", "-wait 1ms", "ws: no answer came\n"},
		{"hello\n", "-wait 0", ""},
		{"", "", ""},
		{"", "-wait 1ms", ""},
	} {
		p := ws.StartIn(t, soon, append(strings.Fields("connect "+c.flags), url)...)
		p.Say(c.stdin)
		p.Stdin.Close()
		p.Want(0, "", c.stderr)
	}
}

// An answer that comes behind the Close frame is shown, and is no fault of anybody's.
func TestConnectAnswerBehindTheClose(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		in := bufio.NewReader(c)
		r, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		fmt.Fprintf(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
			handshake.AcceptKey(r.Header.Get("Sec-WebSocket-Key")))
		in.Discard(2 + 4 + len("hello") + 2 + 4 + 2) // the message and the Close frame
		io.WriteString(c, "\x81\x04late\x88\x02\x03\xe8")
	}()
	soon := command.Environment{Times: command.Times{Answer: time.Millisecond}}
	p := ws.StartIn(t, soon, "connect", "ws://"+l.Addr().String())
	p.Say("hello\n")
	p.Stdin.Close()
	p.Want(0, "late\n", "ws: no answer came; -wait waits longer\n")
}

// The end does not wait for an answer when nobody wants one.
func TestConnectWait0(t *testing.T) {
	got := make(chan string, 1)
	url := wstest.Listen(t, func(ctx context.Context, c *websocket.Conn) error {
		_, data, err := c.Read(ctx)
		got <- string(data)
		c.Read(ctx)
		return err
	})
	ws.Connect(t, "log this\n", "-wait", "0", url).Want(0, "", "")
	if text := <-got; text != "log this" {
		t.Errorf("%q has arrived", text)
	}
}

// counter sends so many messages and closes the connection when it gets one.
func counter(n int) func(context.Context, *websocket.Conn) error {
	return func(ctx context.Context, c *websocket.Conn) error {
		for i := range n {
			if err := c.WriteText(ctx, fmt.Sprint(i)); err != nil {
				return err
			}
		}
		if _, _, err := c.Read(ctx); err != nil {
			return err
		}
		return c.Close(ctx, websocket.CloseNormal, "")
	}
}

func TestConnectNumber(t *testing.T) {
	t.Run("enough, while stdin is open", func(t *testing.T) {
		ws.Start(t, "connect", "-n", "2", wstest.Listen(t, counter(5))).Want(0, "0\n1\n", "")
	})
	t.Run("enough, after the end of stdin", func(t *testing.T) {
		release := make(chan bool)
		p := ws.Connect(t, "hello\n", "-n", "1", wstest.Listen(t, lateEcho(release)))
		close(release)
		p.Want(0, "hello\n", "")
	})
	t.Run("the server ends before", func(t *testing.T) {
		ws.Connect(t, "bye\n", "-n", "3", wstest.Listen(t, counter(2))).
			Want(command.ExitFailed, "0\n1\n", "ws: closed by the peer: 1000 (normal closure)\nws: 2 of 3 messages came\n")
	})
	t.Run("the time ends before", func(t *testing.T) {
		ws.Connect(t, "hello\n", "-n", "1", "-wait", "1ms", wstest.Listen(t, mute)).
			Want(command.ExitFailed, "", "ws: 0 of 1 messages came\n")
	})
	t.Run("another close code", func(t *testing.T) {
		url := wstest.Listen(t, func(ctx context.Context, c *websocket.Conn) error {
			return c.Close(ctx, websocket.ClosePolicyViolation, "")
		})
		ws.Start(t, "connect", "-n", "1", url).Want(command.ExitClosed, "", "ws: closed by the peer: 1008 (policy violation)\n")
	})
	t.Run("reconnecting", func(t *testing.T) {
		url := wstest.Listen(t, counter(5))
		ws.Start(t, "connect", "-n", "2", "-reconnect", url).Want(0, "0\n1\n", "ws: connected to "+url+"\n")
	})
}

// Where messages of stdin end.
func TestConnectFraming(t *testing.T) {
	_, address := ws.Serve(t)
	for _, c := range []struct{ flags, stdin, stdout string }{
		{"", "a\r\nb\n\nc", "a\nb\n\nc\n"},
		{"-whole", "a\r\nb\n", "a\r\nb\n\n"},
		{"-whole", "", "\n"},
		{"-whole -binary", "\x00\n\xff", "\x00\n\xff"},
		{"-null", "a\nb\x00\x00c", "a\nb\x00\x00c\x00"},
		{"-null -hex", "61\n62\x0063\x00", "6162\x0063\x00"},
		{"-null -binary", "a\x00b", "ab"},
		{"-delimiter ;", "a\r\nb\r;c;\n", "a\r\nb\r\nc\n\n\n"},
		{`-delimiter \n--\n`, "a\n-\n--\n--\nb\n--", "a\n-\n--\nb\n--\n"},
		{`-delimiter \0\x1eü\\`, "a\x00b\x00\x1eü\\c", "a\x00b\nc\n"},
		{"-hex", "00 ff\n\n0A0b\r\n", "00ff\n\n0a0b\n"},
	} {
		t.Run(c.flags, func(t *testing.T) {
			ws.Connect(t, c.stdin, append(strings.Fields(c.flags), "ws://"+address)...).Want(0, c.stdout, "")
		})
	}
	ws.Connect(t, "41\nxy\n4\n42\n", "-hex", "ws://"+address).
		Want(command.ExitFailed, "41\n42\n", "ws: line 2 not sent: want bytes as two hexadecimal digits each, such as 00 ff\n"+
			"ws: line 3 not sent: want bytes as two hexadecimal digits each, such as 00 ff\n")
	ws.Connect(t, "a\x00\xff\x00", "-null", "ws://"+address).
		Want(command.ExitFailed, "a\x00", "ws: message 2 not sent: the text is not UTF-8\n")
}

// Text is in hexadecimal, too, where that was asked for.
func TestConnectHexShowsText(t *testing.T) {
	ws.Start(t, "connect", "-hex", "-n", "1", wstest.Listen(t, counter(1))).Want(0, "30\n", "")
}
