package conformance

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/interop/compare/deflate"
	"github.com/seed372fb791/rfc6455/interop/compare/dial"
	"github.com/seed372fb791/rfc6455/mask"
	"github.com/seed372fb791/rfc6455/protocol"
)

// probe is the data of a Ping that is sent after a script that leaves the
// connection open: what the server has to say comes before its answer.
const probe = "is that all?"

// openingTime bounds the opening handshake, which is not what is judged.
const openingTime = 20 * time.Second

// PlayAll plays the scripts one after the other against the server that start
// starts. A server that does not survive a script is started again. No wait for
// an answer is longer than patience.
func PlayAll(start func() (addr string, err error), scripts []*Script, patience time.Duration) ([]Outcome, error) {
	addr, err := start()
	if err != nil {
		return nil, err
	}
	outcomes := make([]Outcome, len(scripts))
	for i, s := range scripts {
		if outcomes[i], err = Play(addr, s, patience); err != nil {
			return nil, err
		}
		if v := outcomes[i].Verdict; v == Exact || v == Declined {
			continue
		}
		again, err := dial.Dial(addr, nil, openingTime)
		if err == nil {
			again.Close()
			continue
		}
		outcomes[i] = Outcome{s.Name, Wrong, "the server's process has ended"}
		if addr, err = start(); err != nil {
			return nil, err
		}
	}
	return outcomes, nil
}

// Play plays a script on a connection of its own. The error says that there was
// none.
func Play(addr string, s *Script, patience time.Duration) (Outcome, error) {
	c, agreed, err := s.dial(addr)
	if errors.Is(err, dial.ErrDeclined) {
		return Outcome{s.Name, Declined, err.Error()}, nil
	}
	if err != nil {
		return Outcome{}, err
	}
	defer c.Close()
	p := player{conn: c, patience: patience}
	if agreed != nil {
		p.inflater = deflate.NewInflater(*agreed)
	}
	p.play(s)
	verdict, why := judge(s.due(), &p.answers)
	return Outcome{s.Name, verdict, why}, nil
}

// dial connects to a server and agrees with it on what the script needs.
func (s *Script) dial(addr string) (*net.TCPConn, *handshake.Deflate, error) {
	c, err := dial.Dial(addr, s.Deflate, openingTime)
	if s.compressed > 1 || !errors.Is(err, dial.ErrDeclined) {
		return c, s.Deflate, err
	}
	forgetful := *s.Deflate
	forgetful.ServerNoContextTakeover, forgetful.ClientNoContextTakeover = true, true
	c, err = dial.Dial(addr, &forgetful, openingTime)
	return c, &forgetful, err
}

type player struct {
	answers
	conn     net.Conn
	patience time.Duration
	replied  bool // to the server's Close
}

func (p *player) play(s *Script) {
	var due turn
	for _, t := range s.turns {
		due.messages = append(due.messages, t.messages...)
		due.pongs = append(due.pongs, t.pongs...)
		due.end = t.end
		p.write(t.bytes)
		if t.end.how == open {
			p.until(p.patience, func() bool {
				return len(p.messages) >= len(due.messages) && pongsFor(due.pongs, p.pongs)
			})
		}
	}
	switch due.end.how {
	case open:
		p.write(frame(protocol.OpPing, []byte(probe)))
		p.until(p.patience, func() bool { return p.idle })
	case closed:
		p.replied = true
		p.until(p.patience, func() bool { return false })
	case failed:
		found := func() bool { return undue(due, &p.answers) != nil }
		p.until(p.patience/8, found)
		if !found() && !p.ended && p.close == nil {
			p.write(s.rest)
		}
		p.until(p.patience, found)
	}
}

// until reads until enough has come, the connection has ended or nothing more
// may be expected of the server. A Close of the server's is answered.
func (p *player) until(limit time.Duration, enough func() bool) {
	p.conn.SetReadDeadline(time.Now().Add(limit))
	buf := make([]byte, 1<<16)
	for !p.ended && p.broken == "" && !enough() {
		n, err := p.conn.Read(buf)
		p.take(buf[:n])
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			return
		case err != nil:
			p.ended = err == io.EOF || errors.Is(err, syscall.ECONNRESET)
			return
		}
		if p.close != nil && !p.replied {
			p.replied = true
			p.write(closeFrame(*p.close))
		}
	}
}

// write sends bytes. A server that has ended the connection is found out when
// its answers are read.
func (p *player) write(b []byte) {
	p.conn.SetWriteDeadline(time.Now().Add(p.patience))
	p.conn.Write(b)
}

func closeFrame(code int) []byte {
	if code == 0 {
		return frame(protocol.OpClose, nil)
	}
	return frame(protocol.OpClose, binary.BigEndian.AppendUint16(nil, uint16(code)))
}

// frame returns a good frame of a client.
func frame(op protocol.Opcode, payload []byte) []byte {
	h := protocol.Header{Fin: true, Opcode: op, Masked: true, Key: mask.NewKey(), Length: uint64(len(payload))}
	out := protocol.AppendHeader(nil, h)
	head := len(out)
	out = append(out, payload...)
	mask.XOR(out[head:], h.Key, 0)
	return out
}
