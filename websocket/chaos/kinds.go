package chaos

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/seed372fb791/rfc6455/websocket"
)

// kinds is a set of the kinds of errors.
type kinds uint32

// The kinds, as the documents of package websocket tell them apart.
const (
	isNil kinds = 1 << iota
	isCtx
	isQueue      // *QueueError
	isSend       // *SendError
	isArgument   // *CloseArgumentError
	isPeer       // *CloseError with the peer's code
	isLoss       // *CloseError with code 1006
	isProtocol   // *ProtocolError
	isTimeout    // *TimeoutError
	isOwn        // use after one's own Close
	isState      // *StateError
	isConcurrent // ErrConcurrentRead
	isSkipped    // ErrSkipped
	isEOF        // the end of a MessageReader's message
	isPipe       // a MessageWriter that was closed
	isJSON       // of package encoding/json
	isOther      // none of them: never allowed
)

var kindNames = strings.Fields("nil ctx queue send argument peer loss protocol timeout own state concurrent skipped eof pipe json other")

// String returns the names.
func (k kinds) String() string {
	var names []string
	for i, name := range kindNames {
		if k&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, "|")
}

// What the kinds of calls may return.
const (
	ends   = isPeer | isLoss | isProtocol | isTimeout | isOwn
	reads  = isNil | isCtx | isConcurrent | ends
	writes = isNil | isCtx | isQueue | isState | ends
	pings  = isNil | isCtx | isQueue | isState | ends
	closes = isNil | isCtx | ends
)

// kindOf tells the kind of an error.
func kindOf(err error) kinds {
	var (
		queue    *websocket.QueueError
		send     *websocket.SendError
		argument *websocket.CloseArgumentError
		peer     *websocket.CloseError
		protocol *websocket.ProtocolError
		timeout  *websocket.TimeoutError
		state    *websocket.StateError
	)
	switch {
	case err == nil:
		return isNil
	case err == context.Canceled, err == context.DeadlineExceeded:
		return isCtx
	case err == websocket.ErrConcurrentRead:
		return isConcurrent
	case err == websocket.ErrSkipped:
		return isSkipped
	case err == io.EOF:
		return isEOF
	case err == io.ErrClosedPipe:
		return isPipe
	case errors.As(err, &queue):
		return isQueue
	case errors.As(err, &send):
		return isSend
	case errors.As(err, &argument):
		return isArgument
	case errors.As(err, &peer):
		if peer.Code == websocket.CloseAbnormal {
			return isLoss
		}
		return isPeer
	case errors.As(err, &protocol):
		return isProtocol
	case errors.As(err, &timeout):
		return isTimeout
	case errors.As(err, &state):
		return isState
	case errors.Is(err, websocket.ErrClosed) && errors.Is(err, net.ErrClosed):
		return isOwn
	case isJSONError(err):
		return isJSON
	}
	return isOther
}

func isJSONError(err error) bool {
	var (
		syntax *json.SyntaxError
		typ    *json.UnmarshalTypeError
		value  *json.UnsupportedTypeError
	)
	return errors.As(err, &syntax) || errors.As(err, &typ) || errors.As(err, &value) || errors.Is(err, io.ErrUnexpectedEOF)
}

// misfit says what is wrong with how an error matches others, "" if nothing is.
func misfit(err error) string {
	k := kindOf(err)
	notSent := errors.Is(err, websocket.ErrNotSent)
	closed, netClosed := errors.Is(err, websocket.ErrClosed), errors.Is(err, net.ErrClosed)
	switch {
	case k == isOther:
		return "has none of the documented types"
	case k == isArgument: // it may be joined with another
		return ""
	case k&(ends|isState) != 0 && !closed:
		return "does not match ErrClosed"
	case k&(ends|isState) == 0 && closed:
		return "matches ErrClosed, though the connection has not ended"
	case k != isOwn && netClosed:
		return "matches net.ErrClosed"
	case k == isQueue && !notSent, k&(ends|isState|isQueue) == 0 && notSent:
		return "matches ErrNotSent, or does not"
	}
	return ""
}
