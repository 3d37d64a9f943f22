package traffic

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"time"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

const topic = "news"

// issue returns the broadcast with a number: the number, and a page of the book
// that it stands for.
func (b *book) issue(number uint64) []byte {
	from, n := int(number*7919%longest), int(number*number%3000)
	return append(binary.BigEndian.AppendUint64(nil, number), b.binary[from:from+n]...)
}

// number returns which broadcast p is, and whether it is that to the last byte.
func (b *book) number(p []byte) (uint64, bool) {
	if len(p) < 8 {
		return 0, false
	}
	n := binary.BigEndian.Uint64(p)
	return n, bytes.Equal(p, b.issue(n))
}

// publish sends one broadcast after the other until ctx ends.
func (s *site) publish(ctx context.Context, b *book, pause time.Duration) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for number := uint64(1); ; number++ {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		m := hub.Message{Type: websocket.Binary, Data: b.issue(number)}
		_, exact := s.exact.Publish(ctx, topic, m)
		_, lossy := s.lossy.Publish(ctx, topic, m)
		if err := errors.Join(exact, lossy); err != nil && ctx.Err() == nil {
			s.tally.fail("publishing: %v", err)
		}
	}
}
