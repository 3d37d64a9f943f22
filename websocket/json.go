package websocket

import (
	"bytes"
	"context"
	"encoding/json"
	"sync"
)

// ReadJSON reads the next message, whose type does not matter, and decodes it into
// v as json.Unmarshal does, which makes the error if the message is no JSON; the
// next call goes on with the next message. Other errors are those of Read.
func (c *Conn) ReadJSON(ctx context.Context, v any) error {
	_, p, err := c.Read(ctx)
	if err != nil {
		return err
	}
	return json.Unmarshal(p, v)
}

// encodings is memory that values are encoded in.
var encodings = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// WriteJSON sends v, encoded as by json.Marshal, as a text message. If v cannot be
// encoded nothing is sent, and the error is that of package json. The others are
// those of Write. Safe for concurrent use.
func (c *Conn) WriteJSON(ctx context.Context, v any) error {
	b := encodings.Get().(*bytes.Buffer)
	defer func() {
		if b.Cap() <= hugeBuffer {
			b.Reset()
			encodings.Put(b)
		}
	}()
	if err := json.NewEncoder(b).Encode(v); err != nil {
		return err
	}
	return c.Write(ctx, Text, bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}
