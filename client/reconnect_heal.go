package client

import (
	"errors"
	"net/http"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/websocket"
)

// MayHeal reports whether another attempt to connect may go better, after err ended the last one or the
// connection. It returns false for
//
//   - a URL or options that mean nothing,
//   - a refusal by the server or a proxy with a status from 400 to 499, but for 408, 425 and 429,
//   - the peer's close codes 1000, as the purpose of the connection is fulfilled, 1008 and 1010,
//
// and true for all else. It is the default of [ReconnectOptions.Retry], whose own rules can fall back on it: for
// instance on the close codes from 3000 on, about which only the application knows.
func MayHeal(err error) bool {
	var dial *Error
	var answer *handshake.Error
	var proxy *ProxyError
	var peer *websocket.CloseError
	switch {
	case errors.As(err, &dial) && dial.Stage == StageURL:
		return false
	case errors.As(err, &proxy):
		return statusMayHeal(proxy.Status)
	case errors.As(err, &answer):
		return statusMayHeal(answer.Status)
	case errors.As(err, &peer):
		return codeMayHeal(peer.Code)
	}
	return true
}

func statusMayHeal(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	}
	return status/100 != 4
}

func codeMayHeal(code websocket.CloseCode) bool {
	switch code {
	case websocket.CloseNormal, websocket.ClosePolicyViolation, websocket.CloseMandatoryExtension:
		return false
	}
	return true
}
