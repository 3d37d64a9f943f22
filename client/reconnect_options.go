package client

import (
	"cmp"
	"context"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// ReconnectOptions is how a [Reconnecting] works. The zero value, and a nil pointer, is the safe default.
// [NewReconnecting] copies it.
//
// OnState and OnDrop are called one at a time, in the order of what happens and where it happens: they must be
// quick and must not call the Reconnecting.
type ReconnectOptions struct {
	// Dial is how each connection is opened.
	Dial Options

	// BeforeDial, if not nil, is called before each attempt and returns the URL and the options for it, in place of
	// those given to NewReconnecting and of Dial: to renew a token that expires, or to go on where the last
	// connection has stopped. A nil o stands for the defaults. An error means that the attempt has failed. It has to
	// return soon after ctx has ended, which Close and HookTimeout see to.
	BeforeDial func(ctx context.Context) (url string, o *Options, err error)

	// OnConnect, if not nil, is called with each new connection before anything else is sent or read over it, to
	// authenticate and to subscribe again. An error means that the attempt has failed; the connection is closed
	// by CloseNow then. It may read answers and write as it likes, but over c: the Reconnecting waits for it. It
	// has to return soon after ctx has ended, which Close and HookTimeout see to and which closes c too, and not to
	// read from c later on. All that the connection before has brought has been received by then, but perhaps not
	// read.
	OnConnect func(ctx context.Context, c *websocket.Conn) error

	// HookTimeout is the longest that BeforeDial and that OnConnect take. After it the attempt has failed with a
	// *websocket.TimeoutError that names this option. Zero stands for 30 s.
	HookTimeout time.Duration

	// MaxUnread is how many bytes of messages, with 32 bytes more for each, are received and wait for Read. When they
	// are there nothing more is received until some are read; one message may go beyond. Zero stands for 1 MiB.
	MaxUnread int

	// OnState, if not nil, is called with each new state.
	OnState func(State)

	// OnDrop, if not nil, is called with each message that Write has taken into the outbox and that is not
	// sent, or maybe not, and with the reason: a *LostError, which says maybe, an *OutboxError when it has made
	// room for a newer one, or why the Reconnecting has ended. The message's Data is the hook's to keep.
	OnDrop func(m websocket.Message, err error)

	// Outbox is what becomes of messages while there is no connection.
	Outbox Outbox

	// Retry, if not nil, says whether to connect again after err, in place of [MayHeal]. It gets the error of
	// BeforeDial, of Dial, of OnConnect, or of the read that found the connection lost. If it returns false everything ends
	// with err.
	Retry func(err error) bool

	// FirstDelay bounds the random delay before the first attempt to reconnect. The bound doubles with each
	// attempt that follows, up to MaxDelay. Zero stands for 5 s.
	FirstDelay time.Duration

	// MaxDelay is the greatest bound. Zero stands for 1 min; less than FirstDelay stands for that.
	MaxDelay time.Duration

	// StableAfter is how long a connection has to last for the delays to begin anew with FirstDelay. Zero stands
	// for 1 min.
	StableAfter time.Duration

	// MaxRetryAfter is the longest that the server can ask to wait with Retry-After, which comes before the random
	// delay. Zero stands for 10 min.
	MaxRetryAfter time.Duration
}

const (
	defaultFirstDelay    = 5 * time.Second
	defaultMaxDelay      = time.Minute
	defaultStableAfter   = time.Minute
	defaultMaxRetryAfter = 10 * time.Minute
	defaultHookTimeout   = 30 * time.Second
	defaultMaxUnread     = 1 << 20
)

// withDefaults returns a copy of o with the values that hold, or an *websocket.OptionError.
//
//rfc:6455-7.2.3-3
func (o *ReconnectOptions) withDefaults() (ReconnectOptions, error) {
	if o == nil {
		o = new(ReconnectOptions)
	}
	c := *o
	c.Dial = o.Dial.withDefaults()
	if c.OnConnect == nil {
		c.OnConnect = func(context.Context, *websocket.Conn) error { return nil }
	}
	if c.OnState == nil {
		c.OnState = func(State) {}
	}
	if c.OnDrop == nil {
		c.OnDrop = func(websocket.Message, error) {}
	}
	if c.Retry == nil {
		c.Retry = MayHeal
	}
	c.FirstDelay = cmp.Or(max(o.FirstDelay, 0), defaultFirstDelay)
	c.MaxDelay = max(cmp.Or(o.MaxDelay, defaultMaxDelay), c.FirstDelay)
	c.StableAfter = cmp.Or(max(o.StableAfter, 0), defaultStableAfter)
	c.MaxRetryAfter = cmp.Or(max(o.MaxRetryAfter, 0), defaultMaxRetryAfter)
	c.HookTimeout = cmp.Or(max(o.HookTimeout, 0), defaultHookTimeout)
	c.MaxUnread = cmp.Or(max(o.MaxUnread, 0), defaultMaxUnread)
	c.Outbox.MaxBytes = cmp.Or(o.Outbox.MaxBytes, defaultMaxBytes)
	return c, c.Outbox.check()
}
