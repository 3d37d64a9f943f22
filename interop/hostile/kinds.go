package main

import (
	"bytes"
	"context"
	"net"
	"time"

	"github.com/seed372fb791/rfc6455/interop/internal/raw"
	"github.com/seed372fb791/rfc6455/protocol"
)

// kind is a way to misbehave. run does so until it fails or has done enough. It waits for no answer, so that it
// does the same to the sink.
type kind struct {
	name, what string
	deaf       bool          // whether nothing is read
	back       time.Duration // until one who was cut off comes back
	run        func(context.Context, *net.TCPConn) error
}

var kinds = []kind{
	{"drip", "a byte of a frame five times a second", false, time.Second, drip},
	{"half-open", "handshakes that never end", false, time.Second, halfOpen},
	{"fragments", "endless messages, 20 fragments of 64 bytes a second", false, time.Second, fragments},
	{"stall", "echoes of 64 KiB that are not read", true, time.Second, stall},
	{"garbage", "1 KiB of noise, reset, again after 500 ms", false, 500 * time.Millisecond, garbage},
	{"flood", "500 Pings a second, where 100 are borne", false, time.Second, flood},
}

func find(name string) (kind, bool) {
	for _, k := range kinds {
		if k.name == name {
			return k, true
		}
	}
	return kind{}, false
}

var request = raw.Request("127.0.0.1", "/")

// repeat writes p every pause, until that fails.
func repeat(ctx context.Context, nc net.Conn, p []byte, pause time.Duration) error {
	for {
		if _, err := nc.Write(p); err != nil {
			return err
		}
		if !rest(ctx, pause) {
			return ctx.Err()
		}
	}
}

// drip sends one byte after the other of a frame that will not end.
func drip(ctx context.Context, nc *net.TCPConn) error {
	h := protocol.Header{Fin: true, Opcode: protocol.OpBinary, Masked: true, Length: 100_000}
	if _, err := nc.Write(protocol.AppendHeader(bytes.Clone(request), h)); err != nil {
		return err
	}
	return repeat(ctx, nc, []byte{0}, 200*time.Millisecond)
}

func halfOpen(ctx context.Context, nc *net.TCPConn) error {
	if _, err := nc.Write(request[:len(request)-2]); err != nil {
		return err
	}
	<-ctx.Done()
	return ctx.Err()
}

func fragments(ctx context.Context, nc *net.TCPConn) error {
	begin := append(bytes.Clone(request), raw.Frame(protocol.OpBinary, false, nil)...)
	if _, err := nc.Write(begin); err != nil {
		return err
	}
	return repeat(ctx, nc, raw.Frame(protocol.OpContinuation, false, make([]byte, 64)), 50*time.Millisecond)
}

// stall asks for echoes until the buffers of both systems are full, and longer. It writes slowly enough
// for a thousand of them not to need all the memory bandwidth for themselves.
func stall(ctx context.Context, nc *net.TCPConn) error {
	if _, err := nc.Write(request); err != nil {
		return err
	}
	return repeat(ctx, nc, raw.Frame(protocol.OpBinary, true, make([]byte, 64<<10)), time.Second)
}

func garbage(_ context.Context, nc *net.TCPConn) error {
	_, err := nc.Write(bytes.Repeat([]byte{0x9c, 'x', 0, '\n'}, 256))
	return err
}

// flood sends Pings by fifties.
func flood(ctx context.Context, nc *net.TCPConn) error {
	if _, err := nc.Write(request); err != nil {
		return err
	}
	return repeat(ctx, nc, bytes.Repeat(raw.Frame(protocol.OpPing, true, nil), 50), 100*time.Millisecond)
}
