package nats

import (
	"context"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/seed372fb791/rfc6455/hub"
	broker "github.com/seed372fb791/rfc6455/hub/nats"
)

// maxData is how much Data a message may have with the headers that there may be, in a server that is not told to take
// more than a MiB.
const maxData = 1<<20 - 512

func newCore(t testing.TB, conn *nats.Conn) hub.Backplane {
	t.Helper()
	b, err := broker.NewCore(conn, broker.CoreOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// newJetStream returns a JetStream. A cluster that has just been started, or lost a server, takes a while.
func newJetStream(t testing.TB, conn *nats.Conn, o broker.StreamOptions) *broker.JetStream {
	t.Helper()
	var err error
	for late := time.Now().Add(patience); time.Now().Before(late); {
		var b *broker.JetStream
		if b, err = tryJetStream(conn, o); err == nil {
			return b
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal(err)
	return nil
}

func tryJetStream(conn *nats.Conn, o broker.StreamOptions) (*broker.JetStream, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return broker.NewJetStream(ctx, conn, o)
}
