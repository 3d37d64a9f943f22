package server

import (
	"context"
	"testing"

	"github.com/seed372fb791/rfc6455/websocket"
)

// A connection may be lost before its server has taken it in.
func TestContextOfALostConnection(t *testing.T) {
	c, peer := websocket.Pipe(websocket.Options{}, websocket.Options{})
	defer peer.CloseNow()
	var tr tracker
	var ctx connContext
	ctx.tracker = &tr
	c.CloseNow()
	<-c.Done()
	ctx.closed()
	tr.add(&ctx.member, c)
	if ctx.Err() != context.Canceled || tr.active != 0 {
		t.Errorf("%v, %d active", ctx.Err(), tr.active)
	}
	select {
	case <-ctx.Done():
	default:
		t.Error("the context has not ended")
	}
}
