package reach

import (
	"errors"
	"fmt"

	"github.com/seed372fb791/rfc6455/websocket"
)

// Plainly leaves out of err what helps only programmers: the name of an option.
func Plainly(err error) error {
	var late *websocket.TimeoutError
	var broken *websocket.ProtocolError
	switch {
	case errors.As(err, &late):
		return fmt.Errorf("%s within %v", late.Text, late.After)
	case errors.As(err, &broken):
		return fmt.Errorf("%s [%s], connection closed with %v", broken.Text, broken.Rule, broken.Code)
	}
	return err
}
