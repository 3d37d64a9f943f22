package inspect

import (
	"fmt"
	"io"
	"strings"

	"github.com/seed372fb791/rfc6455/cmd/ws/capture"
	"github.com/seed372fb791/rfc6455/cmd/ws/capture/tls"
)

// secure is a connection of TLS in a capture.
type secure struct {
	conn *tls.Conn
	over bool // it cannot be read any more
}

func newSecure(secrets func() tls.Log) *secure { return &secure{conn: tls.New(secrets)} }

// open returns what an event is in clear. The error, which comes once, says that
// nothing more can be read.
func (s *secure) open(e capture.Event) (clear []capture.Event, err error) {
	var pieces []tls.Piece
	switch {
	case e.Kind == capture.End || e.Kind == capture.Reset:
		return []capture.Event{e}, nil
	case s.over:
		return nil, nil
	case e.Kind == capture.Gap:
		pieces = s.conn.Gap(e.Side, e.Missing)
	default:
		pieces, err = s.conn.Write(e.Side, e.Data)
		s.over = err != nil
	}
	for _, p := range pieces {
		one := capture.Event{Conn: e.Conn, Side: p.Side, At: e.At, Kind: capture.Bytes, Data: p.Data, Missing: p.Missing, Cut: e.Cut}
		if p.Missing > 0 {
			one.Kind = capture.Gap
		}
		clear = append(clear, one)
	}
	return clear, err
}

// keys is the secrets of TLS: of a key log, which may grow meanwhile, and of the
// capture.
type keys struct {
	file io.ReadCloser // nil if there is none
	rest string        // the last line that was read, if it is not whole
	read int           // bytes of the capture's own
	log  tls.Log
	err  error
}

// openKeys opens the key log that the flags name.
func (i *inspection) openKeys() (k keys, err error) {
	k.log = make(tls.Log)
	if i.keyLog != "" {
		k.file, err = i.env.Open(i.keyLog)
	}
	return k, err
}

func (k *keys) close() {
	if k.file != nil {
		k.file.Close()
	}
}

// more reads what the key log has become longer by.
func (k *keys) more() {
	if k.file == nil || k.err != nil {
		return
	}
	b, err := io.ReadAll(k.file)
	if err != nil {
		k.err = fmt.Errorf("the key log: %w", err)
	}
	k.log.Add(k.rest + string(b))
	k.rest += string(b)
	k.rest = k.rest[strings.LastIndexByte(k.rest, '\n')+1:]
}

// secrets returns all secrets that there are so far.
func (r *captureReader) secrets() tls.Log {
	r.keys.more()
	if own := r.KeyLog(); len(own) > r.keys.read {
		r.keys.log.Add(string(own))
		r.keys.read = len(own)
	}
	return r.keys.log
}
