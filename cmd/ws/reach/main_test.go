package reach_test

import (
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/connect"
	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
	"github.com/seed372fb791/rfc6455/cmd/ws/serve"
)

// ws has the commands that the tests run.
var ws = wstest.New(connect.Command, serve.Command)

func TestMain(m *testing.M) { ws.Main(m) }
