package traffic

import (
	"context"
	"crypto/tls"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/websocket"
)

// visitor is a peer that behaves: one connection after the other, each of another
// kind.
type visitor struct {
	site *site
	book *book
	r    *rand.Rand
}

// bound is how long anything may take before it counts as lost. It is no more
// than that: a busy machine is slow, not wrong.
const bound = 2 * time.Minute

// run comes and goes until ctx ends. A visit that has begun comes to its end.
func (v *visitor) run(ctx context.Context) {
	for ctx.Err() == nil {
		if err := v.visit(); err != nil {
			v.site.tally.fail("%v", err)
		}
		v.site.tally.Visits.Add(1)
		v.think(ctx)
	}
}

// think waits as long as people do who think fast.
func (v *visitor) think(ctx context.Context) {
	select {
	case <-time.After(time.Duration(v.r.IntN(20)) * time.Millisecond):
	case <-ctx.Done():
	}
}

// visit is one connection, from its beginning to its end.
func (v *visitor) visit() error {
	ctx, cancel := context.WithTimeout(context.Background(), bound)
	defer cancel()
	kinds := []struct {
		weight int
		path   string
		run    func(context.Context, *websocket.Conn) error
	}{
		{10, echoPaths[v.r.IntN(len(echoPaths))], v.talk},
		{2, echoPaths[v.r.IntN(len(echoPaths))], v.talkSlowly},
		{2, echoPaths[0], v.askForTheEnd},
		{2, echoPaths[v.r.IntN(len(echoPaths))], v.leaveAmidst},
		{3, exactPath, v.listen},
		{1, lossyPath, v.listenSlowly},
	}
	kind := 0
	for n := v.r.IntN(20); n >= kinds[kind].weight; kind++ {
		n -= kinds[kind].weight
	}
	k := kinds[kind]
	w := v.site.ways[v.r.IntN(len(v.site.ways))]
	mode := websocket.CompressionMode(v.r.IntN(3))
	c, err := v.dial(ctx, w.url(k.path), mode)
	if err == nil {
		err = k.run(ctx, c)
		c.CloseNow()
		<-c.Done()
	}
	if err != nil {
		return fmt.Errorf("%s%s, compression %d: %w", w.name, k.path, mode, err)
	}
	return nil
}

func (v *visitor) dial(ctx context.Context, url string, mode websocket.CompressionMode) (*websocket.Conn, error) {
	c, _, err := client.Dial(ctx, url, &client.Options{
		Conn:            websocket.Options{CloseTimeout: bound},
		Compression:     websocket.Compression{Mode: mode},
		TLSConfig:       &tls.Config{RootCAs: v.site.trusted},
		ConcurrentDials: true,
		Proxy:           client.NoProxy,
	})
	return c, err
}

// leave ends a visit in one of the two ways that need no answer by the application.
func (v *visitor) leave(ctx context.Context, c *websocket.Conn) error {
	if v.r.IntN(3) == 0 {
		c.CloseNow()
		return nil
	}
	return c.Close(ctx, websocket.CloseNormal, "")
}
