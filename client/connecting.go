package client

import (
	"context"
	"fmt"
	"sync"
)

// connecting has the turns of this process.
var connecting = newTurns()

// takeTurn waits for the turn to establish a connection to host, unless the caller does without turns. After nil
// release has to be called once, when the connection is established or has failed.
func (d *dialer) takeTurn(ctx context.Context, host string) (release func(), err error) {
	if d.ConcurrentDials {
		return func() {}, nil
	}
	return connecting.take(ctx, host)
}

// turns sees to it that at most one connection is being established to a remote host: an IP address and port,
// or a host name and port where the address is unknown. Section 4.1 speaks of the address alone as well, but
// what it serializes are connections to "/host/ and port /port/": other ports are other servers, and waiting
// for them would let one that hangs block them all. For the same reason nothing bounds the number of hosts that
// dials go on to at a time.
//
//rfc:6455-4.1-5 6455-4.1-6 6455-4.1-7
type turns struct {
	mu    sync.Mutex
	hosts map[string]*turn
}

// turn is that of one host. It exists while somebody wants it.
type turn struct {
	wanted int           // by how many, the one who has it included
	taken  chan struct{} // full while somebody has it; those who wait are served in their order
}

func newTurns() *turns { return &turns{hosts: make(map[string]*turn)} }

// take waits until no other connection to host is being established, or until ctx ends. After nil the caller
// has to call release once, when its connection is established or has failed.
func (t *turns) take(ctx context.Context, host string) (release func(), err error) {
	own := t.want(host)
	release = func() {
		<-own.taken
		t.unwant(host)
	}
	select {
	case own.taken <- struct{}{}:
		if endOf(ctx) == nil {
			return release, nil
		}
		release()
	case <-ctx.Done():
		t.unwant(host)
	}
	return nil, fmt.Errorf("waiting for another dial to %s, which Options.ConcurrentDials does without: %w",
		host, endOf(ctx))
}

func (t *turns) want(host string) *turn {
	t.mu.Lock()
	defer t.mu.Unlock()
	own := t.hosts[host]
	if own == nil {
		own = &turn{taken: make(chan struct{}, 1)}
		t.hosts[host] = own
	}
	own.wanted++
	return own
}

// unwant forgets a host that nobody wants any more, so that turns stays as small as what goes on.
func (t *turns) unwant(host string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	own := t.hosts[host]
	own.wanted--
	if own.wanted == 0 {
		delete(t.hosts, host)
	}
}
