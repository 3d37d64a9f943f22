package demo

import (
	"context"
	"log/slog"

	"github.com/seed372fb791/rfc6455/hub"
)

// Broker connects the chats of several processes.
type Broker struct {
	// Talk is for what is said: it keeps messages, and passes an ID on once. Around is for what is of interest only now.
	Talk, Around hub.Backplane

	// Place is what pages call this process, "" if there are no others.
	Place string

	// Logger is told when the broker comes and goes; it may be nil.
	Logger *slog.Logger

	// End, if not nil, closes the connection to the broker, after Talk and Around have been closed.
	End func()
}

// alone returns what a process has that is connected with no other.
func alone() *Broker {
	return &Broker{Talk: &hub.MemoryBackplane{Keep: keptMessages}, Around: new(hub.MemoryBackplane)}
}

// close lets go of all that b has.
func (b *Broker) close(ctx context.Context) {
	b.Talk.Close(ctx)
	b.Around.Close(ctx)
	if b.End != nil {
		b.End()
	}
}
