package connect

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

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
	"github.com/seed372fb791/rfc6455/cmd/ws/reach"
	"github.com/seed372fb791/rfc6455/cmd/ws/serve"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

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
		{websocket.ClosePolicyViolation, "", command.ExitClosed, "closed by the peer: 1008 (policy violation)"},
		{websocket.CloseInternalError, "\x1b[2J", command.ExitClosed, `closed by the peer: 1011 (internal error): "\x1b[2J"`},
		{4321, "ours", command.ExitClosed, `closed by the peer: 4321: "ours"`},
	} {
		t.Run(c.code.String(), func(t *testing.T) {
			url := wstest.Listen(t, func(ctx context.Context, conn *websocket.Conn) error {
				conn.WriteText(ctx, "last words")
				return conn.Close(ctx, c.code, c.reason)
			})
			ws.Start(t, "connect", url).Want(c.status, "last words\n", "ws: "+c.stderr+"\n")
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
			ws.Start(t, "connect", url).Want(command.ExitFailed, "", "ws: "+c.stderr+"\n")
		})
	}
}

func TestConnectGoesOnAfterALineThatCannotBeSent(t *testing.T) {
	_, address := ws.Serve(t)
	ws.Connect(t, "one\n\xff\nthree\n", "ws://"+address+"/").
		Want(command.ExitFailed, "one\nthree\n", "ws: line 2 not sent: the text is not UTF-8\n")
}

func TestConnectCannotDial(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	p := ws.Connect(t, "", "ws://"+address+"/")
	status, text := <-p.Ended, p.Stderr.String()
	if status != command.ExitFailed || !strings.HasPrefix(text, "ws: dial ws://"+address+": connect: ") || strings.Count(text, "\n") != 1 {
		t.Errorf("exit status %d, %q", status, text)
	}
}

func TestConnectSendsHeader(t *testing.T) {
	url := wstest.Listen(t, func(ctx context.Context, c *websocket.Conn) error {
		h := server.Request(ctx).Header
		c.WriteText(ctx, fmt.Sprintf("%q %q", h.Values("X-One"), h.Get("X-Two")))
		return c.Close(ctx, websocket.CloseNormal, "")
	})
	ws.Start(t, "connect", url, "-H", "X-One: a: b", "-H", "x-one:c", "-H", "X-Two:").
		Want(0, `["a: b" "c"] ""`+"\n", "ws: closed by the peer: 1000 (normal closure)\n")
}

func TestConnectWaitsForAnswersAfterTheEndOfStdin(t *testing.T) {
	url := wstest.Listen(t, func(ctx context.Context, c *websocket.Conn) error {
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
	ws.Connect(t, "count\n", url).Want(0, want.String(), "")
}

func TestConnectFrames(t *testing.T) {
	_, address := ws.Serve(t)
	p := ws.Connect(t, "hello\n", "-frames", "ws://"+address+"/")
	status := <-p.Ended
	got := regexp.MustCompile("mask=[0-9a-f]{8}").ReplaceAllString(p.Stderr.String(), "mask=K")
	const want = `ws: > FIN text mask=K len=5
ws: < FIN text len=5
ws: > FIN close mask=K len=2
ws: > close code 1000 (normal closure), reason ""
ws: < FIN close len=2
ws: < close code 1000 (normal closure), reason ""
`
	if got != want || status != 0 || p.Stdout.String() != "hello\n" {
		t.Errorf("exit status %d, stdout %q, stderr:\n%s\nwant:\n%s", status, p.Stdout, got, want)
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
	_, address := ws.Serve(t)
	p := ws.Start(t, "connect", "-ping", "1ms", "ws://"+address+"/")
	p.Stderr.Wait(t, "s\nws: ping: ")
	p.Stdin.Close()
	if status := <-p.Ended; status != 0 {
		t.Error(status)
	}
	for text := range strings.Lines(p.Stderr.String()) {
		if !regexp.MustCompile(`^ws: ping: ([0-9.]+[mµ]?s|no answer within 1ms)\n$`).MatchString(text) {
			t.Errorf("%q", text)
		}
	}
}

func TestConnectInterrupted(t *testing.T) {
	for signal, status := range map[os.Signal]int{os.Interrupt: command.ExitInterrupt, syscall.SIGTERM: command.ExitTerminated} {
		ended := make(chan error, 1)
		url := wstest.Listen(t, func(ctx context.Context, c *websocket.Conn) error {
			err := serve.Echo(c)
			ended <- err
			return err
		})
		p := ws.Start(t, "connect", url)
		p.Say("here\n")
		p.Stdout.Wait(t, "here\n")
		p.Signals <- signal
		p.Want(status, "here\n", "")
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
		p := ws.StartIn(t, command.Environment{}, "connect", wstest.Listen(t, stuck))
		p.Stdout.Wait(t, "hello\n")
		p.Signals <- os.Interrupt
		p.Signals <- os.Interrupt
		p.Want(command.ExitInterrupt, "hello\n", "")
	})
	t.Run("a signal after the end of stdin", func(t *testing.T) {
		t.Parallel()
		p := ws.StartIn(t, command.Environment{Times: command.Times{Close: reach.CloseTime}}, "connect", wstest.Listen(t, stuck))
		p.Stdout.Wait(t, "hello\n")
		p.Stdin.Close()
		p.Signals <- os.Interrupt
		p.Want(command.ExitInterrupt, "hello\n", "")
	})
	t.Run("one signal", func(t *testing.T) {
		t.Parallel()
		p := ws.StartIn(t, command.Environment{Times: command.Times{Close: reach.CloseTime}}, "connect", wstest.Listen(t, stuck))
		p.Stdout.Wait(t, "hello\n")
		p.Signals <- os.Interrupt
		p.Want(command.ExitInterrupt, "hello\n", "")
	})
	t.Run("the end of stdin", func(t *testing.T) {
		t.Parallel()
		p := ws.StartIn(t, command.Environment{Times: command.Times{Close: reach.CloseTime}}, "connect", wstest.Listen(t, stuck))
		p.Stdout.Wait(t, "hello\n")
		p.Stdin.Close()
		p.Want(command.ExitFailed, "hello\n", "ws: the peer did not complete the closing handshake within 3s\n")
	})
	t.Run("a signal while dialing", func(t *testing.T) {
		t.Parallel()
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		p := ws.Start(t, "connect", "ws://"+l.Addr().String()+"/")
		nc, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		p.Signals <- os.Interrupt
		p.Want(command.ExitInterrupt, "", "")
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
		ended <- ws.Run([]string{"connect", wstest.Listen(t, stuck)}, command.Environment{Stdin: stdin, Stdout: stdout, Stderr: wstest.NewOutput(), Signals: signals})
	}()
	output.Read(make([]byte, 1)) // and not the rest
	signals <- os.Interrupt
	signals <- os.Interrupt
	if status := <-ended; status != command.ExitInterrupt {
		t.Errorf("exit status %d", status)
	}
}

// full is a file on a full disk.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestConnectCannotPrint(t *testing.T) {
	_, address := ws.Serve(t)
	stderr := wstest.NewOutput()
	r, w := io.Pipe()
	defer w.Close()
	ended := make(chan int, 1)
	go func() {
		ended <- ws.Run([]string{"connect", "ws://" + address + "/"}, command.Environment{Stdin: r, Stdout: full{}, Stderr: stderr})
	}()
	io.WriteString(w, "x\n")
	if status := <-ended; status != command.ExitFailed || stderr.String() != "ws: no space left\n" {
		t.Errorf("exit status %d, %q", status, stderr)
	}
}
