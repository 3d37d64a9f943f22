package broken

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"time"
)

// maxMessage bounds messages, compressed or not.
const maxMessage = 64 << 20

// patience bounds the wait for the end of a connection after the last frame.
const patience = 20 * time.Second

var (
	errDrop   = errors.New("the frame is dropped")
	errHangUp = errors.New("the connection ends here")
	errWait   = errors.New("the connection ends where the other side ends it")
)

// session is a connection after the opening handshake.
type session struct {
	conduct
	server bool
	conn   net.Conn
	in     *bufio.Reader

	deflater *compressor // nil unless compression was agreed on
	inflater *decompressor

	within     bool // a message
	opcode     byte // of the message that has begun
	compressed bool // likewise
	data       []byte
	unchecked  []byte // the character that the text so far ends in
}

// message is one as the application sees it.
type message struct {
	opcode byte
	data   []byte
}

// run echoes until the connection ends.
func (s *session) run() {
	s.opened(s)
	for {
		err := s.next()
		if code, ok := err.(failure); ok {
			err = s.fail(s, code)
		}
		switch {
		case err == errHangUp:
			s.hangUp(true)
			return
		case err == errWait:
			s.hangUp(false)
			return
		case err != nil:
			return
		}
	}
}

// failBy fails the connection by a Close frame.
func failBy(s *session, code failure) error {
	if err := s.write(closeFrame(int(code))); err != nil {
		return err
	}
	return errHangUp
}

func closeFrame(code int) frame {
	return frame{fin: true, opcode: opClose, payload: binary.BigEndian.AppendUint16(nil, uint16(code))}
}

// hangUp ends the connection so that the last frame arrives. Either it takes
// the first step or it leaves that to the other side.
func (s *session) hangUp(first bool) {
	if tcp, ok := s.conn.(*net.TCPConn); ok && first {
		tcp.CloseWrite()
	}
	s.conn.SetReadDeadline(time.Now().Add(patience))
	io.Copy(io.Discard, s.in)
}

// next takes one frame.
func (s *session) next() error {
	f, err := readHeader(s.in)
	if err != nil {
		return err
	}
	if err := s.check(&f); err != nil {
		return err
	}
	if f.payload, err = readPayload(s.in, s.length(&f)); err != nil {
		return err
	}
	if f.masked {
		s.xor(f.payload, f.key)
	}
	if err := s.receive(s, &f); err != nil {
		if err == errDrop {
			return nil
		}
		return err
	}
	return s.take(f)
}

func (s *session) take(f frame) error {
	switch {
	case f.opcode == opPing:
		return s.write(frame{fin: true, opcode: opPong, payload: f.payload})
	case f.opcode == opClose:
		return s.takeClose(f.payload)
	case f.control():
		return nil
	}
	return s.takeData(f)
}

func (s *session) takeData(f frame) error {
	if f.opcode != opContinuation || !s.within {
		s.opcode, s.compressed = f.opcode, f.rsv == rsv1 && s.inflater != nil
		s.data, s.unchecked = nil, nil
	}
	s.within = !f.fin
	s.data = append(s.data, f.payload...)
	if len(s.data) > maxMessage {
		return tooBig
	}
	if s.isText(s.opcode) && !s.compressed {
		var err error
		if s.unchecked, err = s.text(append(s.unchecked, f.payload...), s.whole(f)); err != nil {
			return err
		}
	}
	if s.within {
		return nil
	}
	return s.takeMessage()
}

// takeMessage echoes what has arrived.
func (s *session) takeMessage() error {
	if s.compressed {
		data, err := s.inflate(s.inflater, s.data)
		switch {
		case err == tooBig:
			return err
		case s.broken(badInflate, err != nil):
			return protocolError
		}
		s.data = data
		if s.isText(s.opcode) {
			if _, err := s.text(s.data, true); err != nil {
				return err
			}
		}
	}
	for _, m := range s.reply(s, message{s.opcode, s.data}) {
		f := frame{fin: true, opcode: m.opcode, payload: m.data}
		if s.deflater != nil {
			f.rsv, f.payload = rsv1, s.squeeze(s.deflater.deflate(m.data))
		}
		if err := s.write(f); err != nil {
			return err
		}
	}
	return nil
}

// write sends a frame.
func (s *session) write(f frame) error {
	for _, f := range s.send(s, f) {
		if err := s.put(f); err != nil {
			return err
		}
	}
	return nil
}

// put sends a frame that no fault looks at any more.
func (s *session) put(f frame) error {
	if f.masked = s.masks(s.server, f); f.masked {
		f.key = s.newKey()
	}
	_, err := s.conn.Write(s.bytes(f))
	return err
}

func (s *session) takeClose(body []byte) error {
	switch {
	case s.broken(closeOfOneByte, len(body) == 1):
		return protocolError
	case len(body) < 2:
		body = nil
	default:
		if s.broken(closeCode, !s.code(int(binary.BigEndian.Uint16(body)))) {
			return protocolError
		}
		if _, err := s.text(body[2:], true); s.broken(closeReason, err != nil) {
			return badData
		}
	}
	return s.answer(s, body)
}

// answerClose answers by the same code. A client leaves the end to the server.
func answerClose(s *session, body []byte) error {
	if err := s.write(frame{fin: true, opcode: opClose, payload: body[:min(2, len(body))]}); err != nil {
		return err
	}
	if s.server {
		return errHangUp
	}
	return errWait
}

// sendable reports whether a Close frame may have the code.
func sendable(code int) bool {
	switch {
	case code >= 1000 && code <= 1003, code >= 1007 && code <= 1014, code >= 3000 && code <= 4999:
		return true
	}
	return false
}
