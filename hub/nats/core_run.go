package nats

import (
	"github.com/nats-io/nats.go"

	"github.com/seed372fb791/rfc6455/hub"
)

// wake has who reads from c look.
func wake(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// run calls all receivers.
func (c *Core) run() {
	for {
		select {
		case <-c.inbox.ready:
		case <-c.changed:
		case <-c.ctx.Done():
			return
		}
		c.turn()
	}
}

// turn delivers what has come. What a connection has brought that is not the one that was confirmed, or what has come
// before that was, is dropped.
func (c *Core) turn() {
	messages, dropped := c.inbox.take()
	if c.confirmed {
		cause := c.lost(c.number)
		c.confirmed = cause == nil
		switch {
		case cause != nil:
			c.subs.lose(cause)
			c.is(false, cause)
		case dropped:
			c.subs.lose(errSlow)
		}
	}
	if !c.confirmed {
		messages = nil
		if !c.confirm() {
			return
		}
	}
	c.subs.begin(func(*subscription) hub.Position { return hub.Position{} })
	c.deliver(messages)
}

// confirm waits until the server has the subscriptions, with which each connection begins.
func (c *Core) confirm() bool {
	number, err := c.connected()
	if err == nil {
		err = c.flush(c.ctx, number)
	}
	if err != nil {
		c.is(false, err)
		return false
	}
	c.inbox.clear(c.ctx)
	c.number, c.confirmed = number, true
	c.is(true, nil)
	return true
}

func (c *Core) deliver(messages []*nats.Msg) {
	var all batch
	for _, in := range messages {
		topic, ok := c.subjects.topic(in.Subject)
		m, is := decode(in)
		if !ok || !is {
			c.ignored.Add(1)
			continue
		}
		all.add(topic, m)
	}
	all.deliver(&c.subs)
}
