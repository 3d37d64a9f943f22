package client

import (
	"context"
	"io"
)

// guard runs f, which does I/O over socket, and closes socket if ctx ends meanwhile or f fails. Closing works
// on any kind of connection and ends reads and writes alike; deadlines would have to be taken back afterwards.
// When guard returns nil, ctx has no more influence on socket.
//
//rfc:6455-7.1.7-1 6455-7.2.1-1
func guard(ctx context.Context, socket io.Closer, f func() error) error {
	stop := context.AfterFunc(ctx, func() { socket.Close() })
	err := f()
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		socket.Close()
	}
	return err
}
