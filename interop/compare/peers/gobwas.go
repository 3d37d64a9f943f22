package peers

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsflate"
	"github.com/gobwas/ws/wsutil"

	"github.com/seed372fb791/rfc6455/websocket"
)

// gobwas upgrades on the raw connection. Its wsutil.Reader checks headers, and
// text on request; answers leave together when no more input is buffered. The
// Close frame of a failure is the program's part, as in its example, and so is
// the compressor: that of the standard library, without context takeover.
var gobwas = Peer{
	Name: "gobwas", Title: "gobwas/ws", Module: "github.com/gobwas/ws", UTF8: onRequest,
	Serve: func(l net.Listener, compression websocket.Compression) error {
		for {
			c, err := l.Accept()
			if err != nil {
				return err
			}
			go echoGobwas(c, compression.Mode != websocket.NoCompression)
		}
	},
	Broadcast: relayGobwas,
}

func echoGobwas(c net.Conn, compress bool) {
	defer c.Close()
	var u ws.Upgrader
	extension := wsflate.Extension{Parameters: wsflate.DefaultParameters}
	if compress {
		u.Negotiate = extension.Negotiate
	}
	if _, err := u.Upgrade(c); err != nil {
		return
	}
	in := bufio.NewReader(c)
	e := gobwasEcho{conn: c, in: in}
	e.handler = wsutil.ControlFrameHandler(c, ws.StateServerSide)
	e.reader = wsutil.Reader{Source: in, State: ws.StateServerSide, CheckUTF8: true, OnIntermediate: e.control}
	if _, e.compressed = extension.Accepted(); e.compressed {
		e.reader.State |= ws.StateExtended
		e.reader.Extensions = []wsutil.RecvExtension{&e.state}
		e.reader.CheckUTF8 = false // of what is compressed
	}
	for {
		h, err := e.reader.NextFrame()
		switch {
		case err != nil:
		case h.OpCode.IsControl():
			err = e.control(h, &e.reader)
		default:
			err = e.answer(h.OpCode)
		}
		if err != nil {
			e.fail(err)
			return
		}
	}
}

type gobwasEcho struct {
	conn    net.Conn
	in      *bufio.Reader
	reader  wsutil.Reader
	message []byte
	out     bytes.Buffer
	handler wsutil.FrameHandlerFunc
	closed  bool

	compressed bool                 // was agreed on
	state      wsflate.MessageState // whether the message that has begun is
	deflated   bytes.Buffer
}

// control answers a control frame after the messages before it. Where it fails
// it has sent the Close frame.
func (e *gobwasEcho) control(h ws.Header, r io.Reader) error {
	err := e.flush()
	if err == nil {
		err = e.handler(h, r)
	}
	e.closed = err != nil
	return err
}

// answer takes the message that has begun and sends it back.
func (e *gobwasEcho) answer(op ws.OpCode) (err error) {
	if e.message, err = readAll(e.message[:0], &e.reader); err != nil {
		return err
	}
	h := ws.Header{Fin: true, OpCode: op}
	payload := e.message
	if e.compressed {
		h.Rsv = ws.Rsv(true, false, false)
		if payload, err = e.recompress(op == ws.OpText); err != nil {
			return err
		}
	}
	h.Length = int64(len(payload))
	if err := ws.WriteHeader(&e.out, h); err != nil {
		return err
	}
	const large = 8 << 10 // rather two pieces than a copy
	if len(payload) > large {
		both := net.Buffers{e.out.Bytes(), payload}
		_, err := both.WriteTo(e.conn)
		e.out.Reset()
		return err
	}
	e.out.Write(payload)
	if e.in.Buffered() > 0 && e.out.Len() < 64<<10 {
		return nil
	}
	return e.flush()
}

func (e *gobwasEcho) flush() error {
	if e.out.Len() == 0 {
		return nil
	}
	_, err := e.conn.Write(e.out.Bytes())
	e.out.Reset()
	return err
}

// fail tells the client what it did.
func (e *gobwasEcho) fail(err error) {
	var broken ws.ProtocolError
	switch {
	case e.closed:
		return
	case errors.Is(err, wsutil.ErrInvalidUTF8):
		e.out.Write(ws.CompiledCloseInvalidFramePayloadData)
	case errors.As(err, &broken):
		e.out.Write(ws.CompiledCloseProtocolError)
	}
	e.flush()
}
