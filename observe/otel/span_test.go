package otel_test

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/observe/otel"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// serve serves connections that say nothing, on a raw listener.
func serve(t *testing.T, opened func(*http.Request, time.Time, error)) (*server.Server, net.Listener) {
	t.Helper()
	s := server.Handler(func(ctx context.Context, c *websocket.Conn) error { _, _, err := c.Read(ctx); return err }, nil)
	s.Opened = opened
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return s, l
}

func dial(t *testing.T, l net.Listener, header http.Header) *websocket.Conn {
	t.Helper()
	c, _, err := client.Dial(t.Context(), "ws://"+l.Addr().String()+"/chat?token=secret", &client.Options{Header: header})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.CloseNow() })
	return c
}

// refused has a handshake refused with 403.
func refused(t *testing.T, l net.Listener) {
	t.Helper()
	o := client.Options{Header: http.Header{"Origin": {"https://elsewhere.example"}}}
	if _, _, err := client.Dial(t.Context(), "ws://"+l.Addr().String(), &o); err == nil {
		t.Fatal("it was not refused")
	}
}

func until(t *testing.T, come func() bool) {
	t.Helper()
	for began := time.Now(); !come(); time.Sleep(time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatal("not in a minute")
		}
	}
}

// spans is where spans go, and how to get them when there are as many.
type spans struct {
	*tracetest.SpanRecorder
	provider *trace.TracerProvider
}

func newSpans() spans {
	recorder := tracetest.NewSpanRecorder()
	return spans{recorder, trace.NewTracerProvider(trace.WithSpanProcessor(recorder))}
}

func (s spans) wait(t *testing.T, n int) []trace.ReadOnlySpan {
	t.Helper()
	until(t, func() bool { return len(s.Ended()) >= n })
	return s.Ended()
}

func wantAttribute(t *testing.T, span trace.ReadOnlySpan, want attribute.KeyValue) {
	t.Helper()
	for _, a := range span.Attributes() {
		if a.Key == want.Key {
			if a.Value != want.Value {
				t.Errorf("%s is %v, want %v", a.Key, a.Value.String(), want.Value.String())
			}
			return
		}
	}
	t.Errorf("%s is missing", want.Key)
}

// The span of a handshake is linked to the trace that the client names, and is over while the connection is open.
func TestHandshakeIsLinked(t *testing.T) {
	const traceID = "0af7651916cd43dd8448eb211c80319c"
	before := time.Now()
	all := newSpans()
	_, l := serve(t, otel.Handshakes(all.provider))
	dial(t, l, http.Header{"Traceparent": {"00-" + traceID + "-b7ad6b7169203331-01"}})
	span := all.wait(t, 1)[0]
	if len(span.Links()) != 1 || span.Links()[0].SpanContext.TraceID().String() != traceID {
		t.Errorf("links %+v", span.Links())
	}
	if span.Parent().IsValid() || span.SpanContext().TraceID().String() == traceID {
		t.Error("a stranger has chosen the trace")
	}
	if span.StartTime().Before(before) || span.EndTime().Before(span.StartTime()) {
		t.Errorf("from %v to %v", span.StartTime(), span.EndTime())
	}
	wantAttribute(t, span, attribute.String("url.path", "/chat"))
	wantAttribute(t, span, attribute.Int("http.response.status_code", 101))
	for _, a := range span.Attributes() {
		if strings.Contains(a.Value.String(), "secret") {
			t.Errorf("%s shows the query", a.Key)
		}
	}
	if len(all.Started()) != 1 {
		t.Errorf("%d spans", len(all.Started()))
	}
}

// Middleware of net/http that has a span of its own for the request is the parent.
func TestHandshakeInMiddleware(t *testing.T) {
	all := newSpans()
	tracer := all.provider.Tracer("middleware")
	s := server.Handler(func(context.Context, *websocket.Conn) error { return nil }, nil)
	s.Opened = otel.Handshakes(all.provider)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	hs := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, span := tracer.Start(r.Context(), "request")
		defer span.End()
		s.ServeHTTP(w, r.WithContext(ctx))
	})}
	go hs.Serve(l)
	defer hs.Close()
	defer s.Close()
	dial(t, l, http.Header{"Traceparent": {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}})
	ended := all.wait(t, 2)
	if ended[0].Name() != "websocket handshake" || ended[0].Parent().SpanID() != ended[1].SpanContext().SpanID() || len(ended[0].Links()) > 0 {
		t.Errorf("%s is a child of %v, links %v", ended[0].Name(), ended[0].Parent().SpanID(), ended[0].Links())
	}
}

// Middleware that has only read whose trace it is has not begun a span.
func TestHandshakeBehindAPropagator(t *testing.T) {
	all := newSpans()
	header := http.Header{"Traceparent": {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}
	r, err := http.NewRequestWithContext(
		propagation.TraceContext{}.Extract(t.Context(), propagation.HeaderCarrier(header)), "GET", "http://example.com/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header = header
	otel.Handshakes(all.provider)(r, time.Now(), nil)
	if span := all.Ended()[0]; span.Parent().IsValid() || len(span.Links()) != 1 {
		t.Errorf("parent %v, links %v", span.Parent(), span.Links())
	}
}

// A refusal is told with its status and rule. It is the peer's fault, not the server's; a handshake that breaks is an error.
func TestHandshakeThatFails(t *testing.T) {
	all := newSpans()
	_, l := serve(t, otel.Handshakes(all.provider))
	refused(t, l)
	span := all.wait(t, 1)[0]
	wantAttribute(t, span, attribute.Int("http.response.status_code", 403))
	wantAttribute(t, span, attribute.String("websocket.rule", "6455-10.2-2"))
	if span.Status().Code != codes.Unset || len(span.Events()) != 1 {
		t.Errorf("%+v, %d events", span.Status(), len(span.Events()))
	}
	nc, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	nc.Write([]byte("GET / HT"))
	nc.Close()
	if span := all.wait(t, 2)[1]; span.Status().Code != codes.Error {
		t.Errorf("%+v", span.Status())
	}
}
