package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/websocket"
)

// publishers is how many publish at a time, each to some topics, and waits for an answer after each message. The
// messages of a topic come from one of them.
const publishers = 30

// publisher is one of them.
type publisher struct {
	conn   *websocket.Conn
	topics []int
	last   []int // the last message of each topic, of all publishers
	sent   int   // messages
	again  int   // how often one was sent again, because it was not taken or nobody knew
}

// newPublishers connects them to servers, each to the next one.
func newPublishers(servers []string, topics int) (all []*publisher, last []int, err error) {
	last = make([]int, topics)
	for i := range publishers {
		conn, _, err := client.Dial(context.Background(), "ws://"+servers[i%len(servers)]+"/publish", nil)
		if err != nil {
			return nil, nil, err
		}
		p := &publisher{conn: conn, last: last}
		for topic := i; topic < topics; topic += publishers {
			p.topics = append(p.topics, topic)
		}
		all = append(all, p)
	}
	return all, last, nil
}

// publish has all publish for a time, so many messages a second together. It returns how many that were, and how often
// one was sent again.
func publish(all []*publisher, d time.Duration, rate int) (sent, again int, err error) {
	ctx := context.Background()
	errs := make([]error, len(all))
	var done sync.WaitGroup
	begin := time.Now()
	for i, p := range all {
		p.sent, p.again = 0, 0
		done.Go(func() {
			every := time.Duration(len(all)) * time.Second / time.Duration(rate)
			due := begin.Add(every * time.Duration(i) / time.Duration(len(all))) // not all at once
			for time.Since(begin) < d && errs[i] == nil {
				time.Sleep(time.Until(due))
				due = due.Add(every)
				errs[i] = p.next(ctx)
			}
		})
	}
	done.Wait()
	for _, p := range all {
		sent += p.sent
		again += p.again
	}
	return sent, again, errors.Join(errs...)
}

// pause is how long a publisher waits before it sends a message again.
const pause = 50 * time.Millisecond

// next publishes the next message, again and again under the same id until it is taken.
func (p *publisher) next(ctx context.Context) error {
	topic := p.topics[p.sent%len(p.topics)]
	p.last[topic]++
	head := fmt.Sprintf("%s\n%d-%d\n", topicName(topic), topic, p.last[topic])
	m := append([]byte(head), newMessage(p.last[topic])...)
	for {
		if err := p.conn.Write(ctx, websocket.Text, m); err != nil {
			return err
		}
		_, answer, err := p.conn.Read(ctx)
		if err != nil {
			return err
		}
		if len(answer) == 0 {
			p.sent++
			return nil
		}
		p.again++
		time.Sleep(pause)
	}
}
