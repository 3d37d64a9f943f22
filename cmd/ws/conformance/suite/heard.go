package suite

import (
	"encoding/binary"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/seed372fb791/rfc6455/protocol"
)

// codeNone is the code of a Close frame without one (section 7.4.1).
const codeNone = 1005

// heard is what a peer has sent, taken apart, however it arrived.
type heard struct {
	peer     protocol.Role
	due      func(i int) (content, bool) // the i-th message that has to come back
	inflater *inflater                   // nil if no compression was agreed on
	onPing   func(data string)

	messages []message
	pongs    []string
	keys     [][4]byte // of frames with a payload
	code     int       // of the peer's Close frame, codeNone without one, 0 before
	broken   *fault    // the rule that the peer broke: nothing is read after it
	remarks  []fault   // what is only not as it should be
	undue    *message  // the first message that should not have come
	idle     bool      // the peer has answered the probe
	moved    int64     // bytes of data frames

	head    []byte // the beginning of a header
	frame   *header
	pos     uint64 // in its payload
	control []byte
	part    *message // that has begun
}

// fault is a requirement that was not met.
type fault struct{ rule, text string }

// message is a message of the peer's.
type message struct {
	text   bool
	size   int64
	start  []byte // what is shown of it
	same   bool   // so far it is what is due
	packed []byte // the payload of a compressed one
	isPack bool
}

func (m *message) String() string { return describe(m.text, m.size, m.start) }

// probe is the data of a Ping that is sent after all else: what the peer has to
// say comes before its answer.
const probe = "is that all?"

// The most of a peer's frames that is kept in memory.
const (
	mostPongs  = 1 << 10
	mostKeys   = 1 << 6
	mostPacked = 1 << 16 // of a compressed message, more than twice the size that is due
)

// take takes in what has arrived.
func (h *heard) take(p []byte) {
	for len(p) > 0 && h.broken == nil {
		if h.frame == nil {
			p = h.header(p)
			continue
		}
		n := int(min(uint64(len(p)), h.frame.length-h.pos))
		h.payload(p[:n])
		p = p[n:]
		h.end()
	}
}

// header takes in bytes of a header and returns those behind it.
func (h *heard) header(p []byte) []byte {
	had := len(h.head)
	h.head = append(h.head, p[:min(len(p), maxHeader-had)]...)
	f, n, all := readHeader(h.head)
	if !all {
		return p[len(h.head)-had:]
	}
	h.head = h.head[:0]
	h.frame, h.pos, h.control = &f, 0, h.control[:0]
	if h.check(f); h.broken == nil {
		h.begin(f)
	}
	h.end()
	return p[n-had:]
}

const maxHeader = 14

// check judges a frame by its header.
func (h *heard) check(f header) {
	fromClient := h.peer == protocol.Client
	switch {
	case fromClient && !f.masked:
		h.fail("6455-5.1-1", "sends a frame without a mask")
	case !fromClient && f.masked:
		h.fail("6455-5.1-5", "masks its frames")
	case f.rsv != 0 && f.rsv != rsv1, f.rsv != 0 && h.inflater == nil:
		h.fail("6455-5.2-4", "sets reserved bits: RSV %03b", f.rsv)
	case f.rsv != 0 && f.control():
		h.fail("7692-6.1-6", "sets RSV1 on a control frame")
	case f.rsv != 0 && !f.begins():
		h.fail("7692-6.1-7", "sets RSV1 on a continuation frame")
	case f.opcode > opBinary && f.opcode < opClose, f.opcode > opPong:
		h.fail("6455-5.2-8", "sends a frame with the reserved opcode %#x", f.opcode)
	case f.control() && f.length > mostControl:
		h.fail("6455-5.5-2", "sends a control frame of %d bytes", f.length)
	case f.control() && !f.fin:
		h.fail("6455-5.4-8", "sends a fragment of a control frame")
	case f.length > 1<<63-1:
		h.fail("6455-5.2-11", "sends a frame of 2^63 bytes or more")
	case f.longForm():
		h.fail("6455-5.2-12", "sends a length of %d in %d bits", f.length, f.form)
	case h.code != 0 && f.opcode == opClose:
		h.fail("6455-5.5.1-17", "sends a second Close frame")
	case h.code != 0 && !f.control():
		h.fail("6455-5.5.1-8", "sends data after its Close frame")
	case f.opcode == opContinuation && h.part == nil:
		h.fail("6455-5.4-5", "sends a continuation frame without a message to continue")
	case f.begins() && h.part != nil:
		h.fail("6455-5.4-10", "begins a message within a message")
	}
}

// fail notes the rule that the peer breaks.
func (h *heard) fail(rule, format string, args ...any) {
	h.broken = &fault{rule, fmt.Sprintf(format, args...)}
}

// begin begins a frame.
func (h *heard) begin(f header) {
	if f.masked && f.length > 0 && len(h.keys) < mostKeys {
		h.keys = append(h.keys, f.key)
	}
	if f.begins() {
		h.part = &message{text: f.opcode == opText, same: true, isPack: f.rsv == rsv1}
	}
}

// payload takes in bytes of the frame's payload.
func (h *heard) payload(p []byte) {
	if h.frame.masked {
		p = slices.Clone(p)
		unmask(p, h.frame.key, int(h.pos&3))
	}
	h.pos += uint64(len(p))
	switch {
	case h.frame.control():
		h.control = append(h.control, p...)
	case h.part.isPack:
		h.moved += int64(len(p))
		h.pack(p)
	default:
		h.moved += int64(len(p))
		h.compare(p)
	}
}

// compare compares what goes on of a message with what is due.
func (h *heard) compare(p []byte) {
	m := h.part
	if due, ok := h.due(len(h.messages)); !ok || m.text != due.text || m.same && !due.matches(m.size, p) {
		m.same = false
	}
	m.start = append(m.start, p[:min(len(p), shown-len(m.start))]...)
	m.size += int64(len(p))
}

// pack takes in what goes on of a compressed message.
func (h *heard) pack(p []byte) {
	due, _ := h.due(len(h.messages))
	if h.part.packed = append(h.part.packed, p...); int64(len(h.part.packed)) > 2*due.size+mostPacked {
		h.fail(ruleInOrder, "compresses %v to more than %d bytes", due, 2*due.size+mostPacked)
	}
}

// ruleInOrder is broken by messages that are not what they should be.
const ruleInOrder = "6455-5.4-9"

// end ends the frame if all of it is there.
func (h *heard) end() {
	if h.broken != nil || h.frame == nil || h.pos < h.frame.length {
		return
	}
	f := h.frame
	h.frame = nil
	switch f.opcode {
	case opPing:
		if h.onPing != nil {
			h.onPing(string(h.control))
		}
	case opPong:
		h.pong(string(h.control))
	case opClose:
		h.close(h.control)
	default:
		if f.fin {
			h.endMessage()
		}
	}
}

func (h *heard) pong(data string) {
	switch {
	case data == probe:
		h.idle = true
	case len(h.pongs) < mostPongs:
		h.pongs = append(h.pongs, data)
	}
}

func (h *heard) endMessage() {
	m := h.part
	h.part = nil
	if m.isPack {
		h.unpack(m)
	}
	if h.broken != nil {
		return
	}
	if due, ok := h.due(len(h.messages)); !ok || m.size != due.size || m.text != due.text {
		m.same = false
	}
	if !m.same && h.undue == nil {
		h.undue = m
	}
	h.messages = append(h.messages, *m)
}

// unpack inflates a message.
func (h *heard) unpack(m *message) {
	due, _ := h.due(len(h.messages))
	data, err := h.inflater.inflate(m.packed, max(due.size, mostPacked))
	switch {
	case len(m.packed) == 0:
		h.fail("7692-7.2.1-2", "sends a compressed message without a byte")
	case m.packed[len(m.packed)-1] == 0xff:
		h.fail("7692-7.2.1-3", "leaves 00 00 ff ff on the end of a compressed message")
	case err == errTooMuch:
		m.same = false
	case err != nil && h.inflater.noTakeover:
		h.fail(noTakeoverRule[h.peer], "sends a message that does not inflate by itself: %v", err)
	case err != nil:
		h.fail("7692-7.2.1-1", "sends a message that does not inflate: %v", err)
	}
	if h.broken != nil {
		return
	}
	if n := h.inflater.tooFar(m.packed, len(data)); n > 0 {
		h.fail(windowRule[h.peer], "refers back %d bytes, with a window of %d bits", n, h.inflater.bits)
		return
	}
	m.packed, h.part = nil, m
	h.compare(data)
	h.part = nil
}

// What binds a role about its compression.
var (
	noTakeoverRule = map[protocol.Role]string{protocol.Server: "7692-7.2.1-14", protocol.Client: "7692-7.2.1-12"}
	windowRule     = map[protocol.Role]string{protocol.Server: "7692-7.2.1-18", protocol.Client: "7692-7.2.1-16"}
)

// close takes in the payload of a Close frame (section 5.5.1).
func (h *heard) close(p []byte) {
	switch {
	case len(p) == 0:
		h.code = codeNone
		return
	case len(p) == 1:
		h.fail("6455-5.5.1-3", "sends a Close frame with one byte")
		return
	}
	h.code = int(binary.BigEndian.Uint16(p))
	switch rule, only := closeCode(h.code); {
	case rule != "" && only:
		h.remarks = append(h.remarks, fault{rule, fmt.Sprintf("sends a Close frame with %d, which nobody has defined", h.code)})
	case rule != "":
		h.fail(rule, "sends a Close frame with %d", h.code)
	case !utf8.Valid(p[2:]):
		h.fail("6455-5.5.1-6", "sends a reason that is not UTF-8: %q", p[2:])
	}
}

// closeCode returns the rule by which a code must not be sent, "" if it may be.
// Some are only not defined yet.
func closeCode(code int) (rule string, undefined bool) {
	switch {
	case code < 1000:
		return "6455-7.4.2-1", false
	case code == 1004:
		return "6455-7.4.1-6", false
	case code == 1005:
		return "6455-7.4.1-7", false
	case code == 1006:
		return "6455-7.4.1-9", false
	case code == 1015:
		return "6455-7.4.1-18", false
	case code > 4999: // where only the registry's section says anything
		return "6455-11.7-1", true
	case code > 1015 && code < 3000:
		return "6455-7.4.2-2", true
	}
	return "", false
}
