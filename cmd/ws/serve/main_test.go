package serve

import (
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/connect"
	"github.com/seed372fb791/rfc6455/cmd/ws/demo"
	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
)

// ws has the commands that the tests run.
var ws = wstest.New(Command, connect.Command, demo.Command)

func TestMain(m *testing.M) { ws.Main(m) }
