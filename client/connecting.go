package client

import (
	"context"
	"fmt"
	"sync"
)

// maxPendingNames is how many connections may be in the CONNECTING state at a time to hosts whose address is
// unknown here, because a proxy or the caller's dialer resolves the name. Section 4.1 wants it "reasonably low".
const maxPendingNames = 64

// connecting has the turns of this process.
var connecting = newTurns(maxPendingNames)

// turns sees to it that at most one connection is being established to a remote host: an IP address and port,
// or a host name and port where the address is unknown. Section 4.1 speaks of the address alone as well, but
// what it serializes are connections to "/host/ and port /port/": other ports are other servers, and waiting
// for them would let one that hangs block them all.
//
//rfc:6455-4.1-5 6455-4.1-6 6455-4.1-7 6455-4.1-8
type turns struct {
	mu    sync.Mutex
	hosts map[string]*turn
	names chan struct{} // filled by those who have a turn by name
}

// turn is that of one host. It exists while somebody wants it.
type turn struct {
	wanted int           // by how many, the one who has it included
	taken  chan struct{} // full while somebody has it; those who wait are served in their order
}

func newTurns(maxNames int) *turns {
	return &turns{hosts: make(map[string]*turn), names: make(chan struct{}, maxNames)}
}

// take waits until no other connection to host is being established, or until ctx ends. After nil the caller
// has to call release once, when its connection is established or has failed.
func (t *turns) take(ctx context.Context, host string) (release func(), err error) {
	own := t.want(host)
	select {
	case own.taken <- struct{}{}:
		return func() {
			<-own.taken
			t.unwant(host)
		}, nil
	case <-ctx.Done():
		t.unwant(host)
		return nil, fmt.Errorf("waiting for another dial to %s: %w", host, endOf(ctx))
	}
}

// takeName is take for a host whose address is unknown here, with the bound on their number.
func (t *turns) takeName(ctx context.Context, host string) (release func(), err error) {
	releaseHost, err := t.take(ctx, host)
	if err != nil {
		return nil, err
	}
	select {
	case t.names <- struct{}{}:
		return func() {
			<-t.names
			releaseHost()
		}, nil
	case <-ctx.Done():
		releaseHost()
		return nil, fmt.Errorf("waiting for one of %d other dials: %w", cap(t.names), endOf(ctx))
	}
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
