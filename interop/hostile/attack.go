package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// progress is what the hostile ones have done so far.
type progress struct {
	Connected, Failed, Cut int64
	Open                   int // connections of the server
}

// assault is the hostile ones of one process.
type assault struct {
	addr                   string
	kind                   kind
	connected, failed, cut atomic.Int64
}

// attack is a process of hostile peers. Its arguments are their kind, the address of the victim and how many
// there are. It says at once that it has begun, and at each order how it goes.
func attack(args []string) error {
	k, ok := find(args[0])
	if !ok {
		return fmt.Errorf("there is no kind %q", args[0])
	}
	a := &assault{addr: args[1], kind: k}
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	for i := range number(args[2]) {
		all.Go(func() { a.goOn(ctx, i) })
	}
	err := say(args[0])
	orders(func(string) { say(progress{Connected: a.connected.Load(), Failed: a.failed.Load(), Cut: a.cut.Load()}) })
	cancel()
	all.Wait()
	return err
}

// goOn is one of them: it comes back some time after it was cut off.
func (a *assault) goOn(ctx context.Context, i int) {
	wait := time.Duration(i%1000) * time.Millisecond // they begin over a second, not all at once
	for rest(ctx, wait) {
		nc, err := dialer(hostileNetwork, i).DialContext(ctx, "tcp", a.addr)
		if err != nil {
			a.failed.Add(1)
		} else {
			a.connected.Add(1)
			a.misbehave(ctx, nc.(*net.TCPConn))
		}
		wait = a.kind.back
	}
}

// misbehave does so until the connection is cut off, or has lasted as long as those of its kind.
func (a *assault) misbehave(ctx context.Context, nc *net.TCPConn) {
	defer nc.Close()
	nc.SetLinger(0) // it leaves nothing behind that would be in the way of the next one
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(ctx, func() { nc.Close() })()
	if a.kind.deaf {
		nc.SetReadBuffer(4096)
	} else {
		go func() {
			io.Copy(io.Discard, nc)
			cancel()
		}()
	}
	if err := a.kind.run(ctx, nc); err != nil {
		a.cut.Add(1)
	}
}

// rest waits, and reports false if ctx ends meanwhile.
func rest(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}
