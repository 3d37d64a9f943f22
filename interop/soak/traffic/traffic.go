package traffic

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// Options say how much traffic there is.
type Options struct {
	Seed     uint64
	Visitors int                   // peers that behave, at a time
	Guests   int                   // that stay from the beginning to the end
	Vandals  int                   // of each kind of fault
	Publish  time.Duration         // between two broadcasts
	Patience time.Duration         // of the server, with everything that it waits for
	Pause    time.Duration         // of slow peers: much less than Patience
	Rest     time.Duration         // of vandals, between two faults
	Opened   func(*websocket.Conn) // if not nil, is told of each connection, for tests
}

// Traffic is what is going on.
type Traffic struct {
	Tally Tally

	site    *site
	book    *book
	options Options
	leave   context.CancelFunc // tells visitors and vandals
	silence context.CancelFunc // ends the broadcasts
	leaving chan struct{}      // closed when the server is about to go
	visits  sync.WaitGroup
	guests  sync.WaitGroup // and the publisher
}

// Start opens a server and has everybody come.
func Start(o Options) (*Traffic, error) {
	t := &Traffic{options: o, book: newBook(o.Seed), leaving: make(chan struct{})}
	var err error
	if t.site, err = openSite(o, &t.Tally); err != nil {
		return nil, err
	}
	published, silence := context.WithCancel(context.Background())
	t.guests.Go(func() { t.site.publish(published, t.book, o.Publish) })
	ctx, leave := context.WithCancel(context.Background())
	t.leave, t.silence = leave, silence
	for i := range o.Guests {
		v := t.visitor(i)
		w, mode := t.site.ways[i%len(t.site.ways)], websocket.CompressionMode(i/len(t.site.ways)%3)
		t.guests.Go(func() { v.stay(w, mode, t.leaving) })
	}
	for i := range o.Visitors {
		v := t.visitor(o.Guests + i)
		t.visits.Go(func() { v.run(ctx) })
	}
	for i := range o.Vandals * len(faults) {
		v := &vandal{site: t.site, r: t.random(o.Guests + o.Visitors + i)}
		t.visits.Go(func() { v.run(ctx, i%len(faults)) })
	}
	return t, nil
}

func (t *Traffic) visitor(i int) *visitor {
	return &visitor{site: t.site, book: t.book, r: t.random(i)}
}

// random returns the random numbers of the peer i, which the seed decides.
func (t *Traffic) random(i int) *rand.Rand {
	return rand.New(rand.NewPCG(t.options.Seed, uint64(i)+1))
}

// Open returns the server's connections.
func (t *Traffic) Open() int { return t.site.server.Stats().Conns }

// End has the visitors finish and go, shuts the server down, and waits until all that
// was going on has ended. What was wrong about that is an error; the rest is in the Tally.
func (t *Traffic) End() error {
	t.leave()
	t.visits.Wait()
	t.silence()
	close(t.leaving)
	ctx, cancel := context.WithTimeout(context.Background(), bound)
	defer cancel()
	err := t.site.end(ctx)
	if err != nil {
		err = errors.Join(err, t.site.server.Close())
	}
	t.guests.Wait()
	return err
}
