package connect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/websocket"
)

// session is a connection that ws connect talks over. Its fields belong to the
// goroutine of run, but for what is never changed.
type session struct {
	link
	o       *flags
	screen  *screen
	typ     websocket.Type // of what is sent
	unit    string         // what a message of stdin is called
	answers *answers
	// commands takes the messages received, in place of the screen; nil for none.
	commands *executor

	helpers sync.WaitGroup
	leaving bool      // the closing handshake was begun here
	shown   int       // messages; it belongs to receive until that has returned
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
	// Beat sends a text message if there is a connection.
	Beat(ctx context.Context, text string) error
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

func (s single) Beat(ctx context.Context, text string) error { return s.WriteText(ctx, text) }

// run talks until the connection has ended. The error says how, nil if there
// is nothing to complain about.
func (s *session) run(signals <-chan os.Signal) error {
	defer s.CloseNow()
	defer s.helpers.Wait()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if s.o.ping > 0 {
		s.help(func() { s.pingAll(ctx) })
	}
	if s.o.heartbeat != "" {
		s.help(func() { s.beatAll(ctx) })
	}
	received, sent, waited := make(chan error, 1), make(chan error, 1), make(chan bool)
	go s.screen.careful(func() { received <- s.receive() })
	go s.screen.careful(func() { sent <- s.send(ctx) })
	for {
		select {
		case err := <-received:
			return s.ended(err, signals)
		case err := <-sent:
			if !errors.Is(err, websocket.ErrClosed) {
				s.failed = err
				s.help(func() { s.await(ctx); close(waited) })
			}
		case <-waited:
			waited = nil
			s.leave(websocket.CloseNormal)
		case signal := <-signals:
			if s.commands != nil {
				s.commands.kill(nil)
			}
			if s.leaving { // whatever that waits for
				s.CloseNow()
				return command.Interrupted(signal)
			}
			s.signal = signal
			s.leave(websocket.CloseGoingAway)
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
		s.answers.shows()
		err := s.show(m)
		s.answers.shown()
		s.shown++
		switch {
		case errors.Is(err, syscall.EPIPE): // who reads has seen enough
			s.Close(ctx, websocket.CloseNormal, "")
			return &command.Exit{Status: 0}
		case err != nil:
			s.Close(ctx, websocket.CloseGoingAway, "")
			return &command.Exit{Status: command.ExitFailed, Err: err}
		case s.shown == int(s.o.most.Value):
			s.Close(ctx, websocket.CloseNormal, "")
			return &command.Exit{Status: 0}
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

// await waits for answers after the end of stdin.
func (s *session) await(ctx context.Context) {
	switch wait := s.o.wait; {
	case wait.Given && wait.Value == 0:
	case s.o.most.Value > 0: // which are counted
		sleep(ctx, wait)
	case wait.Given:
		sleep(ctx, wait)
		s.complain(ctx, "no answer came")
	case s.screen.edited() == nil: // or else a person has seen what came
		s.answers.wait(ctx)
		s.complain(ctx, "no answer came; -wait waits longer")
	}
}

// complain says so if no answer came, unless the connection has ended.
func (s *session) complain(ctx context.Context, text string) {
	if ctx.Err() == nil && s.answers.none() {
		s.screen.note("%s", text)
	}
}

// sleep waits for a time, without bound if there is none, or for ctx to end.
func sleep(ctx context.Context, d command.OptionalTime) {
	if d.Given {
		limited, cancel := context.WithTimeout(ctx, d.Value)
		defer cancel()
		ctx = limited
	}
	<-ctx.Done()
}

// leave closes the connection.
func (s *session) leave(code websocket.CloseCode) {
	if !s.leaving {
		s.leaving = true
		s.help(func() { s.Close(context.Background(), code, "") })
	}
}

// ended judges how the connection has ended.
func (s *session) ended(err error, signals <-chan os.Signal) error {
	err = s.closed(err, signals)
	if most := s.o.most.Value; err == nil && int64(s.shown) < most {
		return fmt.Errorf("%d of %d messages came", s.shown, most)
	}
	return err
}

// closed waits for TCP to be closed. The error says how the connection has ended,
// nil if there is nothing to complain about.
func (s *session) closed(err error, signals <-chan os.Signal) error {
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
	case s.leaving && errors.Is(err, net.ErrClosed): // what was read came after our Close frame
		return cmp.Or(s.Close(context.Background(), websocket.CloseNormal, ""), s.failed)
	case !errors.As(err, &peer):
		return err
	}
	switch peer.Code {
	case websocket.CloseNormal, websocket.CloseGoingAway, websocket.CloseNoStatus:
		if !s.leaving {
			s.screen.note("%s", s.screen.env.Line(err))
		}
		return s.failed
	case websocket.CloseAbnormal:
		return err
	}
	return &command.Exit{Status: command.ExitClosed, Err: err}
}

// pingAll measures round trips until the connection or ctx ends.
func (s *session) pingAll(ctx context.Context) {
	next := time.NewTicker(s.o.ping)
	defer next.Stop()
	for {
		limited, cancel := context.WithTimeout(ctx, s.o.ping)
		rtt, err := s.Ping(limited, nil)
		cancel()
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			s.screen.roundTrip(-1, s.o.ping)
		case err != nil:
			return
		default:
			s.screen.roundTrip(rtt, s.o.ping)
		}
		select {
		case <-next.C:
		case <-ctx.Done():
			return
		}
	}
}

// beatAll sends the heartbeat until the connection or ctx ends.
func (s *session) beatAll(ctx context.Context) {
	next := time.NewTicker(s.o.keepalive)
	defer next.Stop()
	for {
		select {
		case <-next.C:
		case <-ctx.Done():
			return
		}
		if s.Beat(ctx, s.o.heartbeat) != nil {
			return
		}
	}
}
