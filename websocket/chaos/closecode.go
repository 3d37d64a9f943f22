package chaos

import (
	"strings"
	"unicode/utf8"

	"github.com/seed372fb791/rfc6455/websocket"
)

// maxReason is the most bytes of a reason.
const maxReason = 123

// sentInstead returns what Close sends for a code and a reason: themselves, or
// what the documents say if they may not be sent.
func sentInstead(code websocket.CloseCode, reason string) (websocket.CloseCode, string) {
	if code == websocket.CloseNoStatus {
		return code, ""
	}
	if !code.Valid() {
		code = websocket.CloseInternalError
	}
	reason = strings.ToValidUTF8(reason, "\uFFFD")
	for len(reason) > maxReason {
		_, n := utf8.DecodeLastRuneInString(reason)
		reason = reason[:len(reason)-n]
	}
	return code, reason
}
