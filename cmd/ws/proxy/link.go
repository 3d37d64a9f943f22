package proxy

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/http1"
	"github.com/seed372fb791/rfc6455/cmd/ws/transcript"
	"github.com/seed372fb791/rfc6455/cmd/ws/wire"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
)

// patience bounds the way to the server, a TLS handshake, and a farewell.
const patience = 10 * time.Second

// link is a client and the server, connected.
type link struct {
	*Proxy
	shown *shown
	http  *http1.Conn
	sides [2]net.Conn     // by protocol.Role
	ctx   context.Context // ends with the link
	stop  context.CancelFunc
	cut   sync.Once
}

func newLink(p *Proxy, number int, client net.Conn) *link {
	l := &link{Proxy: p, shown: newShown(number), http: http1.New(), sides: [2]net.Conn{protocol.Client: client}}
	l.ctx, l.stop = context.WithCancel(p.ctx)
	return l
}

// run connects the client and passes on what both sides send until both have
// ended.
func (l *link) run() {
	defer l.stop()
	client := l.sides[protocol.Client]
	defer client.Close()
	context.AfterFunc(l.ctx, func() { client.Close() })
	l.tell(transcript.Event{From: protocol.Client, Kind: transcript.Open,
		Note: fmt.Sprintf("%v from %v", l.To, client.RemoteAddr())})
	defer l.watcher.tell(happening{on: l.shown, gone: true})
	if secure, ok := client.(*tls.Conn); ok && !l.secured(secure) {
		return
	}
	server, err := l.dial()
	switch {
	case l.ctx.Err() != nil: // closed from here, for which the server is not to blame
		if err == nil {
			server.Close()
		}
		return
	case err != nil:
		l.remark(protocol.Client, "cannot reach %v: %v", l.To, plain(err))
		l.refuse(client, err)
		return
	}
	defer server.Close()
	context.AfterFunc(l.ctx, func() { server.Close() })
	l.sides[protocol.Server] = server
	var flows sync.WaitGroup
	flows.Go(newFlow(l, protocol.Client, l.ToServer).run)
	flows.Go(newFlow(l, protocol.Server, l.ToClient).run)
	flows.Wait()
}

// changing reports whether something has to be found in what is passed on. Then
// both directions are looked at: what one means depends on the other.
func (l *link) changing() bool { return l.RewriteHost || l.ToServer.any() || l.ToClient.any() }

// secured reports whether the client's TLS handshake succeeds.
func (l *link) secured(client *tls.Conn) bool {
	ctx, cancel := context.WithTimeout(l.ctx, patience)
	defer cancel()
	err := client.HandshakeContext(ctx)
	if err != nil {
		l.remark(protocol.Client, "TLS: %v", plain(err))
	}
	return err == nil
}

// refuse tells a client why it gets no connection, and waits until it has read
// that.
func (l *link) refuse(client net.Conn, why error) {
	client.SetDeadline(time.Now().Add(patience))
	client.Write(handshake.AppendRefusal(nil, &handshake.Error{Status: 502, Text: fmt.Sprintf("ws proxy cannot reach %v: %v", l.To, plain(why))}, nil))
	client.(wire.HalfCloser).CloseWrite()
	io.Copy(io.Discard, io.LimitReader(client, 1<<20)) // or what is there unread would cut the connection
}

// dial connects to the server.
func (l *link) dial() (net.Conn, error) {
	ctx, cancel := context.WithTimeout(l.ctx, patience)
	defer cancel()
	return wire.Dial(ctx, l.To, l.TLS)
}

// reset passes on that a side has cut the connection.
func (l *link) reset(from protocol.Role, why string) {
	l.cut.Do(func() {
		l.tell(transcript.Event{From: from, Kind: transcript.Reset, Note: why})
		for _, nc := range l.sides {
			wire.Cut(nc)
		}
		l.stop()
	})
}

// tell tells the watcher what happens.
func (l *link) tell(e transcript.Event) { l.watcher.tell(happening{Event: e, on: l.shown}) }

// remark has the watcher show a word about what from sends.
func (l *link) remark(from protocol.Role, format string, args ...any) {
	l.watcher.tell(happening{Event: transcript.Event{From: from, Note: fmt.Sprintf(format, args...)}, on: l.shown, remark: true})
}
