package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/websocket"
)

// crowd is which subscribers there are to be: as many of each topic, each at the next server.
type crowd struct {
	Way         string
	Servers     []string
	Subscribers int
	Topics      int
}

// subscribers is a process with all subscribers. It is told what to do by HTTP.
type subscribers struct {
	mu  sync.Mutex
	all []*subscriber
}

// subscriber is a connection.
type subscriber struct {
	topic int
	conn  *websocket.Conn

	mu    sync.Mutex
	watch watch
}

// opening is how many connections are opened at a time.
const opening = 32

// serve answers POST /open with a crowd when all are subscribed, GET /delivered with how many messages have arrived, and
// POST /ended, with the last message of each topic, with the tally since it was asked for last.
func (s *subscribers) serve(l net.Listener) error {
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, v any, err error) {
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		json.NewEncoder(w).Encode(v)
	}
	mux.HandleFunc("POST /open", func(w http.ResponseWriter, r *http.Request) {
		var c crowd
		err := json.NewDecoder(r.Body).Decode(&c)
		if err == nil {
			err = s.open(c)
		}
		answer(w, nil, err)
	})
	mux.HandleFunc("GET /delivered", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, s.tally(func(x *subscriber) tally { return x.watch.tally }).Delivered, nil)
	})
	mux.HandleFunc("POST /ended", func(w http.ResponseWriter, r *http.Request) {
		var last []int
		err := json.NewDecoder(r.Body).Decode(&last)
		answer(w, s.tally(func(x *subscriber) tally { return x.watch.ended(last[x.topic]) }), err)
	})
	return http.Serve(l, mux)
}

// tally adds what of each has of it.
func (s *subscribers) tally(of func(*subscriber) tally) (t tally) {
	for _, x := range s.all {
		x.mu.Lock()
		t.add(of(x))
		x.mu.Unlock()
	}
	return t
}

// open opens all connections.
func (s *subscribers) open(c crowd) error {
	s.all = make([]*subscriber, c.Subscribers)
	next := make(chan int)
	var workers sync.WaitGroup
	var failed error
	for range opening {
		workers.Go(func() {
			for i := range next {
				x, err := c.open(i)
				s.mu.Lock()
				s.all[i], failed = x, cmp.Or(failed, err)
				s.mu.Unlock()
			}
		})
	}
	for i := range c.Subscribers {
		next <- i
	}
	close(next)
	workers.Wait()
	return failed
}

// open opens the connection of a subscriber, and returns when it has subscribed.
func (c crowd) open(i int) (*subscriber, error) {
	topic, at := i%c.Topics, c.Servers[i/c.Topics%len(c.Servers)]
	path := "/" + topicName(topic)
	if isCentrifuge(c.Way) {
		path = "/connection"
	}
	ctx := context.Background()
	conn, _, err := client.Dial(ctx, "ws://"+at+path, &client.Options{Conn: websocket.Options{Keepalive: -1}})
	if err != nil {
		return nil, err
	}
	x := &subscriber{topic: topic, conn: conn}
	heard, want := joined, 1
	if isCentrifuge(c.Way) {
		heard, want = `"id":`, 2
		hello := fmt.Sprintf("{\"id\":1,\"connect\":{}}\n{\"id\":2,\"subscribe\":{\"channel\":%q}}", topicName(topic))
		if err := conn.WriteText(ctx, hello); err != nil {
			return nil, err
		}
	}
	for want > 0 {
		_, data, err := conn.Read(ctx)
		if err != nil {
			return nil, err
		}
		if bytes.Contains(data, []byte(`"error"`)) {
			return nil, fmt.Errorf("subscribing: %s", data)
		}
		want -= bytes.Count(data, []byte(heard))
	}
	go x.read(ctx)
	return x, nil
}

// read takes what comes.
func (x *subscriber) read(ctx context.Context) {
	for m, err := range x.conn.BorrowMessages(ctx) {
		if err != nil {
			x.mu.Lock()
			x.watch.Closed++
			x.mu.Unlock()
			return
		}
		switch string(m.Data) {
		case "{}": // centrifuge's ping
			x.conn.WriteText(ctx, "{}")
		case string(gapMark):
			x.mu.Lock()
			x.watch.told()
			x.mu.Unlock()
		default:
			now := time.Now()
			x.mu.Lock()
			messages(m.Data, func(seq int, sent time.Time) { x.watch.got(seq, now.Sub(sent)) })
			x.mu.Unlock()
		}
	}
}
