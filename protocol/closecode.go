package protocol

import (
	"encoding/binary"
	"fmt"

	"github.com/seed372fb791/rfc6455/internal/utf8"
)

// CloseCode is the status code of a Close frame (section 7.4).
type CloseCode uint16

// The close codes of section 7.4.1 and of the registry that section 11.7 opens.
//
//rfc:6455-7.4.1-1 6455-7.4.1-2 6455-7.4.1-3
const (
	CloseNormal             CloseCode = 1000 // the purpose of the connection is fulfilled
	CloseGoingAway          CloseCode = 1001 // a server shuts down, a page is left
	CloseProtocolError      CloseCode = 1002
	CloseUnsupportedData    CloseCode = 1003 // a type of message the endpoint does not take
	CloseNoStatus           CloseCode = 1005 // never sent: the Close frame had no code
	CloseAbnormal           CloseCode = 1006 // never sent: there was no Close frame
	CloseInvalidPayload     CloseCode = 1007 // text that is not UTF-8, for instance
	ClosePolicyViolation    CloseCode = 1008 // when no other code fits
	CloseMessageTooBig      CloseCode = 1009
	CloseMandatoryExtension CloseCode = 1010 // by clients only
	CloseInternalError      CloseCode = 1011
	CloseServiceRestart     CloseCode = 1012
	CloseTryAgainLater      CloseCode = 1013
	CloseBadGateway         CloseCode = 1014
	CloseTLSHandshake       CloseCode = 1015 // never sent: the TLS handshake failed
)

// maxReason is the most bytes of a reason: a control frame's less the code's.
const maxReason = maxControl - 2

// Valid reports whether c may stand in a Close frame: the codes of 1000 to 2999
// that are defined and not reserved for local use, and all of 3000 to 4999.
//
//rfc:6455-7.4.1-6 6455-7.4.1-7 6455-7.4.1-9 6455-7.4.1-18 6455-7.4.2-1 6455-7.4.2-2 6455-7.4.2-3 6455-7.4.2-4 6455-11.7-1
func (c CloseCode) Valid() bool {
	switch {
	case c >= CloseNormal && c <= CloseUnsupportedData:
		return true
	case c >= CloseInvalidPayload && c <= CloseBadGateway:
		return true
	}
	return c >= 3000 && c <= 4999
}

// String returns the number, and the name of a code that has one.
func (c CloseCode) String() string {
	if name := c.name(); name != "" {
		return fmt.Sprintf("%d (%s)", uint16(c), name)
	}
	return fmt.Sprintf("%d", uint16(c))
}

func (c CloseCode) name() string {
	switch c {
	case CloseNormal:
		return "normal closure"
	case CloseGoingAway:
		return "going away"
	case CloseProtocolError:
		return "protocol error"
	case CloseUnsupportedData:
		return "unsupported data"
	case CloseNoStatus:
		return "no status code"
	case CloseAbnormal:
		return "abnormal closure"
	case CloseInvalidPayload:
		return "invalid payload data"
	case ClosePolicyViolation:
		return "policy violation"
	case CloseMessageTooBig:
		return "message too big"
	case CloseMandatoryExtension:
		return "mandatory extension"
	case CloseInternalError:
		return "internal error"
	case CloseServiceRestart:
		return "service restart"
	case CloseTryAgainLater:
		return "try again later"
	case CloseBadGateway:
		return "bad gateway"
	case CloseTLSHandshake:
		return "TLS handshake failed"
	}
	return ""
}

// ParseClose takes the payload of a received Close frame apart. An empty one
// gives CloseNoStatus. The error is nil or a *ProtocolError.
//
//rfc:6455-5.5.1-2 6455-5.5.1-3 6455-5.5.1-5 6455-7.1.5-1 6455-7.1.5-2 6455-7.1.6-1 6455-7.4.1-8
func ParseClose(payload []byte) (code CloseCode, reason string, err error) {
	switch len(payload) {
	case 0:
		return CloseNoStatus, "", nil
	case 1: //rfc:6455-5.5.1-4
		return 0, "", violation("6455-5.5.1-4", "a Close frame has a payload of one byte")
	}
	code = CloseCode(binary.BigEndian.Uint16(payload))
	switch {
	case !code.Valid():
		return 0, "", violation(invalidCodeRule(code), fmt.Sprintf("a Close frame has the code %d", uint16(code)))
	case !utf8.Valid(payload[2:]): //rfc:6455-8.1-3 6455-5.5.1-6
		return 0, "", notUTF8("6455-8.1-3", "a close reason is not UTF-8")
	}
	return code, string(payload[2:]), nil
}

// invalidCodeRule names the requirement that an invalid code breaks.
func invalidCodeRule(c CloseCode) string {
	switch {
	case c == 1004:
		return "6455-7.4.1-6"
	case c == CloseNoStatus:
		return "6455-7.4.1-7"
	case c == CloseAbnormal:
		return "6455-7.4.1-9"
	case c == CloseTLSHandshake:
		return "6455-7.4.1-18"
	case c < 1000:
		return "6455-7.4.2-1"
	case c >= 5000:
		return "6455-11.7-1"
	}
	return "6455-7.4.2-2"
}

// CheckClose checks whether role may send a code and a reason. CloseNoStatus
// stands for a Close frame without a payload. The error is nil or a *SendError.
func CheckClose(role Role, code CloseCode, reason string) error {
	switch {
	case code == CloseNoStatus && reason == "":
		return nil
	case code == CloseNoStatus: //rfc:6455-5.5.1-3
		return &SendError{"6455-5.5.1-3", "a close reason needs a close code"}
	case !code.Valid():
		return &SendError{invalidCodeRule(code), fmt.Sprintf("%v is no close code to send", code)}
	case role == Server && code == CloseMandatoryExtension: //rfc:6455-7.4.1-14 6455-7.4.1-16
		return &SendError{"6455-7.4.1-16", "close code 1010 is for clients"}
	case len(reason) > maxReason: //rfc:6455-5.5.1-6
		return &SendError{"6455-5.5.1-6", "the close reason has more than 123 bytes"}
	case !utf8.ValidString(reason): //rfc:6455-5.5.1-6
		return &SendError{"6455-5.5.1-6", "the close reason is not UTF-8"}
	}
	return nil
}

// FormatClose returns the payload of a Close frame, which ParseClose takes apart:
// an empty one for CloseNoStatus. It checks nothing, see CheckClose.
func FormatClose(code CloseCode, reason string) []byte { return appendClose(nil, code, reason) }

// appendClose appends the payload of a Close frame to dst.
//
//rfc:6455-5.5.1-3 6455-7.1.2-1
func appendClose(dst []byte, code CloseCode, reason string) []byte {
	if code == CloseNoStatus {
		return dst
	}
	dst = binary.BigEndian.AppendUint16(dst, uint16(code))
	return append(dst, reason...)
}
