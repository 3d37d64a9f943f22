package redis

import (
	"context"
	"crypto/sha1"
	_ "embed"
	"encoding/hex"

	"github.com/redis/go-redis/v9"
)

var (
	//go:embed numbering.lua
	numbering string
	//go:embed publish.lua
	publishing string
	//go:embed read.lua
	reading string

	publishScript = newScript(numbering + publishing)
	readScript    = newScript(numbering + reading)
)

// script is carried out by Redis in one step.
type script struct{ text, hash string }

func newScript(text string) script {
	sum := sha1.Sum([]byte(text)) // which Redis knows it by
	return script{text, hex.EncodeToString(sum[:])}
}

// run runs it, by its hash, or by its text if the server does not know it yet. The first of args is a string. Errors are
// those of do.
func (s script) run(ctx context.Context, l *life, by processor, keys []string, args ...any) (answer any, err error) {
	answer, err = s.call(ctx, l, by, "evalsha", s.hash, keys, args)
	if redis.HasErrorPrefix(err, "NOSCRIPT") {
		answer, err = s.call(ctx, l, by, "eval", s.text, keys, args)
	}
	return answer, err
}

func (s script) call(ctx context.Context, l *life, by processor, command, which string, keys []string, args []any) (any, error) {
	g := &gate{text: []byte(args[0].(string))}
	all := append(s.prefix(command, which, keys), g)
	return do(ctx, l, by, g, append(all, args[1:]...)...)
}

// prefix returns the command without args.
func (script) prefix(command, which string, keys []string) []any {
	all := []any{command, which, len(keys)}
	for _, key := range keys {
		all = append(all, key)
	}
	return all
}
