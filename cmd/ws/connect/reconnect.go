package connect

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/cmd/ws/reach"
	"github.com/seed372fb791/rfc6455/websocket"
)

// The bounds of the random time before an attempt to reconnect: a person waits.
const (
	firstDelay = time.Second
	maxDelay   = 30 * time.Second
)

// returning is a link that comes back when it is lost. What is sent meanwhile
// waits for the next connection.
type returning struct {
	*client.Reconnecting
	screen *screen
	url    string

	mu   sync.Mutex
	conn *websocket.Conn // the last one
}

// keepConnected returns a link to url that opens one connection after the other,
// and says so.
func keepConnected(url string, o *client.Options, screen *screen) (*returning, error) {
	r := &returning{screen: screen, url: url}
	var err error
	r.Reconnecting, err = client.NewReconnecting(url, &client.ReconnectOptions{
		Dial: *o, OnState: r.tell, FirstDelay: firstDelay, MaxDelay: maxDelay,
	})
	if err != nil {
		return nil, reach.Explain(err, nil)
	}
	return r, nil
}

// tell says what has happened.
func (r *returning) tell(s client.State) {
	switch s.Phase {
	case client.PhaseConnected:
		r.mu.Lock()
		r.conn = s.Conn
		r.mu.Unlock()
		r.screen.note("connected to %s", r.url)
	case client.PhaseWaiting:
		r.screen.note("%s; next attempt in %v", r.screen.env.Line(s.Err), time.Until(s.Until).Round(time.Second/10))
	}
}

func (r *returning) last() *websocket.Conn {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.conn
}

// Send waits for a connection if there is none.
func (r *returning) Send(ctx context.Context, typ websocket.Type, p []byte, _ bool) error {
	return r.Write(ctx, typ, p)
}

// Ping gets no answer while there is no connection.
func (r *returning) Ping(ctx context.Context, data []byte) (time.Duration, error) {
	if c := r.State().Conn; c != nil {
		if rtt, err := c.Ping(ctx, data); !errors.Is(err, websocket.ErrClosed) {
			return rtt, err
		}
	}
	<-ctx.Done()
	return 0, ctx.Err()
}

// Beat is left out while there is no connection. One that is lost meanwhile is
// mourned by others.
func (r *returning) Beat(ctx context.Context, text string) error {
	if c := r.State().Conn; c != nil {
		c.WriteText(ctx, text)
	}
	return ctx.Err()
}

// CloseNow does not wait for the peer.
func (r *returning) CloseNow() error {
	if c := r.last(); c != nil {
		c.CloseNow()
	}
	return r.Close(context.Background(), websocket.CloseGoingAway, "")
}

// Done is closed when no connection is open any more. Closing has begun, or it
// has ended for another reason.
func (r *returning) Done() <-chan struct{} {
	if c := r.last(); c != nil {
		return c.Done()
	}
	closed := make(chan struct{})
	close(closed)
	return closed
}
