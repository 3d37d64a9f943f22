package protocol

import "time"

// patience bounds how long a connection waits for the rest of a frame. The
// sender of a frame has said how long it is, so it has it at hand.
type patience struct {
	frame  uint32        // the one that was waited for last
	waited time.Duration // for it
	timer  *time.Timer
}

// receivePatiently is receiveInto, for no longer than Options.FrameTimeout in
// all if a frame has arrived in part.
//
//rfc:6455-10.4-1
func (c *Conn) receivePatiently(space []byte) ([]byte, error) {
	frame, incomplete := c.ep.incomplete()
	if !incomplete || c.after.frame < 0 {
		return c.receiveInto(space)
	}
	start := time.Now()
	p := c.waitForFrame(frame)
	received, err := c.receiveInto(space)
	p.timer.Stop()
	p.waited += time.Since(start)
	return received, err
}

// waitForFrame starts the time that is left for a frame.
func (c *Conn) waitForFrame(frame uint32) *patience {
	if c.patience == nil {
		c.patience = &patience{timer: time.AfterFunc(c.after.frame, c.frameTimedOut)}
	}
	p := c.patience
	if frame != p.frame {
		p.frame, p.waited = frame, 0
	}
	p.timer.Reset(c.after.frame - p.waited)
	return p
}

func (c *Conn) frameTimedOut() {
	c.end(&TimeoutError{"the peer did not send the rest of a frame", c.after.frame, "Options.FrameTimeout"})
	c.kill()
}
