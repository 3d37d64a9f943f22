// Package conformance plays the fixtures of ../../testdata/frames and
// ../../testdata/dialogues against an echo server, as a client that may break
// every rule, and judges what comes back.
//
// # What can be played
//
// The fixtures say what an endpoint makes of a peer's bytes. From outside, over
// a real socket, a server can be asked for those that have side server or both
// (the frames of the latter are masked as a client would), need no limits but
// the usual ones, and in which the endpoint sends nothing of its own accord
// but the echo. The others are skipped.
//
// Those with the word deflate are for servers that agree to permessage-deflate
// (RFC 7692) with just these parameters, others decline them. Where no more than
// one message is compressed it does not matter whether the next one could refer
// to it: servers that always forget may do so.
//
// # The verdict
//
// It counts what the server does:
//
//   - A message has to come back, a Ping to be answered, a Close to be answered
//     by a Close and the end of the connection.
//   - For bytes that break a rule the connection has to end, without an echo of
//     the message that broke it. Exact is a server that sends a Close frame with
//     the code of the fixture before; Allowed one that ends the connection with
//     another code or without one: that frame is a SHOULD (section 7.1.7).
//
// Wherever the RFC leaves a choice, all of it is Exact:
//
//   - the Close frame in answer to a Close has any code that may be sent, or
//     none (5.5.1);
//   - of several Pings the last is answered at least (5.5.3), and Pongs and
//     echoes come in any order; Pings and further Pongs of the server's own
//     are its right;
//   - an echo may be in one frame or more;
//   - an unmasked frame ends the connection with or without a Close frame (5.1);
//   - bad UTF-8 in the reason of a Close is 1007 or 1002, a length of 2^63 or
//     more 1002 or 1009;
//   - messages and Pings right before a failure or a Close need not be answered.
//
// Rules that the RFC has for senders only (the shortest length, close codes
// outside of the registry) do not oblige the receiver. A server that takes such
// a frame as if it were good is Allowed, unless it sends a Close frame with a
// forbidden code itself. So is how compressed data has to end (section 7.2.1 of
// RFC 7692).
//
// A server may want the whole of a frame before it judges, so what a frame
// lacks is sent after a while if the server has not failed by then.
package conformance

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/seed372fb791/rfc6455/handshake"
)

// Script is a fixture as a client plays it.
type Script struct {
	Name    string
	Deflate *handshake.Deflate // what has to be agreed on, nil for nothing

	turns      []turn
	rest       []byte // what the last frame lacks
	compressed int    // messages
}

// turn is bytes to be sent at once and what is due for them.
type turn struct {
	bytes    []byte
	messages []message
	pongs    []string
	end      ending
}

type message struct {
	text bool
	data string
}

func (m message) String() string {
	typ := "binary"
	if m.text {
		typ = "text"
	}
	return fmt.Sprintf("%s of %d bytes %.40q", typ, len(m.data), m.data)
}

// ending is how a connection has to end.
type ending struct {
	how         how
	codes       []int // any of those the Close frame of a failure may have
	silent      bool  // no Close frame is as good
	sendersRule bool  // that was broken: nothing has to be done
}

type how int

const (
	open how = iota
	closed
	failed
)

// Load reads the fixtures below the folder testdata and returns those that can
// be played; skipped says why the others cannot.
func Load(testdata string) (scripts []*Script, skipped map[string]string, err error) {
	skipped = map[string]string{}
	for _, folder := range []string{"frames", "dialogues"} {
		paths, err := filepath.Glob(filepath.Join(testdata, folder, "*.txt"))
		if err != nil {
			return nil, nil, err
		}
		for _, path := range paths {
			content, err := os.ReadFile(path)
			if err != nil {
				return nil, nil, err
			}
			name := strings.TrimSuffix(filepath.Base(path), ".txt")
			s, skip, err := parse(name, string(content))
			switch {
			case err != nil:
				return nil, nil, fmt.Errorf("%s: %w", path, err)
			case skip != "":
				skipped[name] = skip
			default:
				scripts = append(scripts, s)
			}
		}
	}
	if len(scripts) == 0 {
		return nil, nil, fmt.Errorf("no fixtures in %s", testdata)
	}
	return scripts, skipped, nil
}
