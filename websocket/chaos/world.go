package chaos

import (
	"context"
	"io"
	"iter"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/websocket"
)

// conn is what programs use of a *websocket.Conn. Tests of the model put a
// wrong one in between.
type conn interface {
	Done() <-chan struct{}
	NetConn(context.Context, websocket.Type) net.Conn
	Stats() websocket.Stats
	SetMaxMessage(n int64)
	Read(context.Context) (websocket.Type, []byte, error)
	ReadInto(context.Context, []byte) (websocket.Type, []byte, error)
	Messages(context.Context) iter.Seq2[websocket.Message, error]
	BorrowMessages(context.Context) iter.Seq2[websocket.Message, error]
	Reader(context.Context) (websocket.Type, *websocket.MessageReader, error)
	ReadJSON(context.Context, any) error
	Discard(context.Context) context.Context
	Write(context.Context, websocket.Type, []byte) error
	WriteText(context.Context, string) error
	WriteJSON(context.Context, any) error
	WritePrepared(context.Context, *websocket.PreparedMessage) error
	TryWritePrepared(...*websocket.PreparedMessage) (bool, error)
	Writer(context.Context, websocket.Type) (*websocket.MessageWriter, error)
	Batch() websocket.Batch
	Ping(context.Context, []byte) (time.Duration, error)
	Pong(context.Context, []byte) error
	Close(context.Context, websocket.CloseCode, string) error
	StartClose(websocket.CloseCode, string) error
	CloseNow() error
}

// world is a program while it runs.
type world struct {
	p         *Program
	log       *ledger
	conns     [2]conn
	memory    [2]*memory         // the transport, if it is one in memory
	stats     [2]websocket.Stats // at the end
	run       context.Context    // of steps with the kind run
	stop      context.CancelFunc
	budget    *websocket.Budget
	hangAfter time.Duration
	closed    [2]atomic.Int32 // how often Setup.Closed was called
	working   sync.WaitGroup  // goroutines of the program
	left      sync.WaitGroup  // these, and what was started beside them
}

// newWorld connects the ends. between, if not nil, is put between program and
// Conn.
func newWorld(p *Program, between func(*websocket.Conn) conn) (*world, error) {
	w := &world{p: p, log: newLedger()}
	w.run, w.stop = context.WithCancel(context.Background())
	if p.Budget > 0 {
		w.budget = websocket.NewBudget(p.Budget)
	}
	conns, err := w.connect()
	if err != nil {
		w.stop()
		return nil, err
	}
	for end, c := range conns {
		w.conns[end] = c
		if between != nil {
			w.conns[end] = between(c)
		}
	}
	return w, nil
}

// connect makes both Conns.
func (w *world) connect() (conns [2]*websocket.Conn, err error) {
	options := w.p.Options
	if w.p.Trace {
		for end := range options {
			options[end].Trace = newWitness(w.log, end)
		}
	}
	if w.p.Transport == overPipe {
		conns[server], conns[client] = websocket.Pipe(options[server], options[client])
		w.closed[server].Store(1) // a Pipe has no Setup
		w.closed[client].Store(1)
		return conns, nil
	}
	streams, err := w.connectStreams()
	if err != nil {
		return conns, err
	}
	deflate := w.agree()
	for end, role := range [2]websocket.Role{websocket.Server, websocket.Client} {
		conns[end] = newConn(streams[end], role, websocket.Setup{
			Deflate: deflate[end],
			Closed:  func() { w.closed[end].Add(1) },
		}, options[end])
	}
	return conns, nil
}

func newConn(s io.ReadWriteCloser, role websocket.Role, setup websocket.Setup, o websocket.Options) *websocket.Conn {
	return websocket.NewConn(s, role, setup, o)
}

// agree returns permessage-deflate for both ends as a handshake would agree on
// it: with less, or nothing, if the budget has no more.
func (w *world) agree() (ends [2]*protocol.Deflate) {
	for mode := w.p.Mode; mode != websocket.NoCompression && !w.budget.Spent(); mode-- {
		window := protocol.DeflateWindow{Bits: 12, Takeover: mode == websocket.ContextTakeover}
		for end := range ends {
			ends[end] = &protocol.Deflate{Send: window, Receive: window, Budget: w.budget}
		}
		if ends[server].Reserve() {
			if ends[client].Reserve() {
				return ends
			}
			ends[server].Release()
		}
	}
	return [2]*protocol.Deflate{}
}
