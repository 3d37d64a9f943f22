package nats

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// What of JetStream's API package jetstream has no function for: several messages by one request, and what is to come
// from the stream's leader though any replica may answer.

var errAnswer = errors.New("websocket: an answer of JetStream that is none")

// getRequest asks for messages.
type getRequest struct {
	Seq     uint64 `json:"seq,omitempty"`
	LastFor string `json:"last_by_subj,omitempty"`
	NextFor string `json:"next_by_subj,omitempty"`
	Batch   int    `json:"batch,omitempty"`
}

// api returns the subject of a request about the stream.
func (b *JetStream) api(what string) string { return "$JS.API." + what + "." + b.options.Stream }

// ask asks the stream's leader.
func (b *JetStream) ask(ctx context.Context, what string, request, answer any) error {
	text, err := json.Marshal(request)
	if err != nil {
		return err
	}
	try, cancel := context.WithTimeout(ctx, tryFor)
	defer cancel()
	m, err := b.conn.RequestWithContext(try, b.api("STREAM."+what), text)
	if err != nil {
		return b.again(ctx, err)
	}
	if err := json.Unmarshal(m.Data, answer); err != nil {
		return fmt.Errorf("%w: %w", errAnswer, err)
	}
	return nil
}

// again returns err, as a reason to read again if there is time for that.
func (b *JetStream) again(ctx context.Context, err error) error {
	if ctx.Err() == nil && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, nats.ErrNoResponders)) {
		return fmt.Errorf("%w: %w", errAgain, err)
	}
	return b.because(err)
}

// info returns what the stream is like, with the number of messages to a subject.
func (b *JetStream) info(ctx context.Context, subject string) (*jetstream.StreamInfo, error) {
	var answer struct {
		Error *jetstream.APIError
		jetstream.StreamInfo
	}
	request := struct {
		Filter string `json:"subjects_filter"`
	}{subject}
	if err := b.ask(ctx, "INFO", request, &answer); err != nil {
		return nil, err
	}
	if answer.Error != nil {
		return nil, answer.Error
	}
	return &answer.StreamInfo, nil
}

// message returns the sequence of a message, 0 if there is none.
func (b *JetStream) message(ctx context.Context, request getRequest) (seq uint64, err error) {
	var answer struct {
		Error   *jetstream.APIError
		Message struct{ Seq uint64 }
	}
	if err := b.ask(ctx, "MSG.GET", request, &answer); err != nil {
		return 0, err
	}
	switch {
	case answer.Error == nil:
		return answer.Message.Seq, nil
	case answer.Error.ErrorCode == jetstream.JSErrCodeMessageNotFound:
		return 0, nil
	}
	return 0, answer.Error
}

// page returns up to n messages to a subject from a sequence on, and how many there are after them. Any replica may
// answer.
func (b *JetStream) page(ctx context.Context, subject string, from uint64, n int) (page []*nats.Msg, pending uint64, err error) {
	try, cancel := context.WithTimeout(ctx, tryFor)
	defer cancel()
	n = max(n, 1)
	answers := make(chan *nats.Msg, n+1)
	inbox := b.conn.NewInbox()
	by, err := b.conn.ChanSubscribe(inbox, answers)
	if err != nil {
		return nil, 0, err
	}
	defer by.Unsubscribe() // an error says that the connection has ended
	request, err := json.Marshal(getRequest{Seq: from, NextFor: subject, Batch: n})
	if err != nil {
		return nil, 0, err
	}
	if err := b.conn.PublishRequest(b.api("DIRECT.GET"), inbox, request); err != nil {
		return nil, 0, err
	}
	for {
		select {
		case m := <-answers:
			switch status := m.Header.Get(headerStatus); status {
			case "":
				page = append(page, m)
			case "204": // the end of them
				pending, err = strconv.ParseUint(m.Header.Get("Nats-Num-Pending"), 10, 64)
				return page, pending, err
			case "404":
				return nil, 0, nil
			default:
				return nil, 0, fmt.Errorf("%w: %s %s", errAnswer, status, m.Header.Get("Description"))
			}
		case <-try.Done():
			return nil, 0, b.again(ctx, try.Err())
		}
	}
}
