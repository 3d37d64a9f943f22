package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// latency is what the probe says of its round trips.
type latency struct {
	P50, P99 time.Duration
	Lost     string // why connections ended, "" if none did
}

const (
	probes = 50
	pace   = 100 * time.Millisecond // between two messages of one connection
)

// probe is a process with connections that send messages and wait for their echo. Its argument is the
// server's address. For each order, which is a duration, it says what it has measured in that time.
func probe(args []string) error {
	var conns []*websocket.Conn
	for i := range probes {
		c, err := join(args[0], probeNetwork, i)
		if err != nil {
			return err
		}
		conns = append(conns, c)
	}
	if err := say(probes); err != nil {
		return err
	}
	orders(func(order string) {
		d, err := time.ParseDuration(order)
		if err != nil {
			panic(err) // our own parent's mistake
		}
		say(measure(conns, d))
	})
	return nil
}

// measure has all connections go on for d.
func measure(conns []*websocket.Conn, d time.Duration) latency {
	trips, errs := make([][]time.Duration, len(conns)), make([]error, len(conns))
	var all sync.WaitGroup
	for i, c := range conns {
		all.Go(func() { trips[i], errs[i] = roundTrips(c, pace*time.Duration(i)/probes, d) })
	}
	all.Wait()
	l := summary(slices.Concat(trips...))
	if err := errors.Join(errs...); err != nil {
		l.Lost = err.Error()
	}
	return l
}

// roundTrips makes round trips for d, after a delay. One that takes longer than the pace delays the
// next, whose time counts from when it was due.
func roundTrips(c *websocket.Conn, delay, d time.Duration) (trips []time.Duration, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), d+time.Minute)
	defer cancel()
	message := bytes.Repeat([]byte("probe "), 10)
	time.Sleep(delay)
	end := time.Now().Add(d)
	for due := time.Now(); due.Before(end); due = due.Add(pace) {
		sent := due
		if wait := time.Until(due); wait > 0 {
			time.Sleep(wait)
			sent = time.Now()
		}
		if err := c.Write(ctx, websocket.Binary, message); err != nil {
			return trips, err
		}
		_, got, err := c.Read(ctx)
		if err != nil {
			return trips, err
		}
		if !bytes.Equal(got, message) {
			return trips, fmt.Errorf("wrong echo of %d bytes", len(got))
		}
		trips = append(trips, time.Since(sent))
	}
	return trips, nil
}

// summary sorts the times.
func summary(trips []time.Duration) latency {
	slices.Sort(trips)
	return latency{P50: quantile(trips, 0.5), P99: quantile(trips, 0.99)}
}

// median has the figures in the middle of several measurements, each for itself.
func median(all []latency) (m latency) {
	middle := func(of func(latency) time.Duration) time.Duration {
		var values []time.Duration
		for _, l := range all {
			values = append(values, of(l))
		}
		slices.Sort(values)
		return quantile(values, 0.5)
	}
	m.P50 = middle(func(l latency) time.Duration { return l.P50 })
	m.P99 = middle(func(l latency) time.Duration { return l.P99 })
	return m
}

// quantile returns the time that the share q of them does not exceed, 0 of none.
func quantile(sorted []time.Duration, q float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}
