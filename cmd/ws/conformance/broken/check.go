package broken

// rule is a rule that a peer enforces on the other one, unless it is lax.
type rule int

const (
	// Frames.
	unmaskedFrame rule = iota
	maskedFrame
	reservedBits2and3
	reservedBit1
	reservedBit1OnControl
	reservedBit1OnContinuation
	reservedDataOpcode
	reservedControlOpcode
	topBit
	longForm
	fragmentedControl
	longControl
	continuationFirst
	messageWithinMessage

	// Messages and Close frames.
	badUTF8
	badInflate
	closeOfOneByte
	closeCode
	closeReason

	// Requests.
	badLine
	badMethod
	oldVersion
	noHost
	oddFields
	oddSubprotocols
	noUpgrade
	noConnection
	noKey
	shortKey
	twoKeys
	noVersion
	otherVersion
	twoVersions

	// Responses.
	otherStatus
	responseWithoutUpgrade
	responseWithoutConnection
	noAccept
	wrongAccept
	twoAccepts
	subprotocolUnasked
	extensionUnasked
	oddExtensions

	// Parameters of permessage-deflate.
	unknownParameter
	parameterTwice
	parameterValue

	rules
)

// broken reports whether a rule is broken that the peer enforces.
func (c *conduct) broken(r rule, is bool) bool { return is && !c.lax[r] }

// failure is the code of the Close frame with which a peer fails a connection.
type failure int

const (
	protocolError failure = 1002
	badData       failure = 1007
	tooBig        failure = 1009
)

func (failure) Error() string { return "the other peer has broken a rule" }

// check checks the header of a frame.
func (s *session) check(f *frame) error {
	compressed := f.rsv == rsv1 && s.inflater != nil
	long := len(f.ext) > 0 && len(f.ext) != shortest(int(min(announced(f), 1<<20)))
	begins := !f.control() && f.opcode != opContinuation
	switch {
	case s.broken(unmaskedFrame, s.server && !f.masked),
		s.broken(maskedFrame, !s.server && f.masked),
		s.broken(reservedBits2and3, f.rsv&3 != 0),
		s.broken(reservedBit1, f.rsv&rsv1 != 0 && s.inflater == nil),
		s.broken(reservedBit1OnControl, compressed && f.control()),
		s.broken(reservedBit1OnContinuation, compressed && f.opcode == opContinuation),
		s.broken(reservedDataOpcode, f.opcode > opBinary && f.opcode < opClose),
		s.broken(reservedControlOpcode, f.opcode > opPong),
		s.broken(topBit, len(f.ext) == 8 && f.ext[0]&0x80 != 0),
		s.broken(longForm, long),
		s.broken(fragmentedControl, f.control() && !f.fin),
		s.broken(longControl, f.control() && f.seven > 125),
		s.broken(continuationFirst, f.opcode == opContinuation && !s.within),
		s.broken(messageWithinMessage, begins && s.within):
		return protocolError
	case s.length(f) > maxMessage:
		return tooBig
	}
	return nil
}
