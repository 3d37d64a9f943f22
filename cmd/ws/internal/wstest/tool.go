package wstest

import (
	"os"
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/internal/leak"
)

// Tool is ws with the commands of a table.
type Tool struct{ command.Table }

// New returns ws with some commands.
func New(commands ...func() *command.Command) Tool { return Tool{command.NewTable(commands...)} }

// runAsWS makes the test binary be ws: that is how a shell runs it.
const runAsWS = "RUN_THE_TEST_BINARY_AS_WS"

// Main is for TestMain. It fails the tests if a goroutine or a file descriptor outlives them.
func (ws Tool) Main(m *testing.M) {
	if os.Getenv(runAsWS) != "" {
		os.Exit(ws.Table.Main())
	}
	os.Exit(leak.Run(m))
}
