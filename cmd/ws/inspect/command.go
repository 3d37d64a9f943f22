package inspect

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/dissect"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
)

// flags are the flags of ws inspect.
type flags struct {
	from    string
	deflate string
	keyLog  string
	json    bool
	explain bool

	agreed *handshake.Deflate // what deflate says
}

// Command returns ws inspect.
func Command() *command.Command {
	o, fs := new(flags), command.NewFlags()
	fs.StringVar(&o.from, "from", "", "the `side` that sent bytes in hex or raw, or those of a fixture after <: client or server;\nwithout this flag a request or masked frames are a client's, all else a server's")
	fs.StringVar(&o.deflate, "deflate", "", "what the server's response said in Sec-WebSocket-Extensions, such as\n\"permessage-deflate; server_no_context_takeover\", if the `response` is not in the input")
	fs.StringVar(&o.keyLog, "keylog", "", "read TLS in a capture with the secrets in this `file`, which browsers and curl write\nwhere SSLKEYLOGFILE says, Node with --tls-keylog, and Go with KeyLogWriter")
	fs.BoolVar(&o.explain, "explain", false, "say below the bytes what each field means, and in which section of the RFC that stands")
	fs.BoolVar(&o.json, "json", false, "print a JSON object a line: connections, frames with all their fields, notes;\nwhat happens on several connections in the order of time")
	return &command.Command{
		Name:     "inspect",
		Does:     "takes frames apart: of a capture, a recording, a fixture, or pasted in hex",
		Operands: "[FILE]",
		About:    about,
		Examples: []command.Example{
			{Line: "echo 81 85 37 fa 21 3d 7f 9f 4d 51 58 | ws inspect -explain", Purpose: "explains a frame, bit by bit"},
			{Line: "ws inspect chat.pcap", Purpose: "shows what was said on the WebSocket connections in a capture"},
		},
		Flags: fs,
		Groups: []command.Group{
			{Title: "Input", Flags: []string{"from", "deflate", "keylog"}},
			{Title: "Output", Flags: []string{"explain", "json"}},
		},
		Run: o.run,
	}
}

const about = `It reads FILE, or stdin, which is also FILE "-", and sees from the first bytes
what that is:
  pcap, pcapng  what tcpdump and Wireshark write, of Ethernet, VLANs, loopback,
                Linux "any" devices and raw IP. TCP is put in order, fragments
                of IP are put together. WebSocket connections are found by
                their opening handshakes, behind other requests, a PROXY line
                or CONNECT too, or by what looks like frames if the capture
                lacks those. TLS can be read with its secrets: of -keylog, or
                of a secrets block in pcapng. What cannot is named on stderr,
                and what was cut; other connections are counted.
  tcpdump -X    what that prints, and -x, -xx and -XX
  a transcript  what ws proxy -record writes
  HAR           what browsers export of a page's network, with the messages of
                its WebSocket connections
  a fixture     lines of hex after < and >, in the words of testdata/frames; each
                "side" begins a connection. What this command prints is one.
  hex           as people paste it, with spaces, commas, 0x and comments, as
                xxd, hexdump -C and Wireshark print it, or as C, C#, Go, Java,
                Node and Python print and write bytes and strings; base64
  raw bytes     all else. Neither captures nor text begin as frames do; text that
                begins as HTTP does is raw, too.
What gzip or zstd have packed is unpacked.

Connections are printed one after the other, in the form of a fixture: frames in
hex with what is in them, after > those of the client and after < those of the
server (those of whoever it was, of hex and raw bytes), and below a frame what
comes of it. "event" is a message or a piece of it, inflated, "fin" at its end;
"fail" is a broken rule with the close code that answers it and an id, which
ws rfc explains, as it does the sections in brackets. Where bytes are missing it
is said; frames are looked for behind them, and judged as far as that goes. A
capture can be seen while it is made:
  tcpdump -i lo -U -w - port 8080 | ws inspect

A message of more than 64 MiB counts as a failure. The exit status is 0 if what
could be judged keeps the rules, 1 if one is broken or the input could not be
read, 2 for wrong arguments, 130 after Ctrl-C.
`

// run inspects until the input or the patience of the user ends.
func (o *flags) run(operands []string, env command.Environment) error {
	if err := o.check(); err != nil {
		return err
	}
	done := make(chan error, 1)
	// Nobody waits for this one after a signal: nothing interrupts the reading
	// of a pipe.
	go func() { done <- o.open(operands, env) }()
	select {
	case err := <-done:
		return err
	case signal := <-env.Signals:
		return command.Interrupted(signal)
	}
}

// check finds flags that mean nothing.
func (o *flags) check() error {
	switch {
	case o.from != "" && o.from != protocol.Client.String() && o.from != protocol.Server.String():
		return command.BadUsage("-from %q is neither client nor server", o.from)
	case o.json && o.explain:
		return command.BadUsage("-explain does not go with -json, which has all of it")
	case o.deflate == "":
		return nil
	}
	agreed, err := parseDeflate(o.deflate)
	if err != nil {
		return command.BadUsage("-deflate %q: %v", o.deflate, err)
	}
	o.agreed = &agreed
	return nil
}

// parseDeflate reads what a server has said in Sec-WebSocket-Extensions.
func parseDeflate(value string) (agreed handshake.Deflate, err error) {
	extensions, err := handshake.ParseExtensions([]string{value})
	ok := false
	if err == nil {
		agreed, ok, err = handshake.CheckDeflate(extensions, handshake.Deflate{})
	}
	var e *handshake.Error
	switch {
	case errors.As(err, &e):
		return agreed, errors.New(e.Text)
	case !ok:
		return agreed, errors.New("there is no permessage-deflate in it")
	}
	return agreed, nil
}

// sender returns who has sent b, if nobody says it.
func (o *flags) sender(b []byte) protocol.Role {
	if o.from != "" {
		if o.from == protocol.Client.String() {
			return protocol.Client
		}
		return protocol.Server
	}
	h, _, err := protocol.ParseHeader(b)
	if masked := err == nil && h.Masked; bytes.HasPrefix(b, []byte("GET ")) || masked && !dissect.IsHead(b) {
		return protocol.Client
	}
	return protocol.Server
}

// open inspects the file that the operand names, or stdin.
func (o *flags) open(operands []string, env command.Environment) error {
	name := "-"
	if len(operands) > 0 {
		name = operands[0]
	}
	in, err := env.Open(name)
	if err != nil {
		return err
	}
	defer in.Close()
	if name == "-" && env.Typed {
		fmt.Fprintln(env.Stderr, "ws: paste bytes in hex, then press Ctrl-D on a line of its own")
	}
	i := &inspection{flags: o, env: env, report: &textReport{w: env.Stdout, shown: env.Shown, explain: o.explain}}
	if o.json {
		i.report = &jsonReport{env.Stdout}
	}
	err = i.read(bufio.NewReaderSize(in, bufferSize))
	if finished := i.finish(); err == nil || err == io.EOF {
		err = finished
	}
	if err != nil || len(i.broken) == 0 {
		return err
	}
	slices.Sort(i.broken)
	ids := slices.Compact(i.broken)
	return &command.Exit{Status: command.ExitFailed, Err: fmt.Errorf("broken: %s (\"ws rfc %s\" says what that is)", strings.Join(ids, ", "), ids[0])}
}
