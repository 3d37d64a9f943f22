package replay

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/transcript"
	"github.com/seed372fb791/rfc6455/protocol"
)

// Recording is what a transcript says: what clients did, and what a server
// answered.
type Recording struct {
	turns   []turn
	ignore  Ignore
	answers map[int][]answer // by the number of their connection
}

// turn is something that a client does.
type turn struct {
	at    time.Duration
	conn  int
	kind  transcript.Kind
	data  []byte
	after []int // connections with an answer before this, and after the last turn; twice for two
}

// Read reads a transcript. One that breaks off, as its program did, is good up
// to there. Answers are compared but for what ignore says.
func Read(r io.Reader, ignore Ignore) (*Recording, error) {
	rec := &Recording{ignore: ignore, answers: make(map[int][]answer)}
	hearings := make(map[int]*hearing)
	var answered []int
	in := transcript.NewReader(r)
	for {
		e, err := in.Next()
		if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		} else if err != nil {
			return nil, err
		}
		h := hearings[e.Conn]
		switch {
		case e.Kind == transcript.Open && h == nil:
			h = newHearing(&rec.ignore)
			hearings[e.Conn] = h
		case e.Kind == transcript.Open:
			return nil, fmt.Errorf("connection %d opens twice", e.Conn)
		case h == nil:
			return nil, fmt.Errorf("connection %d is not opened", e.Conn)
		}
		if e.From == protocol.Client {
			h.sent(e.Data)
			rec.turns = append(rec.turns, turn{e.At, e.Conn, e.Kind, e.Data, answered})
			answered = nil
			continue
		}
		for _, a := range h.event(e) {
			a.at = e.At
			rec.answers[e.Conn] = append(rec.answers[e.Conn], a)
			answered = append(answered, e.Conn)
		}
	}
	if len(rec.turns) == 0 {
		return nil, errors.New("no connection is in the transcript")
	}
	return rec, nil
}

// event returns the answers that an event of the server is or makes whole.
func (h *hearing) event(e transcript.Event) []answer {
	if e.Kind == transcript.Bytes {
		return h.heard(e.Data)
	}
	return []answer{theEnd}
}
