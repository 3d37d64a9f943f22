package hub

import (
	"errors"
	"fmt"
	"log"
	"runtime/debug"
	"sync"

	"github.com/seed372fb791/rfc6455/websocket"
)

// PanicError is a panic of a function that the application gave to a [Hub]. It is recovered, and has nobody suffer but
// those whom it is about:
//
//   - One in Prepare is an error of the message's publisher: Publish returns it. If a Backplane delivers a message
//     whose publisher is in another process, or does not wait any more, it is logged by package log.
//   - One in Gap, Joined or Left is logged, and ends the subscriber that was told: its connection is closed with 1011
//     (internal error), and Join and Err return the panic, unless it had ended before.
type PanicError struct {
	Value any    // what panic was called with
	Stack []byte // of the goroutine that did, as text
}

// Error returns the value and the stack.
func (e *PanicError) Error() string {
	return fmt.Sprintf("websocket: panic in a function of a hub: %v\n%s", e.Value, e.Stack)
}

// catch calls f and returns its panic, nil if there is none.
func catch(f func()) (panicked *PanicError) {
	defer func() {
		if v := recover(); v != nil {
			panicked = &PanicError{v, debug.Stack()}
		}
	}()
	f()
	return nil
}

// call is a call of Publish.
type call struct {
	hub      *Hub
	mu       sync.Mutex
	returned bool
	panicked *PanicError // the first, of Prepare
}

// isOf reports whether it is a call of a Hub's method.
func (c *call) isOf(h *Hub) bool { return c != nil && c.hub == h }

// fail has the call return panicked. If there is none, or it has returned, panicked is logged.
func (c *call) fail(panicked *PanicError) {
	if !c.take(panicked) {
		log.Print(panicked)
	}
}

// take reports whether the call will return an error because of panicked.
func (c *call) take(panicked *PanicError) bool {
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.panicked == nil && !c.returned {
		c.panicked = panicked
	}
	return !c.returned
}

// end returns what the call returns, err being the backplane's.
func (c *call) end(err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.returned = true
	switch {
	case c.panicked == nil:
		return err
	case err == nil:
		return c.panicked
	}
	return errors.Join(err, c.panicked)
}

// panicked ends s because of a panic in a hook.
func (s *Subscriber) panicked(e *PanicError) {
	log.Print(e)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.disconnect(e, websocket.CloseInternalError, "internal error")
}
