package traffic

import (
	"bytes"
	"net/http"

	"github.com/seed372fb791/rfc6455/interop/internal/raw"
	"github.com/seed372fb791/rfc6455/protocol"
)

// kinds is how many there are.
const kinds = 10

var faults = [kinds]fault{
	{"reset", (*vandal).reset},
	{"half a frame", (*vandal).halfFrame},
	{"protocol error", (*vandal).breakRule},
	{"refused origin", (*vandal).otherOrigin},
	{"garbage", (*vandal).garbage},
	{"flood", (*vandal).flood},
	{"endless handshake", (*vandal).endlessHandshake},
	{"endless frame", (*vandal).endlessFrame},
	{"vanished", (*vandal).vanish},
	{"deaf", (*vandal).beDeaf},
}

// reset sends messages and resets the connection while the echoes are on their way.
func (v *vandal) reset() error {
	if err := v.open("/write"); err != nil {
		return err
	}
	err := v.send(bytes.Repeat(raw.Frame(protocol.OpText, true, []byte("to be reset")), 1+v.r.IntN(50)))
	v.tcp.SetLinger(0)
	return err
}

// halfFrame goes without a word in the middle of a frame.
func (v *vandal) halfFrame() error {
	if err := v.open("/stream"); err != nil {
		return err
	}
	frame := raw.Frame(protocol.OpBinary, true, make([]byte, 5000))
	return v.send(frame[:1+v.r.IntN(len(frame)-1)])
}

// breakRule breaks one of the rules, which the server has to say by its code.
func (v *vandal) breakRule() error {
	if err := v.open("/write"); err != nil {
		return err
	}
	breaks := []struct {
		frame []byte
		code  protocol.CloseCode
	}{
		{[]byte{0x81, 0x01, 'a'}, protocol.CloseProtocolError}, // not masked
		{protocol.AppendHeader(nil, protocol.Header{Fin: true, RSV: 2, Opcode: protocol.OpText, Masked: true}), protocol.CloseProtocolError},
		{raw.Frame(0x3, true, nil), protocol.CloseProtocolError},
		{raw.Frame(protocol.OpContinuation, true, nil), protocol.CloseProtocolError},
		{raw.Frame(protocol.OpPing, false, nil), protocol.CloseProtocolError},
		{raw.Frame(protocol.OpClose, true, []byte{1005 >> 8, 1005 & 0xff}), protocol.CloseProtocolError},
		{raw.Frame(protocol.OpText, true, []byte("\xc0\x80")), protocol.CloseInvalidPayload},
		{protocol.AppendHeader(nil, protocol.Header{Fin: true, Opcode: protocol.OpBinary, Masked: true, Length: 1 << 40}), protocol.CloseMessageTooBig},
	}
	b := breaks[v.r.IntN(len(breaks))]
	if err := v.send(b.frame); err != nil {
		return err
	}
	return v.wantClose(b.code)
}

func (v *vandal) otherOrigin() error {
	if err := v.send(raw.Request(v.way.addr, "/write", "Origin: https://elsewhere.example")); err != nil {
		return err
	}
	return v.wantStatus(http.StatusForbidden)
}

// garbage is no request. Whether the server says so is up to it: net/http does not
// always.
func (v *vandal) garbage() error {
	p := make([]byte, 1+v.r.IntN(1000))
	for i := range p {
		p[i] = byte(v.r.Uint32())
	}
	v.send(append(p, "\r\n\r\n"...))
	return v.wantEnd()
}

// flood sends more Pings, or empty messages, than the server has to bear. The Close frame
// that says so may be lost, since they do not end with it.
func (v *vandal) flood() error {
	if err := v.open("/write"); err != nil {
		return err
	}
	op := []protocol.Opcode{protocol.OpPing, protocol.OpText}[v.r.IntN(2)]
	nc := v.nc // the sender may outlive this fault by a moment
	go nc.Write(bytes.Repeat(raw.Frame(op, true, nil), 10*maxFrames))
	return v.wantEnd()
}
