package nats

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/internal/backplane"
)

// callFor is how long the broker may take over what is asked for with a context that has no deadline.
const callFor = 5 * time.Second

// tryFor is how long an answer may take before a request is made again: what a server was asked that has died nobody
// answers.
const tryFor = time.Second

var (
	errNoConn   = errors.New("websocket: the connection to NATS is nil")
	errNoEcho   = &hub.Error{Text: "this process would not get what it publishes", Option: "nats.NoEcho"}
	errNoServer = errors.New("websocket: there is no connection to a server of NATS")
	errAnother  = errors.New("websocket: the connection to NATS was lost")
)

// link is the program's connection. What it is like is asked for, not noted: listeners for its status may miss some.
type link struct {
	conn   *nats.Conn
	status backplane.Watchers
}

// checkConn returns an error if nothing can be done with a connection.
func checkConn(conn *nats.Conn) error {
	switch {
	case conn == nil:
		return errNoConn
	case conn.Opts.NoEcho:
		return errNoEcho
	case conn.IsClosed():
		return nats.ErrConnectionClosed
	}
	return nil
}

// Watch calls f at once, and again with each change, until stop is called. It is up while there is a connection, and
// messages come by it if somebody has subscribed.
func (l *link) Watch(f func(up bool, cause error)) (stop func()) { return l.status.Watch(f) }

// lost returns why messages may be missing since the connection was the one of a number, nil if it still is. A message
// that came by a later one has not been taken from an inbox then, if this is asked for after that.
func (l *link) lost(since uint64) error {
	switch status := l.conn.Status(); {
	case l.number() != since:
		return errAnother
	case status == nats.CONNECTED:
		return nil
	case status == nats.CLOSED:
		return nats.ErrConnectionClosed
	}
	return l.cause()
}

// number returns how many connections there have been before: nats.go counts another one before it reads from it.
func (l *link) number() uint64 { return l.conn.Stats().Reconnects }

// cause returns why there is no server.
func (l *link) cause() error {
	if err := l.conn.LastError(); err != nil {
		return fmt.Errorf("%w: %w", errNoServer, err)
	}
	return errNoServer
}

// connected returns the number of the connection, or an error if there is none.
func (l *link) connected() (number uint64, err error) {
	number = l.number()
	return number, l.lost(number)
}

// flush waits until the server has taken what was sent by the connection of a number.
func (l *link) flush(ctx context.Context, number uint64) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	if err := l.conn.FlushWithContext(ctx); err != nil {
		return err
	}
	return l.lost(number)
}

// denied returns an error if the server has said that a subject is forbidden.
func (l *link) denied(subject string) error {
	err := l.conn.LastError()
	if errors.Is(err, nats.ErrPermissionViolation) && strings.Contains(err.Error(), `"`+subject+`"`) {
		return err
	}
	return nil
}

// encodeAll encodes all messages, if the server takes them.
func encodeAll(l *link, s subjects, topic string, m []hub.Message) (all []*nats.Msg, err error) {
	subject, err := s.of(topic)
	if err != nil {
		return nil, err
	}
	for i := range m {
		out, err := encode(subject, &m[i])
		if err == nil {
			err = l.fits(out)
		}
		if err != nil {
			return nil, err
		}
		all = append(all, out)
	}
	return all, nil
}

// fits reports whether the server takes a message as long as m.
func (l *link) fits(m *nats.Msg) error {
	if most := l.conn.MaxPayload(); int64(m.Size()-len(m.Subject)) > most {
		return &hub.Error{Text: fmt.Sprintf("the message has more than the %d bytes that the server takes", most), Option: "max_payload of NATS"}
	}
	return nil
}

// because is err, with why there is no server if that is so.
func (l *link) because(err error) error {
	if _, missing := l.connected(); missing != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("%w: %w", err, missing)
	}
	return err
}

// uncertain is err as that of messages that may have been sent.
func uncertain(err error) error { return fmt.Errorf("%w: %w", hub.ErrUncertain, err) }

// bounded returns ctx with a deadline.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, has := ctx.Deadline(); has {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, callFor)
}

// listen calls changed whenever the connection may have changed, until ctx ends.
func (l *link) listen(ctx context.Context, changed func()) {
	often := time.NewTicker(time.Second) // for what a listener misses: versions of nats.go drop those that are slow
	defer often.Stop()
	for ctx.Err() == nil {
		status := l.conn.StatusChanged()
		changed()
		for again := false; !again && ctx.Err() == nil; {
			select {
			case <-ctx.Done():
			case <-status:
				again = true
			case <-often.C:
				changed()
			}
		}
		l.conn.RemoveStatusListener(status)
	}
}
