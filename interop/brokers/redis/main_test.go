package redis

import (
	"context"
	"os"
	"testing"

	"github.com/redis/go-redis/v9"
)

// silent is a log of go-redis, which tells of each connection that fails.
type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}

func TestMain(m *testing.M) {
	redis.SetLogger(silent{})
	os.Exit(m.Run())
}
