package chaos

import (
	"context"
	"time"
)

// close closes the connection.
func (a *actor) close(s *Step) {
	if s.Op == opCloseNow {
		c := a.call(s, nil, isNil|isOwn|ends)
		err := a.conn.CloseNow()
		a.w.log.returned(c, err)
		return
	}
	ctx := a.scope(s)
	defer ctx.stop()
	allowed := closes
	if s.Bad {
		allowed |= isArgument
	}
	c := a.call(s, ctx, allowed)
	if s.Start {
		if err := a.conn.StartClose(s.Code, s.Reason); (err != nil) != s.Bad {
			a.w.log.violate("start", "StartClose of the %s has returned %v", endNames[a.end], err)
		}
	}
	err := a.conn.Close(ctx, s.Code, s.Reason)
	a.w.log.returned(c, err)
	if !await(a.conn.Done(), time.Second) { // a goroutine of the connection may be at it
		a.w.log.violate("open", "Close of the %s has returned %v, and the connection is open", endNames[a.end], err)
	}
}

func over(done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	default:
		return false
	}
}

var background = context.Background()
