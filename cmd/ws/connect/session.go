package connect

import (
	"context"
	"errors"
	"iter"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/reach"
	"github.com/seed372fb791/rfc6455/websocket"
)

// answerTime bounds the wait for the last answers after the end of stdin.
const answerTime = 3 * time.Second

// session is a connection that ws connect talks over. Its fields belong to the
// goroutine of run, but for what is never changed.
type session struct {
	link
	screen *screen
	typ    websocket.Type // of what is sent
	every  time.Duration  // between Pings, 0 for none
	// commands takes the messages received, in place of the screen; nil for none.
	commands *executor

	helpers sync.WaitGroup
	leaving bool      // the closing handshake was begun here
	signal  os.Signal // for which the user wants an end, nil if there was none
	failed  error     // what has gone wrong on the sending side
}

// link is what a session needs of its connection, which may be several, one
// after the other.
type link interface {
	Messages(context.Context) iter.Seq2[websocket.Message, error]
	// Send sends a message. If another one follows it may leave with that.
	Send(ctx context.Context, typ websocket.Type, p []byte, another bool) error
	Ping(ctx context.Context, data []byte) (time.Duration, error)
	Close(ctx context.Context, code websocket.CloseCode, reason string) error
	CloseNow() error
	Done() <-chan struct{}
}

// single is a link of one connection.
type single struct{ *websocket.Conn }

func (s single) Send(ctx context.Context, typ websocket.Type, p []byte, another bool) error {
	batch := s.Batch()
	err := batch.Write(ctx, typ, p)
	if another {
		return err
	}
	return errors.Join(err, batch.Flush(ctx))
}

func newSession(l link, screen *screen, o *flags) *session {
	s := &session{link: l, screen: screen, typ: websocket.Text, every: o.ping}
	if o.binary {
		s.typ = websocket.Binary
	}
	return s
}

// run talks until the connection has ended. The error says how, nil if there
// is nothing to complain about.
func (s *session) run(signals <-chan os.Signal) error {
	defer s.CloseNow()
	defer s.helpers.Wait()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if s.every > 0 {
		s.help(func() { s.pingAll(ctx) })
	}
	received, sent := make(chan error, 1), make(chan error, 1)
	go s.screen.careful(func() { received <- s.receive() })
	go s.screen.careful(func() { sent <- s.send(ctx) })
	for {
		select {
		case err := <-received:
			return s.ended(err, signals)
		case err := <-sent:
			s.hangUp(err)
		case signal := <-signals:
			if s.commands != nil {
				s.commands.kill(nil)
			}
			if s.leaving { // whatever that waits for
				s.CloseNow()
				return command.Interrupted(signal)
			}
			s.interrupt(signal)
		}
	}
}

// help runs f beside run, which waits for its end.
func (s *session) help(f func()) {
	s.helpers.Go(func() { s.screen.careful(f) })
}

// receive prints messages until the connection ends, or stdout does.
func (s *session) receive() error {
	ctx := context.Background()
	for m, err := range s.Messages(ctx) {
		if err != nil {
			return err
		}
		switch err := s.show(m); {
		case errors.Is(err, syscall.EPIPE): // who reads has seen enough
			s.Close(ctx, websocket.CloseNormal, "")
			return &command.Exit{Status: 0}
		case err != nil:
			s.Close(ctx, websocket.CloseGoingAway, "")
			return &command.Exit{Status: command.ExitFailed, Err: err}
		}
	}
	return nil
}

// show has a message printed, or a command run for it.
func (s *session) show(m websocket.Message) error {
	if s.commands != nil {
		return s.commands.take(m)
	}
	return s.screen.message(m)
}

// hangUp closes the connection after the end of stdin. The Pong to a Ping tells
// that the peer has read everything, so its answers are there first if it gives
// them in order.
func (s *session) hangUp(failed error) {
	if s.leaving || errors.Is(failed, websocket.ErrClosed) {
		return
	}
	s.leaving, s.failed = true, failed
	s.help(func() {
		ctx, cancel := context.WithTimeout(context.Background(), answerTime)
		defer cancel()
		s.Ping(ctx, nil)
		s.Close(context.Background(), websocket.CloseNormal, "")
	})
}

// interrupt closes the connection on a signal.
func (s *session) interrupt(signal os.Signal) {
	s.signal, s.leaving = signal, true
	s.help(func() { s.Close(context.Background(), websocket.CloseGoingAway, "") })
}

// ended waits for TCP to be closed and judges how the connection has ended.
func (s *session) ended(err error, signals <-chan os.Signal) error {
	select {
	case <-s.Done():
	case s.signal = <-signals:
		s.CloseNow()
	}
	if s.signal != nil {
		return command.Interrupted(s.signal)
	}
	var peer *websocket.CloseError
	switch {
	case s.leaving && err == websocket.ErrClosed: // this side closed one that reconnects
		return s.failed
	case !errors.As(err, &peer):
		return reach.Plainly(err)
	}
	switch peer.Code {
	case websocket.CloseNormal, websocket.CloseGoingAway, websocket.CloseNoStatus:
		if !s.leaving {
			s.screen.note("%s", command.Line(err))
		}
		return s.failed
	case websocket.CloseAbnormal:
		return err
	}
	return &command.Exit{Status: command.ExitClosed, Err: err}
}

// pingAll measures round trips until the connection or ctx ends.
func (s *session) pingAll(ctx context.Context) {
	next := time.NewTicker(s.every)
	defer next.Stop()
	for {
		limited, cancel := context.WithTimeout(ctx, s.every)
		rtt, err := s.Ping(limited, nil)
		cancel()
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			s.screen.roundTrip(-1, s.every)
		case err != nil:
			return
		default:
			s.screen.roundTrip(rtt, s.every)
		}
		select {
		case <-next.C:
		case <-ctx.Done():
			return
		}
	}
}
