package protocol

import "time"

// patience bounds how long a connection waits for the rest of a frame. The
// sender of a frame has said how long it is, so it has it at hand.
type patience struct {
	frame  int           // the one that was waited for last
	waited time.Duration // for it
	timer  *time.Timer
}

// receivePatiently is receiveInto, for no longer than Options.FrameTimeout in
// all if a frame has arrived in part.
//
//rfc:6455-10.4-1
func (c *Conn) receivePatiently(space []byte) ([]byte, error) {
	frame, incomplete := c.ep.incomplete()
	if !incomplete || c.opts.FrameTimeout < 0 {
		return c.receiveInto(space)
	}
	p := &c.patience
	if frame != p.frame {
		p.frame, p.waited = frame, 0
	}
	if left := c.opts.FrameTimeout - p.waited; p.timer == nil {
		p.timer = time.AfterFunc(left, c.frameTimedOut)
	} else {
		p.timer.Reset(left)
	}
	start := time.Now()
	received, err := c.receiveInto(space)
	p.timer.Stop()
	p.waited += time.Since(start)
	return received, err
}

func (c *Conn) frameTimedOut() {
	c.end(&TimeoutError{"the peer did not send the rest of a frame", c.opts.FrameTimeout, "Options.FrameTimeout"})
	c.kill()
}
