package demo

// The whiteboard: whatever somebody draws, undoes or points at is a message that all get in one order.
//
//   - A page says hello with a random token of its own. The hash of the token is its author's id: nobody can draw or
//     undo in the name of somebody else, and the server needs no memory to know an author again.
//   - The Hub gives each message its number and hands it to prepare, which applies it to the drawing and puts number
//     and author in. What is no use any more (a stroke that somebody has cleared meanwhile) goes nowhere.
//   - Who joins, and who was too slow and missed some, gets the whole drawing from gap, with the number of the last
//     message in it. A page ignores messages up to that number that are still on their way to it.
//   - Where somebody points has a Key: who is behind gets the newest place only.
//   - Parts of strokes say where in the stroke they belong, so a page may send one again: after a restart of the
//     server, which it sees by the drawing's id, each page brings back its own strokes.
//
// board_model.go has the drawing and the format of the messages, web/board.js the page.

import (
	"context"
	"crypto/sha256"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

const boardTopic = "board"

// board is the room.
type board struct {
	hub hub.Hub

	mu      sync.Mutex
	drawing *drawing
	seq     uint64 // of the last message that is in the drawing
}

func newBoard() room {
	b := &board{drawing: newDrawing()}
	b.hub = hub.Hub{
		Full:    hub.DropOldest,
		Prepare: b.prepare,
		Gap:     b.gap,
		Joined: func(s *hub.Subscriber, _ string) {
			b.publish(context.Background(), s.Value.(author), boardJoin, nil)
		},
		Left: func(s *hub.Subscriber, _ string) {
			b.publish(context.Background(), s.Value.(author), boardLeave, nil)
		},
	}
	return room{
		Path:  "board",
		Title: "Whiteboard",
		About: "Several people draw on one board and see where the others point. Binary messages; who comes later gets the board as it is.",
		File:  "board.go",
		serve: b.serve,
		hubs:  map[string]*hub.Hub{"board": &b.hub},
	}
}

// serve is a person at the board.
func (b *board) serve(ctx context.Context, c *websocket.Conn) error {
	_, hello, err := c.Read(ctx)
	if err != nil {
		return err
	}
	who, ok := authorOf(hello)
	if !ok {
		return c.Close(ctx, websocket.ClosePolicyViolation, "say hello first")
	}
	s := b.hub.Subscriber(ctx, c)
	s.Value = who
	if _, err := s.Join(ctx, boardTopic, longAgo); err != nil { // the whole drawing
		return err
	}
	hand := pace{every: 5 * time.Millisecond, burst: 100} // faster than any
	for m, err := range c.Messages(ctx) {
		if err != nil {
			return err
		}
		if _, err := parseBoard(m.Data); err != nil { // prepare could not refuse it
			return c.Close(ctx, websocket.ClosePolicyViolation, err.Error())
		}
		if err := b.publish(ctx, who, m.Data[0], m.Data[1:]); err != nil {
			return err
		}
		for range 1 + len(m.Data)/500 {
			hand.wait(ctx)
		}
	}
	return nil
}

// authorOf returns who says hello.
func authorOf(hello []byte) (a author, ok bool) {
	if len(hello) != 1+tokenSize || hello[0] != boardHello {
		return a, false
	}
	hash := sha256.Sum256(hello[1:])
	return author(hash[:]), true
}

// publish sends a message of an author to all.
func (b *board) publish(ctx context.Context, who author, kind byte, rest []byte) error {
	m := hub.Message{Type: websocket.Binary, Data: append(append(who[:], kind), rest...)}
	if kind == boardPoint {
		m.Key = string(who[:])
	}
	_, err := b.hub.Publish(ctx, boardTopic, m)
	return err
}

// prepare applies a message to the drawing, and returns what pages get.
func (b *board) prepare(_ string, m hub.Message) *websocket.PreparedMessage {
	who, data := author(m.Data), m.Data[len(author{}):]
	message := boardMessage{kind: data[0]}
	if message.kind != boardJoin && message.kind != boardLeave { // those are our own
		message, _ = parseBoard(data)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.seq = m.At.Seq
	if !b.drawing.apply(who, message) {
		return nil
	}
	p, _ := websocket.Prepare(websocket.Binary, appendBoard(nil, m.At.Seq, who, data))
	return p
}

// gap returns the whole drawing.
func (b *board) gap(s *hub.Subscriber, _ string) *websocket.PreparedMessage {
	b.mu.Lock()
	defer b.mu.Unlock()
	p, _ := websocket.Prepare(websocket.Binary, b.drawing.appendTo(nil, b.seq, s.Value.(author)))
	return p
}
