package nats

import (
	"context"
	"sync/atomic"

	"github.com/nats-io/nats.go"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/internal/backplane"
)

// CoreOptions are those of a Core.
type CoreOptions struct {
	// Prefix is the subject below which topics are. Empty means "hub".
	Prefix string
}

// Core is a [hub.Backplane] on core NATS, which passes messages on and keeps none: there are no numbers and no history,
// and an ID is passed on, but a message that is published again comes again. All processes get those of one publisher
// in their order; in a cluster those of several may come in another order elsewhere. It is a [hub.Status], too.
//
// Publish returns nil when the server has them. That may die before it has passed them on, or a subscriber's may:
// nobody is told then, unless it is the server of their own. In a cluster the other servers get to know of a subscription
// a moment after Subscribe has returned.
//
// There is one subscription at the server for each topic.
type Core struct {
	link
	life     backplane.Life
	subjects subjects
	inbox    *inbox
	subs     subscriptions
	changed  chan struct{} // wakes run
	ignored  atomic.Uint64

	// Of run:
	number    uint64 // of the connection
	confirmed bool   // the server has the subscriptions
}

// NewCore returns a Core on a connection, which has to stay open until it is closed.
func NewCore(conn *nats.Conn, o CoreOptions) (*Core, error) {
	if err := checkConn(conn); err != nil {
		return nil, err
	}
	subjects, err := newSubjects(o.Prefix)
	if err != nil {
		return nil, err
	}
	c := &Core{
		link:     link{conn: conn},
		subjects: subjects,
		inbox:    newInbox(),
		changed:  make(chan struct{}, 1),
	}
	_, err = c.connected()
	c.status.Set(err == nil, err)
	c.life.Go(c.run)
	c.life.Go(func() { c.inbox.fill(c.life.Context()) })
	c.life.Go(func() { c.listen(c.life.Context(), func() { wake(c.changed) }) })
	return c, nil
}

// Ignored returns how many messages have come to subjects of topics, from others than a Hub, that are none.
func (c *Core) Ignored() uint64 { return c.ignored.Load() }

// Publish sends messages. While there is no connection it returns an error: they are not kept until there is one.
func (c *Core) Publish(ctx context.Context, topic string, m ...hub.Message) (hub.Position, error) {
	if err := c.life.Enter(ctx); err != nil {
		return hub.Position{}, err
	}
	defer c.life.Leave()
	messages, err := encodeAll(&c.link, c.subjects, topic, m)
	if err != nil || len(m) == 0 {
		return hub.Position{}, err
	}
	number, err := c.connected()
	if err != nil {
		return hub.Position{}, err
	}
	for i, out := range messages {
		switch err := c.conn.PublishMsg(out); {
		case err != nil && i > 0:
			return hub.Position{}, uncertain(err)
		case err != nil:
			return hub.Position{}, err
		}
	}
	if err := c.flush(ctx, number); err != nil {
		return hub.Position{}, uncertain(err)
	}
	return hub.Position{}, c.denied(messages[0].Subject)
}

// Subscribe subscribes to topics. While there is no connection it waits for one. There is one r for a Core.
func (c *Core) Subscribe(ctx context.Context, r hub.Receiver, topics ...string) error {
	if err := c.life.Enter(ctx); err != nil {
		return err
	}
	defer c.life.Leave()
	if !c.subs.serve(r) {
		return errReceiver
	}
	all, err := newSubscriptions(r, topics, c.subjects)
	if err != nil {
		return err
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	if err = c.ask(ctx, all); err == nil {
		c.unsubscribe(c.subs.add(all))
		wake(c.changed)
		err = await(ctx, &c.life, all)
	}
	if err != nil {
		c.subs.remove(all)
		c.unsubscribe(all)
		return c.because(err)
	}
	return nil
}

// ask asks the server for subscriptions.
func (c *Core) ask(ctx context.Context, all []*subscription) (err error) {
	for _, s := range all {
		if s.of, err = c.conn.ChanSubscribe(s.subject, c.inbox.channel); err != nil {
			return err
		}
	}
	// A later connection begins with them: run waits for it.
	if number, err := c.connected(); err != nil || c.flush(ctx, number) != nil {
		return nil
	}
	for _, s := range all {
		if err := c.denied(s.subject); err != nil {
			return err
		}
	}
	return nil
}

// Unsubscribe ends subscriptions.
func (c *Core) Unsubscribe(r hub.Receiver, topics ...string) {
	c.unsubscribe(c.subs.end(r, topics))
}

func (c *Core) unsubscribe(all []*subscription) {
	for _, s := range all {
		if s.of != nil {
			s.of.Unsubscribe() // an error says that it or the connection has ended
		}
	}
}

// Close ends all subscriptions. The connection stays open.
func (c *Core) Close(ctx context.Context) error {
	c.life.End()
	err := c.life.Wait(ctx)
	c.unsubscribe(c.subs.endAll())
	c.status.Set(false, backplane.ErrClosed)
	return err
}
