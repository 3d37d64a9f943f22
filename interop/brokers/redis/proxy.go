package redis

import (
	"bytes"
	"io"
	"net"
	"sync"
	"testing"
)

// proxy is what clients and replicas reach a server by.
type proxy struct {
	listener net.Listener
	running  sync.WaitGroup

	mu     sync.Mutex
	target string
	conns  map[net.Conn]bool
	held   chan struct{} // closed when replication goes on, nil if nothing holds it
}

func startProxy(t testing.TB, target string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: l, target: target, conns: make(map[net.Conn]bool)}
	p.running.Go(p.run)
	t.Cleanup(func() {
		l.Close()
		p.drop()
		p.running.Wait()
	})
	return p
}

func (p *proxy) addr() string { return p.listener.Addr().String() }

func (p *proxy) run() {
	for {
		conn, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.running.Go(func() { p.serve(conn) })
	}
}

// aim has new connections lead to another server, and ends the others.
func (p *proxy) aim(target string) {
	p.mu.Lock()
	p.target = target
	p.mu.Unlock()
	p.drop()
}

// hold has replicas get nothing from now on, until the connections end.
func (p *proxy) hold() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held == nil {
		p.held = make(chan struct{})
	}
}

// drop ends all connections. What is held is lost.
func (p *proxy) drop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for conn := range p.conns {
		conn.Close()
	}
	if p.held != nil {
		close(p.held)
		p.held = nil
	}
}

func (p *proxy) serve(client net.Conn) {
	defer client.Close()
	p.mu.Lock()
	target := p.target
	p.mu.Unlock()
	server, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	defer server.Close()
	p.keep(client, server)
	defer p.forget(client, server)
	replicates := make(chan struct{})
	begins := sync.OnceFunc(func() { close(replicates) })
	var copying sync.WaitGroup
	copying.Go(func() {
		p.copy(server, client, func(chunk []byte) {
			if bytes.Contains(chunk, []byte("PSYNC")) {
				begins()
			}
		})
	})
	copying.Go(func() {
		p.copy(client, server, func([]byte) {
			select {
			case <-replicates:
				p.wait()
			default:
			}
		})
	})
	copying.Wait()
}

// copy copies until one of them ends, which ends both. Before each write it calls look.
func (p *proxy) copy(to io.WriteCloser, from io.ReadCloser, look func([]byte)) {
	defer to.Close()
	defer from.Close()
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		look(buf[:n])
		if _, wrong := to.Write(buf[:n]); wrong != nil || err != nil {
			return
		}
	}
}

// wait waits while replication is held.
func (p *proxy) wait() {
	p.mu.Lock()
	held := p.held
	p.mu.Unlock()
	if held != nil {
		<-held
	}
}

func (p *proxy) keep(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, conn := range conns {
		p.conns[conn] = true
	}
}

func (p *proxy) forget(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, conn := range conns {
		delete(p.conns, conn)
	}
}
