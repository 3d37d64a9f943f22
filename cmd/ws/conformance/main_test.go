package conformance

import (
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/autobahn"
	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
	"github.com/seed372fb791/rfc6455/cmd/ws/serve"
)

// ws has the commands that the tests run.
var ws = wstest.New(Command, serve.Command, autobahn.Command)

func TestMain(m *testing.M) { ws.Main(m) }
