package protocol

// HeaderContext is what the validity of a header depends on besides the header.
type HeaderContext struct {
	// Role is the side that received the frame.
	Role Role
	// RSV holds the reserved bits that a negotiated extension allows on the
	// first frame of a data message, as in Header.RSV.
	RSV uint8
	// Fragmented says that a message has begun and its last frame has not
	// been seen.
	Fragmented bool
}

// maxControl is the most payload bytes that a control frame may have (section 5.5).
const maxControl = 125

// CheckHeader holds every rule of section 5 about the header of a received
// frame. size is the number of bytes the header took, as ParseHeader returns
// it. The error is nil or a *ProtocolError that names the first rule broken.
func CheckHeader(h Header, size int, c HeaderContext) error {
	if err := checkBits(h, c); err != nil {
		return err
	}
	if err := checkLength(h, size); err != nil {
		return err
	}
	if h.Opcode.IsControl() {
		return checkControl(h)
	}
	return checkSequence(h, c)
}

// checkBits checks what the bits of the first two bytes say.
func checkBits(h Header, c HeaderContext) error {
	allowed := c.RSV
	if h.Opcode.IsControl() || h.Opcode == OpContinuation { //rfc:7692-6.1-8 7692-6.1-9
		allowed = 0
	}
	switch {
	case h.RSV&^allowed != 0: //rfc:6455-5.2-5 6455-5.8-1 6455-5.8-2
		return violation("6455-5.2-5", "a reserved bit is set that no extension defines")
	case !h.Opcode.IsDefined(): //rfc:6455-5.2-6
		return violation("6455-5.2-6", h.Opcode.String())
	case c.Role == Server && !h.Masked: //rfc:6455-5.1-3 6455-5.1-4
		return violation("6455-5.1-3", "a frame from the client is not masked")
	case c.Role == Client && h.Masked: //rfc:6455-5.1-6 6455-5.1-7
		return violation("6455-5.1-6", "a frame from the server is masked")
	}
	return nil
}

// checkLength checks the form of the length.
func checkLength(h Header, size int) error {
	switch {
	case h.Length>>63 != 0: //rfc:6455-5.2-11
		return violation("6455-5.2-11", "the most significant bit of the payload length is set")
	case size != h.Size(): //rfc:6455-5.2-13
		return violation("6455-5.2-13", "the payload length is not in its shortest form")
	}
	return nil
}

// checkControl checks what section 5.5 adds for control frames.
func checkControl(h Header) error {
	switch {
	case h.Length > maxControl: //rfc:6455-5.5-2 6455-5.5-3
		return violation("6455-5.5-2", "a control frame has more than 125 bytes of payload")
	case !h.Fin: //rfc:6455-5.5-4
		return violation("6455-5.5-4", "a control frame is fragmented")
	}
	return nil
}

// checkSequence checks where a data frame may stand (section 5.4).
func checkSequence(h Header, c HeaderContext) error {
	switch {
	case h.Opcode == OpContinuation && !c.Fragmented: //rfc:6455-5.4-5
		return violation("6455-5.4-5", "a continuation frame comes without a message to continue")
	case h.Opcode != OpContinuation && c.Fragmented: //rfc:6455-5.4-10 6455-5.4-18
		return violation("6455-5.4-10", "a new message begins before the last one has ended")
	}
	return nil
}
