package proxy

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"syscall"
	"time"
)

// Proxy connects clients to a server. Its fields are set before Start and not
// changed after.
type Proxy struct {
	// To is the server: a ws or wss URL, of which scheme, host and port count.
	To *url.URL
	// TLS is how a wss server is talked to, and its certificate judged.
	TLS *tls.Config
	// RewriteHost has each request name To as its host, and an Origin that was
	// that of the host follow. Otherwise requests stay as they are.
	RewriteHost bool
	// ToServer and ToClient are the faults of each direction.
	ToServer, ToClient Faults
	// Lines gets a line for whatever happens.
	Lines io.Writer
	// Record, if not nil, gets a transcript of what was passed on, and Mermaid a
	// sequence diagram, as it happens.
	Record, Mermaid io.Writer
	// OnError is told that nothing more will be written to one of the three, and
	// why. The connections go on.
	OnError func(error)

	watcher *watcher
	running sync.WaitGroup
	ctx     context.Context // of all links
	stop    context.CancelFunc
	closing sync.Once
}

// Start takes connections from l, which may speak TLS, until Close. If l fails
// before, failed says how.
func (p *Proxy) Start(l net.Listener) (failed <-chan error) {
	p.ctx, p.stop = context.WithCancel(context.Background())
	p.watcher = newWatcher(p)
	context.AfterFunc(p.ctx, func() { l.Close() })
	failure := make(chan error, 1)
	p.running.Go(func() {
		if err := p.accept(l); p.ctx.Err() == nil {
			failure <- err
		}
	})
	return failure
}

// accept links those who connect until l fails for good. While there are no
// file descriptors clients wait.
func (p *Proxy) accept(l net.Listener) error {
	for number := 1; ; {
		nc, err := l.Accept()
		switch {
		case errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) || errors.Is(err, syscall.ECONNABORTED):
			select {
			case <-time.After(100 * time.Millisecond):
			case <-p.ctx.Done():
			}
			continue
		case err != nil:
			return err
		}
		link := newLink(p, number, nc)
		p.running.Go(link.run)
		number++
	}
}

// Close closes all connections, and returns when all that has happened is
// written.
func (p *Proxy) Close() {
	p.closing.Do(func() {
		p.stop()
		p.running.Wait()
		p.watcher.stop()
	})
}

// plain leaves out of a network error what stands beside it anyway.
func plain(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}
