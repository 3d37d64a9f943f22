package clients

import (
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"io"
	"net"
	"unicode/utf8"

	"github.com/gobwas/httphead"
	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsflate"
	"github.com/gobwas/ws/wsutil"
)

// visitGobwas reads with wsutil.Reader, which checks headers, and text on
// request. The Close frame of a failure is the program's part, and so is the
// compressor: that of the standard library, without context takeover.
func visitGobwas(ctx context.Context, url string, echo bool) (last []byte, err error) {
	offer := wsflate.DefaultParameters.Option()
	dialer := ws.Dialer{Extensions: []httphead.Option{offer}}
	conn, early, agreed, err := dialer.Dial(ctx, url)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	c := gobwasConn{conn: conn, compressed: len(agreed.Extensions) > 0}
	c.reader = wsutil.Reader{Source: conn, State: ws.StateClientSide, CheckUTF8: !c.compressed}
	if early != nil {
		c.reader.Source = early // has what came right behind the response
	}
	if c.compressed {
		c.reader.State |= ws.StateExtended
		c.reader.Extensions = []wsutil.RecvExtension{&c.state}
	}
	c.control = wsutil.ControlFrameHandler(conn, ws.StateClientSide)
	c.reader.OnIntermediate = c.handle
	for {
		op, message, err := c.read()
		if err == nil && echo {
			err = c.write(op, message)
		}
		if err != nil {
			c.fail(err)
			return last, err
		}
		last = message
	}
}

type gobwasConn struct {
	conn    net.Conn
	reader  wsutil.Reader
	control wsutil.FrameHandlerFunc
	closed  bool // a Close frame was sent

	compressed bool                 // was agreed on
	state      wsflate.MessageState // whether the message that has begun is
}

// handle answers a control frame. Where it fails it has sent the Close frame.
func (c *gobwasConn) handle(h ws.Header, r io.Reader) error {
	err := c.control(h, r)
	c.closed = err != nil
	return err
}

// read returns the next message.
func (c *gobwasConn) read() (ws.OpCode, []byte, error) {
	h, err := c.reader.NextFrame()
	for err == nil && h.OpCode.IsControl() {
		if err = c.handle(h, &c.reader); err == nil {
			h, err = c.reader.NextFrame()
		}
	}
	if err != nil {
		return 0, nil, err
	}
	message, err := io.ReadAll(&c.reader)
	if err == nil && c.state.IsCompressed() {
		inflater := wsflate.NewReader(bytes.NewReader(message), func(r io.Reader) wsflate.Decompressor { return flate.NewReader(r) })
		message, err = io.ReadAll(inflater)
	}
	if err == nil && c.compressed && h.OpCode == ws.OpText && !utf8.Valid(message) {
		err = wsutil.ErrInvalidUTF8
	}
	return h.OpCode, message, err
}

// write sends a message, compressed if that was agreed on.
func (c *gobwasConn) write(op ws.OpCode, message []byte) error {
	frame := ws.NewFrame(op, true, bytes.Clone(message)) // the mask changes it
	if c.compressed {
		var err error
		if frame, err = wsflate.CompressFrame(frame); err != nil {
			return err
		}
	}
	return ws.WriteFrame(c.conn, ws.MaskFrameInPlace(frame))
}

// fail tells the server what it did.
func (c *gobwasConn) fail(err error) {
	code := ws.StatusProtocolError
	var broken ws.ProtocolError
	switch {
	case c.closed:
		return
	case errors.Is(err, wsutil.ErrInvalidUTF8):
		code = ws.StatusInvalidFramePayloadData
	case !errors.As(err, &broken):
		return
	}
	ws.WriteFrame(c.conn, ws.MaskFrameInPlace(ws.NewCloseFrame(ws.NewCloseFrameBody(code, ""))))
}
