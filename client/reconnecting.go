package client

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// Reconnecting is a connection to a server that is opened again when it is lost (section 7.2.3), until Close is
// called or something happens that another attempt cannot mend.
//
// Any number of goroutines may write at the same time, and one may read. Nobody has to read: a Reconnecting receives
// by itself, so that Pings are answered and a loss is noticed, and keeps what it has received for Read, up to
// [ReconnectOptions.MaxUnread]. While that is full nothing is received, and a loss is noticed by writing only.
//
// Messages keep their order across connections, and none is sent twice. One of which nothing was handed to the
// transport when the connection was lost is treated as if there had been no connection. One that was on its way may
// have arrived or not, and whoever sent it is told, by Write or, if it came from the outbox, by OnDrop. That a message
// was sent means that the transport has taken it, which may still lose it. Only an answer of the peer says that it
// has arrived: what must not be lost needs an acknowledgement in the application's own terms.
//
// Every Reconnecting has to be closed, also after an error: until then a goroutine works for it.
type Reconnecting struct {
	url    string
	opts   ReconnectOptions
	pauses pauses
	ctx    context.Context // ends with it
	cancel context.CancelFunc

	mu       sync.Mutex
	state    State
	err      error           // why it is over
	conn     *websocket.Conn // nil while there is none
	out      out             // what conn can be written
	since    time.Time       // when conn was opened, or lost
	attempts int             // since the last connection
	losses   int
	outbox   outbox
	unread   unread
	reading  bool          // a call of Read is under way
	changed  chan struct{} // closed when one of these changes, nil if nobody waits for that
}

// out is what can be written over the connection.
type out uint8

const (
	outNone     out = iota // nothing: there is no connection
	outFlushing            // the outbox, before anything else
	outOpen                // everything
	outBroken              // nothing more: a write was refused, and soon the end will be noticed
)

// NewReconnecting starts to open a connection to a ws or wss URL and returns at once: reading and writing wait
// for it. A nil o stands for the defaults. The error says that the URL or the options mean nothing: a
// [*websocket.OptionError], or an [*Error] as from [Dial].
func NewReconnecting(rawURL string, o *ReconnectOptions) (*Reconnecting, error) {
	return newReconnecting(rawURL, o, rand.N[time.Duration])
}

// newReconnecting is NewReconnecting with a source of random durations, from 0 to below the one given.
func newReconnecting(
	rawURL string, o *ReconnectOptions, random func(time.Duration) time.Duration,
) (*Reconnecting, error) {
	opts, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := checkDial(rawURL, opts.Dial); err != nil {
		return nil, err
	}
	r := &Reconnecting{
		url:    rawURL,
		opts:   opts,
		pauses: newPauses(opts, random),
		since:  time.Now(),
		outbox: outbox{Outbox: opts.Outbox},
		unread: unread{max: opts.MaxUnread},
	}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	go r.run()
	return r, nil
}

// checkDial finds what would make every Dial fail at StageURL.
func checkDial(rawURL string, o Options) error {
	d, u, err := newDialer(rawURL, &o)
	if err != nil {
		return err
	}
	request, err := d.newRequest(u)
	if err != nil {
		return fail(context.Background(), StageURL, u, err)
	}
	request.compression.release()
	return nil
}

// Close ends everything: attempts, waits and calls that wait. An open connection is closed as by
// [websocket.Conn.Close], which gives the error, also that code or reason could not be sent as they are; without
// one, Close returns nil at once. What is left in the outbox is not sent any more.
//
// Safe for concurrent use, and in OnConnect.
func (r *Reconnecting) Close(ctx context.Context, code websocket.CloseCode, reason string) error {
	r.end(websocket.ErrClosed)
	r.mu.Lock()
	c := r.conn
	r.mu.Unlock()
	if c == nil {
		return nil
	}
	return c.Close(ctx, code, reason)
}

// end ends it for good, once. What the connection has received can still be read.
func (r *Reconnecting) end(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return
	}
	r.err = err
	r.cancel()
	for m, ok := r.outbox.next(); ok; m, ok = r.outbox.next() {
		r.opts.OnDrop(m, err)
	}
	r.enter(State{Phase: PhaseClosed, Err: err})
}

// untilChanged returns a channel that is closed at the next change. r.mu is held.
func (r *Reconnecting) untilChanged() <-chan struct{} {
	if r.changed == nil {
		r.changed = make(chan struct{})
	}
	return r.changed
}

// wake wakes who waits for a change. r.mu is held.
func (r *Reconnecting) wake() {
	if r.changed != nil {
		close(r.changed)
		r.changed = nil
	}
}
