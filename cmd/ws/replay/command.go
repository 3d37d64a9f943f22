package replay

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"regexp"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/reach"
)

// flags are the flags of ws replay.
type flags struct {
	speed    float64
	patience time.Duration
	ignore   Ignore
	trust    reach.Trust
}

// Command returns ws replay.
func Command() *command.Command {
	o, fs := new(flags), command.NewFlags()
	fs.Float64Var(&o.speed, "speed", 1, "go so many `times` faster than recorded; 0 does not wait at all")
	fs.DurationVar(&o.patience, "patience", 10*time.Second, "wait no longer than this `time` for answers that are missing")
	fs.Func("ignore", "let text that matches this `regexp` differ, or only the matches of its groups if it has some;\nmay be repeated", o.addPattern)
	fs.Func("ignore-json", "let the values of JSON members of this `name` differ, such as id, or those at the end of a path,\nsuch as .user.id or .items.*.time; may be repeated", o.addMember)
	o.trust.Add(fs)
	return &command.Command{
		Name:     "replay",
		Does:     "sends the client side of a recording again and compares the answers",
		Operands: "FILE URL",
		About:    about,
		Examples: []command.Example{
			{Line: "ws replay chat.ws ws://127.0.0.1:8080", Purpose: "asks a server what another one, or an older one, was asked"},
			{Line: `ws replay -speed 0 -ignore-json id -ignore '\d\d:\d\d' chat.ws ws://127.0.0.1:8080/chat`, Purpose: "the same as fast as possible, with another path, other ids and times of day"},
		},
		Flags: fs,
		Groups: []command.Group{
			{Title: "Time", Flags: []string{"speed", "patience"}},
			{Title: "What may differ", Flags: []string{"ignore", "ignore-json"}},
			{Title: "TLS", Flags: []string{"insecure", "cacert"}},
		},
		Run: o.run,
	}
}

const about = `FILE, or stdin if that is "-", is a transcript that ws proxy -record has written.
What its clients sent is sent to the server at URL: on as many connections, in
the recorded order and time, but never before all answers have come, on any
connection, that came before it in the recording. What is late moves all that
follows.

The bytes are those of the recording, keys and masks included. Only requests, up
to the opening handshake that succeeds, are made ones for the new server: Host is
that of URL, an Origin that was that of the recorded Host follows, and if URL has
a path or a query that replaces the recorded one.

Compared are the answers: of the opening handshake its status, subprotocol and
extensions; messages by type and contents, decompressed; close codes and
reasons; broken rules; and that the connection ends. Fragments, masks, Pings and
Pongs may differ. The answers of a connection are lined up so that as many as
possible are the same: one that is missing or new does not make those after it
differ. In the end each difference is a line on stdout: when and on which
connection, which answer differs, is missing or is new, and how. What a server
says after the last answer of the recording may be missed.

What -ignore and -ignore-json name is shown as "…" and equal to anything, as long
as it is there: ids, times. -ignore is for messages and close reasons that are
text; 'token=(\w+)' ignores the group only. -ignore-json is for messages that are
JSON; in a path a number counts elements of an array from 0, and * stands for any
member or element.

Exit status:
  0    all answers were the same
  1    there were differences, or the server could not be reached
  2    wrong arguments
  130  Ctrl-C (143: SIGTERM)
`

// addPattern is the flag -ignore.
func (o *flags) addPattern(s string) error {
	p, err := regexp.Compile(s)
	o.ignore.Patterns = append(o.ignore.Patterns, p)
	return err
}

// addMember is the flag -ignore-json.
func (o *flags) addMember(s string) error {
	m, err := ParseMember(s)
	o.ignore.Members = append(o.ignore.Members, m)
	return err
}

// run reads the recording and replays it.
func (o *flags) run(operands []string, env command.Environment) error {
	var r *Replay
	prepared := make(chan error, 1)
	// Nobody waits for this one after a signal: nothing interrupts the reading
	// of a pipe.
	go func() {
		var err error
		r, err = o.prepare(operands[0], operands[1], env)
		prepared <- err
	}()
	select {
	case err := <-prepared:
		if err != nil {
			return err
		}
	case s := <-env.Signals:
		return command.Interrupted(s)
	}
	return o.replay(r, env)
}

// replay replays what was read until all is done or a signal comes.
func (o *flags) replay(r *Replay, env command.Environment) error {
	r.Lines = env.Stdout
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	type ending struct {
		result Result
		err    error
	}
	done := make(chan ending, 1)
	go func() {
		result, err := r.Run(ctx)
		done <- ending{result, err}
	}()
	select {
	case end := <-done:
		return conclusion(end.result, end.err, env)
	case s := <-env.Signals:
		cancel()
		select {
		case <-done:
		case s = <-env.Signals: // nobody reads the differences
		}
		return command.Interrupted(s)
	}
}

// conclusion says how it went.
func conclusion(r Result, err error, env command.Environment) error {
	switch {
	case err != nil:
		return err
	case r.Differences > 0:
		return fmt.Errorf("%s in %s on %s", count(r.Differences, "difference"), count(r.Answers, "answer"), count(r.Connections, "connection"))
	}
	fmt.Fprintf(env.Stdout, "replays green: %s on %s\n", count(r.Answers, "answer"), count(r.Connections, "connection"))
	return nil
}

// count returns n of what, which is a noun.
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// prepare reads the recording and makes a replay as the flags say.
func (o *flags) prepare(file, url string, env command.Environment) (*Replay, error) {
	to, err := reach.ParseURL(url)
	switch err := cmp.Or(err, o.trust.Check()); {
	case err != nil:
		return nil, err
	case !(o.speed >= 0) || math.IsInf(o.speed, 0):
		return nil, command.BadUsage("-speed has to be positive or 0")
	case o.patience <= 0:
		return nil, command.BadUsage("-patience has to be positive")
	}
	config, err := o.trust.Config()
	if err != nil {
		return nil, err
	}
	f, err := env.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	recording, err := Read(f, o.ignore)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return &Replay{Recording: recording, To: to, TLS: config, Speed: o.speed, Patience: o.patience}, nil
}
