package connect

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/compression"
	"github.com/seed372fb791/rfc6455/cmd/ws/connect/script"
	"github.com/seed372fb791/rfc6455/cmd/ws/reach"
	"github.com/seed372fb791/rfc6455/websocket"
)

// flags are the flags of ws connect.
type flags struct {
	reach.Offer
	binary, hex  bool
	json         bool
	framing      framing
	exec, script string

	wait command.OptionalTime // after the end of stdin
	most command.Number       // of messages received

	frames          bool
	ping, keepalive time.Duration
	heartbeat       string
	readLimit       int64
	reconnect       bool
}

const (
	// openTime bounds the opening handshake, if no flag does.
	openTime = 30 * time.Second
	// keepalive is the library's time, too.
	keepalive = 20 * time.Second
)

// Command returns ws connect.
func Command() *command.Command {
	o, fs := new(flags), command.NewFlags()
	o.Offer.Add(fs, openTime)
	fs.BoolVar(&o.binary, "binary", false, "send binary messages, and write received ones as they are")
	fs.BoolVar(&o.hex, "hex", false, "send binary messages from bytes in hexadecimal, and print received ones, text too, in it")
	o.framing.add(fs)
	fs.BoolVar(&o.json, "json", false, "print received text that is JSON indented, to a terminal or not, up to 1 MiB and 32 levels;\nall else as it is")
	fs.StringVar(&o.exec, "exec", "", "run this shell `command` for each message received, with the message as its stdin")
	fs.StringVar(&o.script, "script", "", "send and expect what this `file` says, in place of stdin and stdout; - is stdin")
	fs.Var(&o.wait, "wait", "close the connection so much `time` after the end of stdin, such as 2s; 0 does not wait for answers")
	o.most.Most = 1 << 40
	fs.Var(&o.most, "n", "end after this `number` of messages received, with exit status 1 if fewer come")
	fs.DurationVar(&o.keepalive, "keepalive", keepalive, "send a Ping when nothing has come for so much `time`, and give the server up that shows no sign\nof life in twice as much; 0 does neither")
	fs.StringVar(&o.heartbeat, "text-heartbeat", "", "send this `text` as a message once in the time of -keepalive, in place of Pings")
	fs.Int64Var(&o.readLimit, "read-limit", command.MaxMessage, "close the connection when a message of more `bytes` comes (close code 1009)")
	fs.DurationVar(&o.ping, "ping", 0, "send a Ping once in this `time`, such as 10s, and show the round trip: in the prompt of a\nterminal, on stderr otherwise")
	fs.BoolVar(&o.reconnect, "reconnect", false, "connect again when the connection is lost, and when there is none at first")
	fs.BoolVar(&o.frames, "frames", false, "print each frame's header on stderr: > for sent, < for received;\nRSV1 is the mark of a compressed message")
	return &command.Command{
		Name:     "connect",
		Does:     "sends lines as messages to a WebSocket server and prints what comes back",
		Operands: "URL",
		About:    about,
		Examples: []command.Example{
			{Line: "echo hello | ws connect ws://127.0.0.1:8080/", Purpose: "sends one message, prints the answer and ends"},
			{Line: "sleep 60 | ws connect -H \"Authorization: Bearer $TOKEN\" ws://127.0.0.1:8080/ > log", Purpose: "listens for a minute"},
		},
		Flags: fs,
		Groups: []command.Group{
			reach.OfferGroup,
			reach.WayGroup,
			{Title: "Messages", Flags: []string{"binary", "hex", "delimiter", "null", "whole", "json", "exec", "script"}},
			{Title: "The end", Flags: []string{"wait", "n"}},
			{Title: "The connection", Flags: []string{"ping", "keepalive", "text-heartbeat", "read-limit", "frames", "reconnect"}},
			compression.Group,
		},
		Run: o.run,
	}
}

const about = `Each line of stdin is sent as a text message, without its line ending. Each
message received is printed as a line on stdout: text as it is, binary in
hexadecimal. With -binary, messages received are written to a file or pipe
without anything in between. What came of -subprotocol and -compress is printed
on stderr, in the words of the server's response.

On a terminal lines are edited, and recalled with the arrow keys: a history of
1000 lines is kept in the user's cache folder. Control characters received are
made visible and only the start of a binary message is shown. There are colours
unless NO_COLOR is set, and none of this if TERM is dumb.

After the end of stdin answers are waited for: as many as messages were sent,
each for up to 5 s after what came before it, and then until nothing has come for
half a second. If none came at all, that is said on stderr. Then the connection is
closed. Of a server that sends by itself -wait or -n takes a part, or stdin that
stays open, as in the second example. -wait sets the time from the end of stdin to
the closing; -n ends with a number of messages, and without -wait takes as long as
they do. Ctrl-D at a terminal closes the connection at once. So does Ctrl-C; a
second Ctrl-C does not wait for the server.

Some servers take no Ping, the inspector of Node among them, and drop the
connection: -keepalive 0.

With -exec, messages go to the command in place of stdout, one after the other
as they came; what it prints goes where it would for ws. WS_TYPE in its
environment is text or binary. When it fails that is said on stderr. After the
end of the connection all commands are run to their end; Ctrl-C kills the one
that runs and drops the rest.

With -reconnect, what happens is said on stderr. Lines that come while there is
no connection are sent over the next one; of a line that was on its way when the
connection was lost, it is said that it may not have arrived. A server that
closes with 1000, 1008 or 1010, or refuses with a status from 400 to 499 other
than 408, 425 and 429, ends it. After the end of stdin it ends when all lines are
sent and answers were waited for.

A script has a step on each line; lines that begin with # are comments:

  send "text"            send binary 00 ff       ping (and wait for the Pong)
  expect "text"          expect binary 00 ff     expect /regular expression/
  expect json {"a": 1}   expect close 1000       close 1000 "reason"
  timeout 5s             (for each of the steps that follow; 10s at first)

Strings are quoted as in Go. What is expected is compared with the next message,
JSON without regard to spaces and the order of members.

Exit status:
  0    the connection was closed after the end of stdin, or by the server with
       close code 1000, 1001 or none; the messages of -n came; the script held;
       who reads stdout went
  1    there was no connection, it was lost, the server broke the protocol, a
       line could not be sent, fewer messages came than -n says, a command failed
       or the script did not hold
  2    wrong arguments
  3    the server closed the connection with another close code
  130  Ctrl-C (143: SIGTERM)
`

// run connects and talks until either side has enough.
func (o *flags) run(operands []string, env command.Environment) error {
	url := operands[0]
	if err := o.check(url); err != nil {
		return err
	}
	defer catchBrokenPipe()()
	screen := newScreen(env, o)
	defer screen.leave()
	s := o.session(screen)
	options, err := o.options(s)
	switch {
	case err != nil:
		return err
	case o.script != "":
		return o.play(url, options, env)
	}
	if s.link, err = o.open(url, options, screen); err != nil {
		return err
	}
	s.answers.opened()
	if o.exec == "" {
		return s.run(env.Signals)
	}
	s.commands = newExecutor(o.exec, screen)
	return s.commands.finish(s.run(env.Signals), env.Signals)
}

// open connects, and takes over the terminal if there is one.
func (o *flags) open(url string, options *client.Options, screen *screen) (link, error) {
	if o.reconnect {
		if err := screen.enter(); err != nil {
			return nil, err
		}
		return keepConnected(url, options, screen)
	}
	c, response, err := reach.Dial(url, options, screen.env.Signals)
	if err != nil {
		return nil, err
	}
	if err := screen.enter(); err != nil {
		c.CloseNow()
		return nil, err
	}
	screen.greet(url, o.agreed(c, response))
	return single{c}, nil
}

// play plays the script.
func (o *flags) play(url string, options *client.Options, env command.Environment) error {
	text, err := env.Open(o.script)
	if err != nil {
		return err
	}
	defer text.Close()
	steps, err := script.Parse(text)
	if err != nil {
		return fmt.Errorf("%s: %w", o.script, err)
	}
	c, _, err := reach.Dial(url, options, env.Signals)
	if err != nil {
		return err
	}
	return script.Play(c, steps, env)
}

// agreed says what came of the subprotocols and the extension that were offered.
func (o *flags) agreed(c *websocket.Conn, response *http.Response) (what []string) {
	switch name := c.Subprotocol(); {
	case name != "":
		what = append(what, "subprotocol "+name)
	case len(o.Subprotocols) > 0:
		what = append(what, "without a subprotocol")
	}
	switch extensions := response.Header.Values("Sec-WebSocket-Extensions"); {
	case len(extensions) > 0:
		what = append(what, strings.Join(extensions, ", "))
	case o.Compression.On:
		what = append(what, "without compression")
	}
	return what
}
