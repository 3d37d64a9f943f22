package otel

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/seed372fb791/rfc6455/handshake"
)

// Handshakes is for server.Server.Opened: it returns a function that makes a span of each opening handshake when that is
// over, with its times. It is a child of the span that middleware has begun for the request, if there is one. Otherwise
// it begins a trace, and is linked to the one that the request's field traceparent names (W3C Trace Context): who opens
// a connection is a stranger, and does not choose what is sampled.
func Handshakes(p trace.TracerProvider) func(r *http.Request, began time.Time, err error) {
	tracer := p.Tracer(scope)
	return func(r *http.Request, began time.Time, err error) {
		ctx := context.Background()
		options := []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindServer), trace.WithTimestamp(began)}
		if r != nil {
			ctx = r.Context()
			options = append(options, trace.WithAttributes(attributesOfRequest(r)...))
			options = append(options, linked(r)...)
		}
		_, span := tracer.Start(ctx, "websocket handshake", options...)
		defer span.End()
		tell(span, err)
	}
}

// linked returns how a request's span hangs together with what is known of it elsewhere, unless it is a child of ours.
func linked(r *http.Request) []trace.SpanStartOption {
	if parent := trace.SpanContextFromContext(r.Context()); parent.IsValid() && !parent.IsRemote() {
		return nil
	}
	far := propagation.TraceContext{}.Extract(context.Background(), propagation.HeaderCarrier(r.Header))
	if !trace.SpanContextFromContext(far).IsValid() {
		return []trace.SpanStartOption{trace.WithNewRoot()}
	}
	return []trace.SpanStartOption{trace.WithNewRoot(), trace.WithLinks(trace.LinkFromContext(far))}
}

// attributesOfRequest says what is asked for. The query is left out: it may have a secret.
func attributesOfRequest(r *http.Request) []attribute.KeyValue {
	attributes := []attribute.KeyValue{
		attribute.String("http.request.method", r.Method),
		attribute.String("url.path", r.URL.Path),
		attribute.String("server.address", r.Host),
	}
	if host, port, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		attributes = append(attributes, attribute.String("network.peer.address", host))
		if n, err := strconv.Atoi(port); err == nil {
			attributes = append(attributes, attribute.Int("network.peer.port", n))
		}
	}
	return attributes
}

// tell says how the handshake has ended. What a peer has done wrong is no error of the server's.
func tell(span trace.Span, err error) {
	if err == nil {
		span.SetAttributes(attribute.Int("http.response.status_code", http.StatusSwitchingProtocols))
		return
	}
	span.RecordError(err)
	var known *handshake.Error
	if !errors.As(err, &known) {
		span.SetStatus(codes.Error, "")
		return
	}
	span.SetAttributes(attribute.Int("http.response.status_code", known.Status))
	if known.Rule != "" {
		span.SetAttributes(attribute.String("websocket.rule", known.Rule))
	}
	if known.Status >= http.StatusInternalServerError {
		span.SetStatus(codes.Error, "")
	}
}
