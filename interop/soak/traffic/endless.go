package traffic

import (
	"fmt"

	"github.com/seed372fb791/rfc6455/interop/internal/raw"
	"github.com/seed372fb791/rfc6455/protocol"
)

// These faults last until the server loses patience.

// endlessHandshake sends a part of the request, or of the TLS handshake before it.
func (v *vandal) endlessHandshake() error {
	request := raw.Request(v.way.addr, "/write")
	if v.way.secure && v.r.IntN(2) == 0 {
		v.tcp.Write([]byte{0x16, 0x03, 0x01}) // the beginning of a ClientHello
		v.in.Reset(v.tcp)
		return v.wantEnd()
	}
	if err := v.send(request[:1+v.r.IntN(len(request)-1)]); err != nil {
		return err
	}
	return v.wantEnd()
}

func (v *vandal) endlessFrame() error {
	if err := v.open("/write"); err != nil {
		return err
	}
	if err := v.send(raw.Frame(protocol.OpText, true, make([]byte, 100))[:50]); err != nil {
		return err
	}
	return v.wantEnd()
}

// vanish answers no Ping.
func (v *vandal) vanish() error {
	if err := v.open("/news"); err != nil {
		return err
	}
	return v.wantEnd()
}

// beDeaf asks for echoes and reads none, until sending fails.
func (v *vandal) beDeaf() error {
	v.tcp.SetReadBuffer(4096)
	if err := v.open("/write"); err != nil {
		return err
	}
	frame := raw.Frame(protocol.OpBinary, true, make([]byte, 256<<10))
	for range 1000 {
		if err := v.send(frame); err != nil {
			return nil
		}
	}
	return fmt.Errorf("the server has taken %d messages from a peer that does not read", 1000)
}
