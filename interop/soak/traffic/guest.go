package traffic

import (
	"context"
	"fmt"

	"github.com/seed372fb791/rfc6455/websocket"
)

// stay hears all broadcasts until the server goes, which it has to say by 1001 and
// only when it is meant to.
func (v *visitor) stay(w way, mode websocket.CompressionMode, leaving <-chan struct{}) {
	if err := v.stayUntil(w, mode, leaving); err != nil {
		v.site.tally.fail("guest, %s, compression %d: %v", w.name, mode, err)
	}
}

func (v *visitor) stayUntil(w way, mode websocket.CompressionMode, leaving <-chan struct{}) error {
	ctx := context.Background()
	c, err := v.dial(ctx, w.url(exactPath), mode)
	if err != nil {
		return err
	}
	defer func() {
		c.CloseNow()
		<-c.Done()
	}()
	for last := uint64(0); ; {
		n, err := v.hear(ctx, c)
		if err != nil {
			return judgeEnd(err, leaving)
		}
		if last != 0 && n != last+1 {
			return fmt.Errorf("broadcast %d came behind %d", n, last)
		}
		last = n
	}
}

// judgeEnd returns nil if err is the end that a guest waits for.
func judgeEnd(err error, leaving <-chan struct{}) error {
	if websocket.CloseStatus(err) == websocket.CloseGoingAway {
		select {
		case <-leaving:
			return nil
		default:
		}
	}
	return err
}
