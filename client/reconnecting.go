package client

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/websocket"
)

// Reconnecting is a connection to a server that is opened again when it is lost (section 7.2.3), until Close is
// called or something happens that another attempt cannot mend.
//
// Any number of goroutines may write at the same time. One has to read all the time, as with a
// [websocket.Conn]: what was received is read to its end, and only then the loss is noticed and the next
// connection opened. In between, writes fail with a [*LostError].
//
// Messages keep their order across connections, and none is sent twice: one that was on its way when the
// connection was lost may have arrived or not, and whoever sent it is told, by Write or, if it came from the
// outbox, by OnDrop. That a message was sent means that the transport has taken it. Only an answer of the peer
// says that it has arrived: what must not be lost needs an acknowledgement in the application's own terms.
//
// Every Reconnecting has to be closed, also after an error: until then a goroutine works for it.
type Reconnecting struct {
	url    string
	opts   ReconnectOptions
	pauses pauses
	ctx    context.Context // ends with it
	cancel context.CancelFunc
	lost   chan ending // how conn came to its end, from the reader

	mu       sync.Mutex
	state    State
	err      error           // why it is over
	conn     *websocket.Conn // nil while there is none
	since    time.Time       // when conn was open
	flushing bool            // the outbox goes out over conn before anything else
	outbox   outbox
	changed  chan struct{} // closed when one of these changes, nil if nobody waits for that
}

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
		lost:   make(chan ending, 1),
		outbox: outbox{Outbox: opts.Outbox},
	}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	go r.run()
	return r, nil
}

// checkDial finds what would make every Dial fail at StageURL.
func checkDial(rawURL string, o Options) error {
	u, err := handshake.ParseURL(rawURL)
	if err != nil {
		return &Error{Stage: StageURL, Err: err}
	}
	request, err := (&dialer{o}).newRequest(u)
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
