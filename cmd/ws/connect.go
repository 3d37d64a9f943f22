package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
)

// maxMessage is the most bytes of a message that the client commands take. It
// is far above the library's default: here a person has chosen the server.
const maxMessage = 64 << 20

// connectOptions are the flags of ws connect.
type connectOptions struct {
	header       http.Header
	subprotocols list
	origin       string
	insecure     bool
	binary       bool
	json         bool
	frames       bool
	ping         time.Duration
	compression  compression
}

func newConnect() *command {
	o, fs := &connectOptions{header: make(http.Header)}, newFlags()
	fs.Var(header(o.header), "H", "send this field, a `\"Name: value\"`, with the opening handshake; may be repeated")
	fs.Var(&o.subprotocols, "subprotocol", "offer this subprotocol `name`; may be repeated, or a list with commas")
	fs.StringVar(&o.origin, "origin", "", "claim to be a page of this `origin`, such as https://example.com")
	fs.BoolVar(&o.insecure, "insecure", false, "accept any certificate of the server")
	fs.BoolVar(&o.binary, "binary", false, "send binary messages, and write received ones as they are")
	fs.BoolVar(&o.json, "json", false, "print received text that is JSON indented, up to 1 MiB and 32 levels; the rest as it is")
	fs.DurationVar(&o.ping, "ping", 0, "send a Ping once in this `time`, such as 10s, and print the round trip on stderr")
	fs.BoolVar(&o.frames, "frames", false, "print each frame's header on stderr: > for sent, < for received;\nRSV1 is the mark of a compressed message")
	o.compression.add(fs, "offer", "client_max_window_bits", "server_max_window_bits")
	return &command{
		name:     "connect",
		does:     "sends lines as messages to a WebSocket server and prints what comes back",
		operands: "URL",
		about:    aboutConnect,
		examples: []example{
			{"echo hello | ws connect ws://127.0.0.1:8080/", "sends one message, prints the answer and ends"},
			{"sleep 60 | ws connect -H \"Authorization: Bearer $TOKEN\" ws://127.0.0.1:8080/ > log", "listens for a minute"},
		},
		flags: fs,
		groups: []group{
			{"Opening handshake", []string{"H", "subprotocol", "origin", "insecure"}},
			{"Messages", []string{"binary", "json", "frames", "ping"}},
			compressionFlags,
		},
		run: o.run,
	}
}

const aboutConnect = `Each line of stdin is sent as a text message, without its line ending. Each
message received is printed as a line on stdout: text as it is, binary in
hexadecimal. On a terminal, control characters are made visible and only the
start of a binary message is shown. With -binary, messages received are written
to a file or pipe without anything in between. What came of -subprotocol and
-compress is printed on stderr, in the words of the server's response.

When stdin ends (Ctrl-D), a Ping is sent. Its Pong shows that the server has
read all lines, and answers that it sent at once have come by then; then the
connection is closed. To wait longer for answers keep stdin open, as the second
example does. Ctrl-C closes the connection, a second Ctrl-C does not wait for
the server.

Exit status:
  0    the connection was closed after the end of stdin, or by the server with
       close code 1000, 1001 or none
  1    there was no connection, it was lost, the server broke the protocol, or
       a line could not be sent
  2    wrong arguments
  3    the server closed the connection with another close code
  130  Ctrl-C (143: SIGTERM)
`

// run connects and talks until either side has enough.
func (o *connectOptions) run(operands []string, env environment) error {
	url := operands[0]
	if err := checkURL(url); err != nil {
		return err
	}
	if o.ping < 0 {
		return badUsage("-ping has to be positive")
	}
	if err := o.compression.check(); err != nil {
		return err
	}
	defer catchBrokenPipe()()
	screen := newScreen(env, looks{raw: o.binary, json: o.json})
	defer screen.leave()
	c, response, err := dial(url, o.clientOptions(screen), env.signals)
	if err != nil {
		return err
	}
	if err := screen.enter(); err != nil {
		c.CloseNow()
		return err
	}
	screen.greet(url, o.agreed(c, response))
	return newSession(single{c}, screen, o).run(env.signals)
}

// agreed says what came of the subprotocols and the extension that were offered.
func (o *connectOptions) agreed(c *protocol.Conn, response *http.Response) (what []string) {
	switch name := c.Subprotocol(); {
	case name != "":
		what = append(what, "subprotocol "+name)
	case len(o.subprotocols) > 0:
		what = append(what, "without a subprotocol")
	}
	switch extensions := response.Header.Values("Sec-WebSocket-Extensions"); {
	case len(extensions) > 0:
		what = append(what, strings.Join(extensions, ", "))
	case o.compression.on:
		what = append(what, "without compression")
	}
	return what
}

// checkURL explains what is wrong with a URL in the words of a command line.
func checkURL(url string) error {
	_, err := handshake.ParseURL(url)
	var e *handshake.Error
	switch {
	case !errors.As(err, &e):
		return nil
	case strings.Contains(url, "://"):
		return badUsage("%q: %s", url, e.Text)
	}
	return badUsage("%q is no URL such as ws://localhost:8080/", url)
}

// clientOptions returns what the flags mean for the library.
func (o *connectOptions) clientOptions(screen *screen) *client.Options {
	c := &client.Options{
		Conn: protocol.Options{
			Limits:       protocol.Limits{MaxMessage: maxMessage},
			CloseTimeout: closeTime,
		},
		Header:       o.header,
		Origin:       o.origin,
		Subprotocols: o.subprotocols,
		Compression:  o.compression.options(),
		TLSConfig:    &tls.Config{InsecureSkipVerify: o.insecure},
	}
	if o.frames {
		c.Conn.Trace = screen.trace()
	}
	return c
}

// refusalStart is how much of the body of a refusal is shown, in bytes.
const refusalStart = 200

// explain returns why a dial has failed, with what the server says about it.
func explain(err error, response *http.Response) error {
	var e *client.Error
	var unfit *handshake.Error
	if errors.As(err, &e) && e.Stage == client.StageURL && errors.As(err, &unfit) {
		return badUsage("%s", unfit.Text)
	}
	if response == nil || response.StatusCode == http.StatusSwitchingProtocols {
		return err
	}
	body, _ := io.ReadAll(io.LimitReader(response.Body, refusalStart)) // what there is of it
	text, _, _ := strings.Cut(strings.TrimSpace(string(body)), "\n")
	if text == "" {
		return err
	}
	return fmt.Errorf("%w: %q", err, strings.TrimSpace(text))
}

// dial connects, unless a signal comes first.
func dial(url string, o *client.Options, signals <-chan os.Signal) (*protocol.Conn, *http.Response, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var c *protocol.Conn
	var response *http.Response
	done := make(chan error, 1)
	go func() {
		var err error
		if c, response, err = client.Dial(ctx, url, o); err != nil {
			err = explain(err, response)
		}
		done <- err
	}()
	select {
	case err := <-done:
		return c, response, err
	case s := <-signals:
		cancel()
		if err := <-done; err == nil {
			c.CloseNow()
		}
		return nil, nil, interrupted(s)
	}
}
