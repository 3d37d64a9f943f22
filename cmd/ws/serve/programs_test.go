//go:build unix

package serve

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// dial connects to a server as a client does that is not ws connect.
func dial(t *testing.T, url string, o *client.Options) *websocket.Conn {
	t.Helper()
	if o == nil {
		o = &client.Options{Conn: websocket.Options{MaxMessage: command.MaxMessage}}
	}
	c, _, err := client.Dial(t.Context(), url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.CloseNow() })
	return c
}

// served starts a server that runs line, and returns a client of it.
func served(t *testing.T, line string) (*wstest.Process, *websocket.Conn) {
	t.Helper()
	s, address := ws.Serve(t, "-exec", line)
	return s, dial(t, "ws://"+address+"/", nil)
}

// say has a client send messages.
func say(t *testing.T, c *websocket.Conn, messages ...string) {
	t.Helper()
	for _, m := range messages {
		if err := c.WriteText(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
}

// wantMessages reads messages.
func wantMessages(t *testing.T, c *websocket.Conn, messages ...string) {
	t.Helper()
	for _, want := range messages {
		if _, got, err := c.Read(t.Context()); err != nil || string(got) != want {
			t.Fatalf("%.100q, %v, want %.100q", got, err, want)
		}
	}
}

// wantClose reads the end of the connection.
func wantClose(t *testing.T, c *websocket.Conn, code websocket.CloseCode, reason string) {
	t.Helper()
	_, got, err := c.Read(t.Context())
	var end *websocket.CloseError
	if !errors.As(err, &end) || end.Code != code || end.Reason != reason {
		t.Errorf("%.100q, %v, want a close with %v %q", got, err, code, reason)
	}
}

// heir is a file that a command and all that it starts hold open for writing when
// they begin with "exec 9> $file;", and what waits until none of them is left.
func heir(t *testing.T) (hold string, wait func()) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "heir")
	if err := syscall.Mkfifo(file, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(file, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return "exec 9> '" + file + "'; ", func() {
		t.Helper()
		f.SetReadDeadline(time.Now().Add(wstest.Patience))
		if _, err := io.Copy(io.Discard, f); err != nil {
			t.Errorf("something of the command is left: %v", err)
		}
	}
}

func TestExecTalks(t *testing.T) {
	_, c := served(t, "cat")
	for _, m := range []string{"hello", "", "grüße 世界", "\r", strings.Repeat("long ", 1<<18)} {
		say(t, c, m)
		wantMessages(t, c, strings.TrimSuffix(m, "\r")) // which stands before the end of a line in Windows
	}
}

// Every connection has a command of its own.
func TestExecOneForEach(t *testing.T) {
	_, address := ws.Serve(t, "-exec", `read name; while read line; do echo "$name: $line"; done`)
	a, b := dial(t, "ws://"+address+"/", nil), dial(t, "ws://"+address+"/broadcast", nil)
	say(t, a, "a", "1")
	say(t, b, "b", "1")
	wantMessages(t, a, "a: 1")
	wantMessages(t, b, "b: 1")
}

// The end of the command closes the connection, after all that it has printed.
func TestExecEnds(t *testing.T) {
	for _, c := range []struct {
		line   string
		prints []string
		code   websocket.CloseCode
		reason string
		stderr string // behind the address
	}{
		{"true", nil, websocket.CloseNormal, "", ""},
		{"echo one; printf two", []string{"one", "two"}, websocket.CloseNormal, "", ""},
		{"echo one; exit 7", []string{"one"}, websocket.CloseInternalError, "internal error", "-exec: exit status 7"},
		{"kill -9 $$", nil, websocket.CloseInternalError, "internal error", "-exec: signal: killed"},
		{"printf 'a\\377b\\n'; sleep 600", nil, websocket.CloseInternalError, "internal error", "-exec: a line that it has printed was not sent: the text is not UTF-8"},
		{"printf 'a\\377b\\n'", nil, websocket.CloseInternalError, "internal error", "-exec: a line that it has printed was not sent: the text is not UTF-8"},
		{"echo oops >&2; printf 'no end' >&2", nil, websocket.CloseNormal, "", "oops"},
		{"exec >&-; read a; exit $a", nil, websocket.CloseInternalError, "internal error", "-exec: exit status 3"},
	} {
		t.Run(c.line, func(t *testing.T) {
			t.Parallel()
			hold, gone := heir(t)
			s, peer := served(t, hold+c.line)
			say(t, peer, "3")
			wantMessages(t, peer, c.prints...)
			wantClose(t, peer, c.code, c.reason)
			if c.stderr != "" {
				s.Stderr.Wait(t, peer.LocalAddr().String()+": "+c.stderr)
			}
			gone()
		})
	}
}

func TestExecStderr(t *testing.T) {
	s, c := served(t, "echo one >&2; read x; printf 'two\\r\\nthree' >&2")
	peer := c.LocalAddr().String() + ": "
	s.Stderr.Wait(t, peer+"one\n")
	say(t, c, "go")
	wantClose(t, c, websocket.CloseNormal, "")
	s.Stderr.Wait(t, peer+"two\n"+peer+"three\n")
}

// All that a command has printed arrives, though it has long ended and the client
// takes its time.
func TestExecSlowClient(t *testing.T) {
	const lines = 100000
	hold, gone := heir(t)
	_, c := served(t, hold+"seq "+strconv.Itoa(lines))
	for n := 1; n <= lines; n++ {
		if n == 1000 {
			time.Sleep(outputTime + outputTime/2) // longer than output may be silent
		}
		wantMessages(t, c, strconv.Itoa(n))
	}
	wantClose(t, c, websocket.CloseNormal, "")
	gone()
}

// A client that only writes is held up, and then everything is there.
func TestExecBackpressure(t *testing.T) {
	_, c := served(t, "cat")
	const messages = 1000
	text := strings.Repeat("0123456789abcdef", 1<<10)
	sent := make(chan error, 1)
	go func() {
		for n := range messages {
			if err := c.WriteText(t.Context(), fmt.Sprint(n, text)); err != nil {
				sent <- err
				return
			}
		}
		sent <- nil
	}()
	for n := range messages {
		wantMessages(t, c, fmt.Sprint(n, text))
	}
	if err := <-sent; err != nil {
		t.Error(err)
	}
}

// What cannot become a line is refused.
func TestExecRefuses(t *testing.T) {
	hold, gone := heir(t)
	s, address := ws.Serve(t, "-exec", hold+"cat")
	for _, c := range []struct {
		typ    websocket.Type
		text   string
		code   websocket.CloseCode
		reason string
	}{
		{websocket.Binary, "x", websocket.CloseUnsupportedData, "a binary message, where only text becomes lines"},
		{websocket.Text, "a\nb", websocket.ClosePolicyViolation, "a message of several lines, where each becomes one"},
		{websocket.Text, "a\n", websocket.ClosePolicyViolation, "a message of several lines, where each becomes one"},
	} {
		peer := dial(t, "ws://"+address+"/", nil)
		if err := peer.Write(t.Context(), c.typ, []byte(c.text)); err != nil {
			t.Fatal(err)
		}
		wantClose(t, peer, c.code, c.reason)
		s.Stderr.Wait(t, "ws: "+peer.LocalAddr().String()+": -exec: the peer has sent "+c.reason+"\n")
	}
	gone()
}

// The end of the connection is the end of the command, whatever it thinks of that:
// one that reads gets everything first.
func TestExecConnectionEnds(t *testing.T) {
	for name, line := range map[string]string{
		"it reads":                "echo ready; cat > got; echo the end >&2",
		"it does not read":        "trap 'echo the end >&2; exit' TERM; echo ready; while :; do sleep 0.1; done",
		"it ignores SIGTERM":      "trap '' TERM; echo the end >&2; echo ready; sleep 600 & sleep 600",
		"it does not end to talk": "trap '' PIPE; echo the end >&2; echo ready; cat; yes",
		"it has started another":  "echo the end >&2; sleep 600 & echo ready; read x; read x",
		"it has closed stdin":     "exec <&-; echo the end >&2; echo ready; sleep 600",
	} {
		for how, end := range map[string]func(c *websocket.Conn){
			"closed": func(c *websocket.Conn) { c.Close(t.Context(), websocket.CloseNormal, "") },
			"lost":   func(c *websocket.Conn) { c.CloseNow() },
		} {
			t.Run(name+"/"+how, func(t *testing.T) {
				t.Parallel()
				hold, gone := heir(t)
				folder := t.TempDir()
				s, c := served(t, "cd "+folder+"; "+hold+line)
				wantMessages(t, c, "ready")
				say(t, c, "one", "two", "three")
				c.Discard(t.Context())
				if _, err := c.Ping(t.Context(), nil); err != nil { // all was read by then
					t.Error(err)
				}
				end(c)
				gone()
				s.Stderr.Wait(t, c.LocalAddr().String()+": the end\n")
				if got, err := os.ReadFile(filepath.Join(folder, "got")); err == nil && string(got) != "one\ntwo\nthree\n" {
					t.Errorf("got %q", got)
				}
			})
		}
	}
}

// What a command has left behind ends too, and does not keep the connection open.
func TestExecLeavesNothing(t *testing.T) {
	for name, line := range map[string]string{"asked to": "", "killed": "trap '' TERM; "} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hold, gone := heir(t)
			_, c := served(t, hold+line+"sleep 600 & echo ready")
			wantMessages(t, c, "ready")
			wantClose(t, c, websocket.CloseNormal, "")
			gone()
		})
	}
}

// A client that has gone is noticed though the command does not read.
func TestExecClientGoes(t *testing.T) {
	p := newPrograms("", io.Discard)
	p.pulse = time.Millisecond
	hold, gone := heir(t)
	p.line = hold + "echo ready; sleep 600"
	waits := make(chan bool, 1)
	url := wstest.Listen(t, func(ctx context.Context, c *websocket.Conn) error {
		p.serve(ctx, c)
		return nil
	})
	c := dial(t, url, &client.Options{Conn: websocket.Options{Trace: &websocket.Trace{
		Pong: func(*websocket.Conn, []byte) {
			select {
			case waits <- true:
			default:
			}
		},
	}}})
	wantMessages(t, c, "ready")
	go c.Write(t.Context(), websocket.Text, bytes.Repeat([]byte("x"), 1<<20-1))
	go c.Read(t.Context())
	<-waits
	c.CloseNow()
	gone()
	p.end()
}

// The end of the server is that of its commands.
func TestExecServerEnds(t *testing.T) {
	t.Run("gracefully", func(t *testing.T) {
		hold, gone := heir(t)
		s, c := served(t, hold+"echo ready; cat; echo the end >&2")
		invitation := s.Stdout.String()
		wantMessages(t, c, "ready")
		s.Signals <- os.Interrupt
		wantClose(t, c, websocket.CloseGoingAway, "server shutting down")
		s.Want(0, invitation, c.LocalAddr().String()+": the end\n")
		gone()
	})
	t.Run("at once", func(t *testing.T) {
		hold, gone := heir(t)
		s, c := served(t, hold+"trap '' TERM; echo ready; sleep 600")
		invitation := s.Stdout.String()
		wantMessages(t, c, "ready")
		s.Signals <- os.Interrupt
		s.Signals <- os.Interrupt
		s.Want(command.ExitInterrupt, invitation, "")
		gone()
	})
}

func TestExecEnvironment(t *testing.T) {
	t.Setenv("HTTP_ORIGIN", "stale")
	_, address := ws.Serve(t, "-subprotocol", "chat", "-exec",
		`echo "$REMOTE_ADDR $REMOTE_PORT $REQUEST_URI $PATH_INFO $QUERY_STRING $WS_SUBPROTOCOL $HTTP_HOST $HTTP_USER_AGENT ($HTTP_ORIGIN) ($HTTPS)"`)
	c := dial(t, "ws://"+address+"/a%20b?c=%20d", &client.Options{
		Subprotocols: []string{"chat"}, Header: http.Header{"User-Agent": {"me"}},
	})
	host, port, _ := net.SplitHostPort(c.LocalAddr().String())
	wantMessages(t, c, host+" "+port+" /a%20b?c=%20d /a b c=%20d chat "+address+" me () ()")

	_, address = ws.Serve(t, "-tls-self-signed", "-exec", `echo "$HTTPS"`)
	wantMessages(t, dial(t, "wss://"+address, &client.Options{TLSConfig: &tls.Config{InsecureSkipVerify: true}}), "on")
}

// A path that no variable can have is an error.
func TestExecBadPath(t *testing.T) {
	s, address := ws.Serve(t, "-exec", "cat")
	wantClose(t, dial(t, "ws://"+address+"/a%00b", nil), websocket.CloseInternalError, "internal error")
	s.Stderr.Wait(t, ": -exec: exec: environment variable contains NUL\n")
}

// After the end no command is started.
func TestExecAfterEnd(t *testing.T) {
	p := newPrograms("echo hello", io.Discard)
	p.end()
	ended := make(chan error, 1)
	c := dial(t, wstest.Listen(t, func(ctx context.Context, c *websocket.Conn) error {
		ended <- p.serve(ctx, c)
		return nil
	}), nil)
	wantClose(t, c, websocket.CloseNormal, "")
	if err := <-ended; err != server.ErrServerClosed {
		t.Error(err)
	}
}
