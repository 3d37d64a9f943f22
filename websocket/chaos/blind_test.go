package chaos

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// The model sees what a wrong connection does: each wrong one is found, within a
// few programs, by the rule that is meant for it.
func TestModelIsNotBlind(t *testing.T) {
	release := make(chan struct{}) // those that hang
	defer close(release)
	for _, x := range []struct {
		name  string
		rules []string
		wrap  between
	}{
		{"drops a message", []string{"gap", "lost"}, func(c *websocket.Conn) conn { return &dropping{Conn: c} }},
		{"delivers one twice", []string{"twice"}, func(c *websocket.Conn) conn { return &doubling{Conn: c} }},
		{"delivers in another order", []string{"order", "gap"}, func(c *websocket.Conn) conn { return &swapping{Conn: c} }},
		{"changes a byte", []string{"foreign"}, func(c *websocket.Conn) conn { return &changing{c} }},
		{"changes what it has lent", []string{"lent"}, func(c *websocket.Conn) conn { return &reusing{Conn: c} }},
		{"changes what it has given away", []string{"kept"}, func(c *websocket.Conn) conn { return &grasping{Conn: c} }},
		{"has errors without a type", []string{"error"}, func(c *websocket.Conn) conn { return &untyped{c} }},
		{"does not close", []string{"open"}, func(c *websocket.Conn) conn { return &open{c} }},
		{"never sends what it says", []string{"gap", "lost"}, func(c *websocket.Conn) conn { return &forgetful{Conn: c} }},
		{"does not send what it says it will", []string{"gap", "lost"}, func(c *websocket.Conn) conn { return &promising{c} }},
		{"sends what it says it did not", []string{"refused"}, func(c *websocket.Conn) conn { return &denying{c} }},
		{"does not look at contexts", []string{"late"}, func(c *websocket.Conn) conn { return &deaf{c} }},
		{"leaves a goroutine", []string{"left"}, func(c *websocket.Conn) conn { return &littering{c, release} }},
		{"hangs when it is closed", []string{"hang", "late"}, func(c *websocket.Conn) conn { return &hanging{c, release} }},
		{"keeps the memory of a write", []string{"foreign"}, func(c *websocket.Conn) conn { return &keeping{c} }},
	} {
		if raceDetector && slices.Contains(racy, x.name) {
			continue
		}
		t.Run(x.name, func(t *testing.T) {
			t.Log("found by the program of seed", findBy(t, x.rules, x.wrap, x.rules[0] == "left" || x.rules[0] == "hang"))
		})
	}
}

// racy are those that the race detector finds by itself.
var racy = []string{"keeps the memory of a write", "changes what it has lent", "changes what it has given away"}

// findBy returns the first seed whose program finds the wrong connection by one
// of the rules. Goroutines that stay behind can be ended on sockets only.
func findBy(t *testing.T, rules []string, wrap between, onSockets bool) (seed uint64) {
	r := &runner{t: t, wrap: wrap, hangAfter: 300 * time.Millisecond}
	for seed = range 400 {
		p := Generate(seed)
		if p.Transport.inBubble() == onSockets {
			continue
		}
		for _, v := range r.run(p) {
			if slices.Contains(rules, v.Rule) {
				return seed
			}
		}
	}
	t.Fatal("the model is blind")
	return 0
}

// dropping reads past every fifth message.
type dropping struct {
	*websocket.Conn
	n atomic.Int32
}

func (c *dropping) Read(ctx context.Context) (websocket.Type, []byte, error) {
	if c.n.Add(1)%5 == 0 {
		if typ, p, err := c.Conn.Read(ctx); err != nil {
			return typ, p, err
		}
	}
	return c.Conn.Read(ctx)
}

// doubling returns every fifth message again.
type doubling struct {
	*websocket.Conn
	mu   sync.Mutex
	n    int
	typ  websocket.Type
	last []byte
}

func (c *doubling) Read(ctx context.Context) (websocket.Type, []byte, error) {
	if !c.mu.TryLock() { // in a bubble nobody may wait for a mutex for long
		return 0, nil, websocket.ErrConcurrentRead
	}
	defer c.mu.Unlock()
	if c.n++; c.n%5 == 0 && c.last != nil {
		p := c.last
		c.last = nil
		return c.typ, p, nil
	}
	typ, p, err := c.Conn.Read(ctx)
	if err == nil {
		c.typ, c.last = typ, slices.Clone(p)
	}
	return typ, p, err
}

// swapping returns every other message before the one that came before it.
type swapping struct {
	*websocket.Conn
	mu   sync.Mutex
	typ  websocket.Type
	held []byte
}

func (c *swapping) Read(ctx context.Context) (websocket.Type, []byte, error) {
	if !c.mu.TryLock() { // in a bubble nobody may wait for a mutex for long
		return 0, nil, websocket.ErrConcurrentRead
	}
	defer c.mu.Unlock()
	if c.held != nil {
		p := c.held
		c.held = nil
		return c.typ, p, nil
	}
	typ, p, err := c.Conn.Read(ctx)
	if err != nil {
		return typ, p, err
	}
	typ2, p2, err := c.Conn.Read(ctx)
	if err != nil {
		return typ, p, nil
	}
	c.typ, c.held = typ, p
	return typ2, p2, nil
}

// changing changes the last byte of messages.
type changing struct{ *websocket.Conn }

func (c *changing) Read(ctx context.Context) (websocket.Type, []byte, error) {
	typ, p, err := c.Conn.Read(ctx)
	if len(p) > idSize {
		p[len(p)-1] ^= 1
	}
	return typ, p, err
}

// reusing writes over what it has lent when the program sends something.
type reusing struct {
	*websocket.Conn
	lent atomic.Pointer[[]byte]
}

func (c *reusing) BorrowMessages(ctx context.Context) iter.Seq2[websocket.Message, error] {
	return func(yield func(websocket.Message, error) bool) {
		for m, err := range c.Conn.BorrowMessages(ctx) {
			m.Data = slices.Clone(m.Data)
			c.lent.Store(&m.Data)
			if !yield(m, err) {
				return
			}
		}
	}
}

func (c *reusing) Write(ctx context.Context, typ websocket.Type, p []byte) error {
	if lent := c.lent.Swap(nil); lent != nil {
		spoil(*lent)
	}
	return c.Conn.Write(ctx, typ, p)
}

// grasping writes over a message when the next one is read.
type grasping struct {
	*websocket.Conn
	last atomic.Pointer[[]byte]
}

func (c *grasping) Read(ctx context.Context) (websocket.Type, []byte, error) {
	typ, p, err := c.Conn.Read(ctx)
	if last := c.last.Swap(&p); last != nil {
		spoil(*last)
	}
	return typ, p, err
}

// untyped has an error of its own for a context that ends.
type untyped struct{ *websocket.Conn }

func (c *untyped) Read(ctx context.Context) (websocket.Type, []byte, error) {
	typ, p, err := c.Conn.Read(ctx)
	if err != nil {
		err = errors.New("read: " + err.Error())
	}
	return typ, p, err
}

// open says that it is closed.
type open struct{ *websocket.Conn }

func (c *open) Close(context.Context, websocket.CloseCode, string) error {
	time.AfterFunc(time.Second, func() { c.Conn.CloseNow() })
	return nil
}

// forgetful does not send every fifth message.
type forgetful struct {
	*websocket.Conn
	n atomic.Int32
}

func (c *forgetful) Write(ctx context.Context, typ websocket.Type, p []byte) error {
	if c.n.Add(1)%5 == 0 {
		return nil
	}
	return c.Conn.Write(ctx, typ, p)
}

// promising has the plain error of a context that has ended for what it never sends.
type promising struct{ *websocket.Conn }

func (c *promising) Write(ctx context.Context, typ websocket.Type, p []byte) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return c.Conn.Write(ctx, typ, p)
}

// denying says of what was sent that it was not, if the context has ended.
type denying struct{ *websocket.Conn }

func (c *denying) Write(ctx context.Context, typ websocket.Type, p []byte) error {
	err := c.Conn.Write(context.Background(), typ, p)
	if ctx.Err() != nil && err == nil {
		return &websocket.QueueError{Option: "Options.MaxQueued", Err: ctx.Err()}
	}
	return err
}

// deaf does not look at the contexts of reads.
type deaf struct{ *websocket.Conn }

func (c *deaf) Read(context.Context) (websocket.Type, []byte, error) {
	return c.Conn.Read(context.Background())
}

// littering leaves a goroutine behind.
type littering struct {
	*websocket.Conn
	release <-chan struct{}
}

func (c *littering) CloseNow() error {
	go func() { <-c.release }()
	return c.Conn.CloseNow()
}

// hanging does not come back from a read that the end of the connection meets.
type hanging struct {
	*websocket.Conn
	release <-chan struct{}
}

func (c *hanging) Read(ctx context.Context) (websocket.Type, []byte, error) {
	typ, p, err := c.Conn.Read(ctx)
	if errors.Is(err, websocket.ErrClosed) {
		<-c.release
	}
	return typ, p, err
}

// keeping sends memory of the program after Write has returned.
type keeping struct{ *websocket.Conn }

func (c *keeping) Write(ctx context.Context, typ websocket.Type, p []byte) error {
	if len(p) < idSize || typ&^websocket.Plain != websocket.Binary {
		return c.Conn.Write(ctx, typ, p)
	}
	go func() {
		time.Sleep(time.Millisecond)
		c.Conn.Write(context.Background(), typ, p)
	}()
	return nil
}
