package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/seed372fb791/rfc6455/interop/internal/child"
)

const (
	servers = 3
	rest    = 3 * time.Second // so long nothing arrives when all has arrived
)

// run measures all ways, and writes the table.
func (p plan) run(w io.Writer) error {
	fmt.Fprintf(w, "%d subscribers of %d topics at %d servers; %d bytes a message\n\n", p.subscribers, p.topics, servers, messageSize)
	header(w)
	for _, way := range p.ways {
		if err := p.measure(w, way); err != nil {
			return fmt.Errorf("%s: %w", way, err)
		}
	}
	return nil
}

// trial is a way that is being measured.
type trial struct {
	plan
	way        string
	broker     *broker
	servers    []*child.Server
	crowd      *child.Server
	publishers []*publisher
	last       []int // the last message of each topic
}

// measure measures a way.
func (p plan) measure(w io.Writer, way string) (err error) {
	t := &trial{plan: p, way: way}
	defer t.end()
	if t.broker, err = newBroker(brokerOf(way)); err != nil {
		return err
	}
	var addrs []string
	for range servers {
		s, err := start(fmt.Sprintf("server %s %s", way, t.broker.addr))
		if err != nil {
			return err
		}
		t.servers = append(t.servers, s)
		addrs = append(addrs, s.Addr)
	}
	if t.crowd, err = start("subscribers"); err != nil {
		return err
	}
	time.Sleep(rest)
	empty, err := usageOf(t.servers)
	if err != nil {
		return err
	}
	if err := t.ask("POST /open", crowd{way, addrs, p.subscribers, p.topics}, nil); err != nil {
		return err
	}
	if t.publishers, t.last, err = newPublishers(addrs, p.topics); err != nil {
		return err
	}
	time.Sleep(rest)
	idle, err := usageOf(t.servers)
	if err != nil {
		return err
	}
	perSubscriber := func(u usage) int { return (u.rss - empty.rss) / p.subscribers }
	rate := p.rate / (p.subscribers / p.topics)
	for _, part := range []part{
		{name: "steady", rate: rate},
		{name: "twice as many", rate: 2 * rate},
		{name: "broker killed", rate: rate, kill: true},
	} {
		r, err := t.play(part)
		if err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
		r.way, r.idle = way, perSubscriber(idle)
		if r.used, err = t.memory(perSubscriber); err != nil {
			return err
		}
		r.write(w)
	}
	return nil
}

func (t *trial) memory(perSubscriber func(usage) int) (int, error) {
	u, err := usageOf(t.servers)
	return perSubscriber(u), err
}

// part is a part of a trial.
type part struct {
	name string
	rate int  // messages a second
	kill bool // the broker is killed in the middle, and started again after a second
}

// play plays a part, and returns what has come of it.
func (t *trial) play(p part) (r result, err error) {
	before, err := usageOf(t.servers)
	if err != nil {
		return r, err
	}
	killed := make(chan error, 1)
	if p.kill {
		go func() { killed <- t.killBroker() }()
	} else {
		killed <- nil
	}
	begin := time.Now()
	r.part = p.name
	if r.published, r.again, err = publish(t.publishers, t.time, p.rate); err != nil {
		return r, err
	}
	r.took = time.Since(begin)
	if err := <-killed; err != nil {
		return r, err
	}
	if err := t.settle(); err != nil {
		return r, err
	}
	after, err := usageOf(t.servers)
	if err != nil {
		return r, err
	}
	r.cpu = after.cpu - before.cpu
	r.expected = r.published * t.subscribers / t.topics
	return r, t.ask("POST /ended", t.last, &r.tally)
}

func (t *trial) killBroker() error {
	time.Sleep(t.time / 3)
	t.broker.kill()
	time.Sleep(time.Second)
	return t.broker.start()
}

// settle waits until nothing arrives any more.
func (t *trial) settle() error {
	for delivered, since := -1, time.Now(); time.Since(since) < rest; time.Sleep(100 * time.Millisecond) {
		var now int
		if err := t.ask("GET /delivered", nil, &now); err != nil {
			return err
		}
		if now != delivered {
			delivered, since = now, time.Now()
		}
	}
	return nil
}

// ask asks the process of the subscribers.
func (t *trial) ask(what string, body, answer any) error {
	var method, path string
	fmt.Sscan(what, &method, &path)
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequest(method, "http://"+t.crowd.Addr+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(response.Body)
		return fmt.Errorf("subscribers: %s", bytes.TrimSpace(text))
	}
	return json.NewDecoder(response.Body).Decode(&answer)
}

// end ends all processes.
func (t *trial) end() {
	for _, p := range t.publishers {
		p.conn.CloseNow()
	}
	t.crowd.Stop()
	for _, s := range t.servers {
		s.Stop()
	}
	if t.broker != nil {
		t.broker.end()
	}
}
