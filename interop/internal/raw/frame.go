package raw

import (
	"bufio"
	"io"

	"github.com/seed372fb791/rfc6455/protocol"
)

// Frame returns a frame of a client. Its masking key is zero, so that the payload
// goes over the wire as it is.
func Frame(op protocol.Opcode, fin bool, payload []byte) []byte {
	h := protocol.Header{Opcode: op, Fin: fin, Masked: true, Length: uint64(len(payload))}
	return append(protocol.AppendHeader(nil, h), payload...)
}

// ReadFrame reads the next frame of a server.
func ReadFrame(r *bufio.Reader) (h protocol.Header, payload []byte, err error) {
	var head []byte
	for {
		b, err := r.ReadByte()
		if err != nil {
			return h, nil, err
		}
		head = append(head, b)
		if h, _, err = protocol.ParseHeader(head); err == nil {
			break
		}
	}
	payload = make([]byte, h.Length)
	_, err = io.ReadFull(r, payload)
	return h, payload, err
}

// ReadClose reads until a Close frame has come, and returns its code.
func ReadClose(r *bufio.Reader) (protocol.CloseCode, error) {
	for {
		h, payload, err := ReadFrame(r)
		if err != nil {
			return 0, err
		}
		if h.Opcode == protocol.OpClose {
			code, _, err := protocol.ParseClose(payload)
			return code, err
		}
	}
}
