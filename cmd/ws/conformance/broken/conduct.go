package broken

import (
	"encoding/binary"
	"strings"
)

// conduct is how a peer takes the steps of the protocol on one connection. A
// fault changes one of them.
type conduct struct {
	lax [rules]bool // the rules that it does not enforce

	// Frames.
	order   binary.ByteOrder      // of extended lengths
	form    func(length int) int  // how many bytes of extended length a frame gets
	length  func(f *frame) uint64 // of the payload, from a header that has arrived
	masks   func(server bool, f frame) bool
	newKey  func() [4]byte                    // of a frame that is masked
	xor     func(p []byte, key [4]byte)       // masks and unmasks
	send    func(s *session, f frame) []frame // what goes out in the place of a frame
	receive func(s *session, f *frame) error  // looks at a frame that has arrived; errDrop drops it

	// Messages.
	isText func(opcode byte) bool                // whether a message of the opcode is checked as text
	rune   func(p []byte) int                    // the size of the character at the beginning of p, 0 for none
	whole  func(f frame) bool                    // whether no character may go on behind the frame
	reply  func(s *session, m message) []message // what goes out for a message

	// Closing handshake.
	code   func(code int) bool                  // whether a Close frame may have the code
	answer func(s *session, body []byte) error  // answers a Close frame; errHangUp ends the connection
	fail   func(s *session, code failure) error // fails the connection

	// permessage-deflate.
	offered func(p *parameters)            // looks at what a server is about to accept
	squeeze func(compressed []byte) []byte // takes the end off a message
	inflate func(z *decompressor, p []byte) ([]byte, error)

	// Opening handshake.
	opened   func(s *session)               // looks at a connection before the first frame
	same     func(a, b string) bool         // compares the names of fields
	list     func(values []string) []string // the elements of fields with lists
	nonce    func() string                  // the key of a client
	request  func(lines []string) []string  // of a client; the first line is the request line
	wary     func(s *session, h head) bool  // whether a server refuses a good request
	version  func(value string) bool        // whether a server takes Sec-WebSocket-Version for its own
	accept   func(key string) string        // Sec-WebSocket-Accept for a key
	response func(lines []string) []string  // of a server; the first line is the status line
	refusal  func(lines []string) []string  // likewise
}

// faultless returns the conduct of a correct peer.
func faultless() conduct {
	return conduct{
		order:    binary.BigEndian,
		form:     shortest,
		length:   announced,
		masks:    func(server bool, _ frame) bool { return !server },
		newKey:   randomKey,
		xor:      xor,
		send:     func(_ *session, f frame) []frame { return []frame{f} },
		receive:  func(*session, *frame) error { return nil },
		isText:   func(opcode byte) bool { return opcode == opText },
		rune:     character,
		whole:    func(f frame) bool { return f.fin },
		reply:    func(_ *session, m message) []message { return []message{m} },
		code:     sendable,
		answer:   answerClose,
		fail:     failBy,
		opened:   func(*session) {},
		offered:  func(*parameters) {},
		squeeze:  withoutTail,
		inflate:  (*decompressor).inflate,
		same:     strings.EqualFold,
		list:     elements,
		nonce:    nonce,
		request:  func(lines []string) []string { return lines },
		wary:     func(*session, head) bool { return false },
		version:  func(value string) bool { return value == "13" },
		accept:   accept,
		response: func(lines []string) []string { return lines },
		refusal:  func(lines []string) []string { return lines },
	}
}
