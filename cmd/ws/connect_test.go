package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// listen runs handle for each connection and returns the URL.
func listen(t testing.TB, handle func(ctx context.Context, c *websocket.Conn) error) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server.Server{Handle: handle}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return "ws://" + l.Addr().String() + "/"
}

// rawServer accepts one connection, answers its opening handshake and hands it
// to then.
func rawServer(t testing.TB, then func(net.Conn)) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		nc, err := l.Accept()
		if err != nil {
			return
		}
		defer nc.Close()
		r, err := http.ReadRequest(bufio.NewReader(nc))
		if err != nil {
			t.Error(err)
			return
		}
		response, err := handshake.AppendResponse(nil, handshake.Response{Key: r.Header.Get("Sec-WebSocket-Key")})
		if err != nil {
			t.Error(err)
			return
		}
		nc.Write(response)
		then(nc)
	}()
	return "ws://" + l.Addr().String() + "/"
}

func TestConnectTellsHowItWasClosed(t *testing.T) {
	for _, c := range []struct {
		code   websocket.CloseCode
		reason string
		status int
		stderr string
	}{
		{websocket.CloseNormal, "", 0, "closed by the peer: 1000 (normal closure)"},
		{websocket.CloseGoingAway, "bye", 0, `closed by the peer: 1001 (going away): "bye"`},
		{websocket.CloseNoStatus, "", 0, "closed by the peer: 1005 (no status code)"},
		{websocket.ClosePolicyViolation, "", exitClosed, "closed by the peer: 1008 (policy violation)"},
		{websocket.CloseInternalError, "\x1b[2J", exitClosed, `closed by the peer: 1011 (internal error): "\x1b[2J"`},
		{4321, "ours", exitClosed, `closed by the peer: 4321: "ours"`},
	} {
		t.Run(c.code.String(), func(t *testing.T) {
			url := listen(t, func(ctx context.Context, conn *websocket.Conn) error {
				conn.WriteText(ctx, "last words")
				return conn.Close(ctx, c.code, c.reason)
			})
			start(t, "connect", url).want(c.status, "last words\n", "ws: "+c.stderr+"\n")
		})
	}
}

func TestConnectLosesTheServer(t *testing.T) {
	for _, c := range []struct{ name, sent, stderr string }{
		{"it vanishes", "", "connection lost: unexpected EOF"},
		{"in a frame", "\x81\x05hel", "connection lost: unexpected EOF"},
		{"it breaks a rule", "\x83\x00", "reserved opcode 0x3 [6455-5.2-6], connection closed with 1002 (protocol error)"},
		{"its text is not UTF-8", "\x81\x01\xff", "a text message is not UTF-8 [6455-8.1-1], connection closed with 1007 (invalid payload data)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			url := rawServer(t, func(nc net.Conn) { io.WriteString(nc, c.sent) })
			start(t, "connect", url).want(exitFailed, "", "ws: "+c.stderr+"\n")
		})
	}
}

func TestConnectGoesOnAfterALineThatCannotBeSent(t *testing.T) {
	_, address := serve(t)
	connect(t, "one\n\xff\nthree\n", "ws://"+address+"/").
		want(exitFailed, "one\nthree\n", "ws: line 2 not sent: the text is not UTF-8\n")
}

func TestConnectCannotDial(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	p := connect(t, "", "ws://"+address+"/")
	status, text := <-p.ended, p.stderr.String()
	if status != exitFailed || !strings.HasPrefix(text, "ws: dial ws://"+address+": connect: ") || strings.Count(text, "\n") != 1 {
		t.Errorf("exit status %d, %q", status, text)
	}
}

func TestConnectSendsHeader(t *testing.T) {
	url := listen(t, func(ctx context.Context, c *websocket.Conn) error {
		h := server.Request(ctx).Header
		c.WriteText(ctx, fmt.Sprintf("%q %q", h.Values("X-One"), h.Get("X-Two")))
		return c.Close(ctx, websocket.CloseNormal, "")
	})
	start(t, "connect", url, "-H", "X-One: a: b", "-H", "x-one:c", "-H", "X-Two:").
		want(0, `["a: b" "c"] ""`+"\n", "ws: closed by the peer: 1000 (normal closure)\n")
}

func TestConnectWaitsForAnswersAfterTheEndOfStdin(t *testing.T) {
	url := listen(t, func(ctx context.Context, c *websocket.Conn) error {
		_, question, err := c.Read(ctx)
		if err != nil {
			return err
		}
		for n := range 1000 {
			if err := c.WriteText(ctx, fmt.Sprintf("%s %d", question, n)); err != nil {
				return err
			}
		}
		_, _, err = c.Read(ctx)
		return err
	})
	var want strings.Builder
	for n := range 1000 {
		fmt.Fprintf(&want, "count %d\n", n)
	}
	connect(t, "count\n", url).want(0, want.String(), "")
}

func TestConnectFrames(t *testing.T) {
	_, address := serve(t)
	p := connect(t, "hello\n", "-frames", "ws://"+address+"/")
	status := <-p.ended
	got := regexp.MustCompile("mask=[0-9a-f]{8}").ReplaceAllString(p.stderr.String(), "mask=K")
	const want = `ws: > FIN text mask=K len=5
ws: < FIN text len=5
ws: > FIN ping mask=K len=8
ws: < FIN pong len=8
ws: > FIN close mask=K len=2
ws: > close code 1000 (normal closure), reason ""
ws: < FIN close len=2
ws: < close code 1000 (normal closure), reason ""
`
	// The Ping may leave before the answer is there.
	if sortLines(got) != sortLines(want) || status != 0 || p.stdout.String() != "hello\n" {
		t.Errorf("exit status %d, stdout %q, stderr:\n%s\nwant:\n%s", status, p.stdout, got, want)
	}
}

func TestDescribe(t *testing.T) {
	for want, h := range map[string]websocket.Header{
		"FIN RSV1 binary len=70000":          {Fin: true, RSV: 4, Opcode: protocol.OpBinary, Length: 70000},
		"RSV2 RSV3 text mask=00ff0102 len=0": {RSV: 3, Opcode: protocol.OpText, Masked: true, Key: [4]byte{0, 255, 1, 2}},
		"FIN continuation len=1":             {Fin: true, Length: 1},
		"FIN close mask=00000000 len=2":      {Fin: true, Opcode: protocol.OpClose, Masked: true, Length: 2},
	} {
		if got := describe(h); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestConnectPings(t *testing.T) {
	_, address := serve(t)
	p := start(t, "connect", "-ping", "1ms", "ws://"+address+"/")
	p.stderr.wait(t, "s\nws: ping: ")
	p.stdin.Close()
	if status := <-p.ended; status != 0 {
		t.Error(status)
	}
	for text := range strings.Lines(p.stderr.String()) {
		if !regexp.MustCompile(`^ws: ping: ([0-9.]+[mµ]?s|no answer within 1ms)\n$`).MatchString(text) {
			t.Errorf("%q", text)
		}
	}
}

func TestConnectInterrupted(t *testing.T) {
	for signal, status := range map[os.Signal]int{os.Interrupt: exitInterrupt, syscall.SIGTERM: exitTerminated} {
		ended := make(chan error, 1)
		url := listen(t, func(ctx context.Context, c *websocket.Conn) error {
			err := echo(c)
			ended <- err
			return err
		})
		p := start(t, "connect", url)
		p.say("here\n")
		p.stdout.wait(t, "here\n")
		p.signals <- signal
		p.want(status, "here\n", "")
		var end *websocket.CloseError
		if err := <-ended; !errors.As(err, &end) || end.Code != websocket.CloseGoingAway {
			t.Errorf("the server sees %v", err)
		}
	}
}

// stuck is a handler that says hello and then neither reads nor writes.
func stuck(ctx context.Context, c *websocket.Conn) error {
	c.WriteText(ctx, "hello")
	<-ctx.Done()
	return ctx.Err()
}

func TestConnectDoesNotWaitForAServerThatDoesNotAnswer(t *testing.T) {
	t.Run("two signals", func(t *testing.T) {
		t.Parallel()
		p := startIn(t, environment{}, "connect", listen(t, stuck))
		p.stdout.wait(t, "hello\n")
		p.signals <- os.Interrupt
		p.signals <- os.Interrupt
		p.want(exitInterrupt, "hello\n", "")
	})
	t.Run("a signal after the end of stdin", func(t *testing.T) {
		t.Parallel()
		p := startIn(t, environment{closeTime: closeTime}, "connect", listen(t, stuck))
		p.stdout.wait(t, "hello\n")
		p.stdin.Close()
		p.signals <- os.Interrupt
		p.want(exitInterrupt, "hello\n", "")
	})
	t.Run("one signal", func(t *testing.T) {
		t.Parallel()
		p := startIn(t, environment{closeTime: closeTime}, "connect", listen(t, stuck))
		p.stdout.wait(t, "hello\n")
		p.signals <- os.Interrupt
		p.want(exitInterrupt, "hello\n", "")
	})
	t.Run("the end of stdin", func(t *testing.T) {
		t.Parallel()
		p := startIn(t, environment{closeTime: closeTime}, "connect", listen(t, stuck))
		p.stdin.Close()
		p.want(exitFailed, "hello\n", "ws: the peer did not complete the closing handshake within 3s\n")
	})
	t.Run("a signal while dialing", func(t *testing.T) {
		t.Parallel()
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		p := start(t, "connect", "ws://"+l.Addr().String()+"/")
		nc, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		p.signals <- os.Interrupt
		p.want(exitInterrupt, "", "")
	})
}

// Nobody reads what is printed, and the second signal ends it all the same.
func TestConnectInterruptedWhilePrinting(t *testing.T) {
	stdin, noLines := io.Pipe()
	defer noLines.Close()
	output, stdout := io.Pipe()
	defer output.Close()
	signals, ended := make(chan os.Signal, 2), make(chan int, 1)
	go func() {
		ended <- run([]string{"connect", listen(t, stuck)}, environment{stdin: stdin, stdout: stdout, stderr: newOutput(), signals: signals})
	}()
	output.Read(make([]byte, 1)) // and not the rest
	signals <- os.Interrupt
	signals <- os.Interrupt
	if status := <-ended; status != exitInterrupt {
		t.Errorf("exit status %d", status)
	}
}

// full is a file on a full disk.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestConnectCannotPrint(t *testing.T) {
	_, address := serve(t)
	stderr := newOutput()
	r, w := io.Pipe()
	defer w.Close()
	ended := make(chan int, 1)
	go func() {
		ended <- run([]string{"connect", "ws://" + address + "/"}, environment{stdin: r, stdout: full{}, stderr: stderr})
	}()
	io.WriteString(w, "x\n")
	if status := <-ended; status != exitFailed || stderr.String() != "ws: no space left\n" {
		t.Errorf("exit status %d, %q", status, stderr)
	}
}
