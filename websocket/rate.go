package websocket

import (
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
)

// rate is how many frames have come since a time, for Options.MaxFrames.
type rate struct {
	since  instant // never before the first look
	frames uint32  // that had come by then
}

// exceeds reports whether more than most frames a second have come, when there were
// so many in all. It counts over a second or more: what comes at once may be what
// has gathered since the last look.
func (r *rate) exceeds(most int, frames uint32) bool {
	t := now()
	if r.since == never {
		r.since, r.frames = t, frames
	}
	took := max(time.Duration(t-r.since), time.Second)
	tooMany := float64(frames-r.frames) > float64(most)*took.Seconds()
	if took > time.Second {
		r.since, r.frames = t, frames
	}
	return tooMany
}

// frames is how many frames have come, or begun to.
func (c *Conn) frames() uint32 {
	n, _ := c.ep.Incomplete()
	return n
}

//rfc:6455-10.4-1
var errTooManyFrames = &protocol.ProtocolError{
	Code:   ClosePolicyViolation,
	Rule:   "6455-10.4-1",
	Text:   "the peer sends too many frames a second",
	Option: "Options.MaxFrames",
}
