package client

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http/httptrace"
)

// trace has the hooks of package httptrace that a context carries. Those for names and TCP connections are left to
// package net, which knows the context too.
type trace struct{ httptrace.ClientTrace }

func traceOf(ctx context.Context) trace {
	if t := httptrace.ContextClientTrace(ctx); t != nil {
		return trace{*t}
	}
	return trace{}
}

func (t trace) getConn(address string) {
	if t.GetConn != nil {
		t.GetConn(address)
	}
}

func (t trace) gotConn(nc net.Conn) {
	if t.GotConn != nil {
		t.GotConn(httptrace.GotConnInfo{Conn: nc})
	}
}

func (t trace) startTLS() {
	if t.TLSHandshakeStart != nil {
		t.TLSHandshakeStart()
	}
}

func (t trace) doneTLS(s tls.ConnectionState, err error) {
	if t.TLSHandshakeDone != nil {
		t.TLSHandshakeDone(s, err)
	}
}

// wroteRequest tells of the request, whose head is all there is of it.
func (t trace) wroteRequest(err error) {
	if err == nil && t.WroteHeaders != nil {
		t.WroteHeaders()
	}
	if t.WroteRequest != nil {
		t.WroteRequest(httptrace.WroteRequestInfo{Err: err})
	}
}

// reader returns r, whose first byte is told.
func (t trace) reader(r io.Reader) io.Reader {
	if t.GotFirstResponseByte == nil {
		return r
	}
	return &firstByte{r, t.GotFirstResponseByte}
}

type firstByte struct {
	io.Reader
	got func() // nil once it has been called
}

func (f *firstByte) Read(p []byte) (int, error) {
	n, err := f.Reader.Read(p)
	if n > 0 && f.got != nil {
		f.got()
		f.got = nil
	}
	return n, err
}
