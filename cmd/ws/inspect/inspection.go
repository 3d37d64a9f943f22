package inspect

import (
	"fmt"
	"slices"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/dissect"
	"github.com/seed372fb791/rfc6455/protocol"
)

// unknownLimits are those of endpoints of which nothing is known. They bound
// what the input makes this program hold.
var unknownLimits = protocol.Config{MaxMessage: command.MaxMessage, MaxFragments: -1, MaxPings: -1}

// inspected is a connection that is taken apart, or what there is of one.
type inspected struct {
	number  int // from 1
	session *dissect.Session
	ours    protocol.Role // the side from whose view it is shown: it sends after >

	title []string  // lines about it
	words []string  // lines that stand at its beginning, in the words of the fixtures
	timed bool      // it has times
	began time.Time // if known
	addrs [2]string // by role, if known

	lost    [2]bool          // by role: it is not known where the next frame begins
	unread  [2]int           // by role: bytes since then
	ended   [2]bool          // by role
	at      [2]time.Duration // by role: when it did something last
	waiting []happening
	shown   bool // at least its beginning
	over    bool // nothing happens any more
}

// happening is something that a side of a connection did.
type happening struct {
	to      *inspected
	at      time.Duration
	what    deed
	from    protocol.Role
	data    []byte // of sent
	missing int64  // of missed
	why     string // of missed, if that is known, and of lost
}

// deed tells the kinds of happening apart.
type deed int

const (
	sent   deed = iota
	missed      // something was sent that the input does not have
	ended       // the side sends no more
	lost        // nothing more can be read, see why
	reset       // the connection was cut
)

// report prints what is found.
type report interface {
	open(c *inspected) error
	step(c *inspected, s dissect.Step) error
	note(c *inspected, at time.Duration, from protocol.Role, text string) error
}

// inspection is a run of ws inspect.
type inspection struct {
	*flags
	report report
	env    command.Environment
	// The connections that go on, in the order in which they were found. The
	// first is shown as it goes on. What happens on the others waits until
	// those before are over, unless the report is for programs.
	conns  []*inspected
	found  int
	broken []string // ids of the rules that are
}

// add adds a connection.
func (i *inspection) add(c *inspected) *inspected {
	i.found++
	c.number = i.found
	if i.agreed != nil {
		c.session.Agree(*i.agreed)
	}
	i.conns = append(i.conns, c)
	return c
}

// happen takes what happens next.
func (i *inspection) happen(h happening) error {
	switch {
	case h.to.over:
		return nil
	case h.to != i.conns[0] && !i.json:
		h.to.waiting = append(h.to.waiting, h)
		return nil
	}
	if err := i.show(h); err != nil {
		return err
	}
	return i.advance()
}

// advance goes on to the next connection if the first one is over.
func (i *inspection) advance() error {
	for len(i.conns) > 0 && i.conns[0].over {
		if i.conns = i.conns[1:]; len(i.conns) == 0 {
			return nil
		}
		waiting := i.conns[0].waiting
		i.conns[0].waiting = nil
		for _, h := range waiting {
			if err := i.show(h); err != nil {
				return err
			}
		}
	}
	return nil
}

// finish says that nothing more happens on any connection.
func (i *inspection) finish() error {
	for len(i.conns) > 0 {
		if err := i.close(i.conns[0]); err != nil {
			return err
		}
		if err := i.advance(); err != nil {
			return err
		}
	}
	return nil
}

// show shows what happens.
func (i *inspection) show(h happening) error {
	c := h.to
	if err := i.begin(c); err != nil {
		return err
	}
	c.at[h.from] = h.at
	switch h.what {
	case sent:
		return i.take(h)
	case missed:
		return i.miss(h)
	case lost:
		return i.report.note(c, h.at, h.from, h.why)
	case ended:
		c.ended[h.from] = true
		if err := i.report.note(c, h.at, h.from, "FIN: it sends no more"); err != nil || !c.ended[1-h.from] {
			return err
		}
	case reset:
		if err := i.report.note(c, h.at, h.from, "RST: it cuts the connection"); err != nil {
			return err
		}
	}
	return i.close(c)
}

// begin shows the beginning of a connection.
func (i *inspection) begin(c *inspected) error {
	if c.shown {
		return nil
	}
	c.shown = true
	return i.report.open(c)
}

// take takes apart what a side has sent. If it is not known where the next
// frame or head begins, it does where the bytes look like one.
func (i *inspection) take(h happening) error {
	c := h.to
	if c.lost[h.from] {
		from, ok := dissect.Guess(h.data)
		if head := dissect.IsHead(h.data) && c.session.InHTTP(h.from); !head && (!ok || from != h.from) {
			c.unread[h.from] += len(h.data)
			return nil
		}
		if err := i.find(c, h.at, h.from); err != nil {
			return err
		}
	}
	for data := range slices.Chunk(h.data, atOnce) {
		if err := i.steps(c, c.session.Write(h.from, h.at, data)); err != nil {
			return err
		}
	}
	return nil
}

// atOnce is how many bytes are taken apart before what comes of them is
// printed: each frame takes much more memory than its bytes.
const atOnce = 16 << 10

// find says that a frame of a side begins, and how much was not read before.
func (i *inspection) find(c *inspected, at time.Duration, from protocol.Role) error {
	n := c.unread[from]
	c.lost[from], c.unread[from] = false, 0
	if n == 0 {
		return nil
	}
	c.session.Gap(from, int64(n))
	return i.report.note(c, at, from, fmt.Sprintf("%d bytes before this frame could not be read", n))
}

// miss says that bytes are missing.
func (i *inspection) miss(h happening) error {
	c := h.to
	steps, rest := c.session.Gap(h.from, h.missing)
	if err := i.steps(c, steps); err != nil {
		return err
	}
	text := fmt.Sprintf("%d bytes are missing%s", h.missing, h.why)
	if c.lost[h.from] = rest < 0; c.lost[h.from] {
		text += "; after them frames are looked for"
	} else if rest > 0 {
		text += fmt.Sprintf("; %d bytes of the frame after them are passed over", rest)
	}
	return i.report.note(c, h.at, h.from, text)
}

// close ends a connection.
func (i *inspection) close(c *inspected) error {
	if c.over {
		return nil
	}
	if err := i.begin(c); err != nil {
		return err
	}
	c.over = true
	if err := i.steps(c, c.session.End()); err != nil {
		return err
	}
	for role, n := range c.unread {
		if n > 0 {
			if err := i.report.note(c, c.at[role], protocol.Role(role), fmt.Sprintf("%d bytes could not be read", n)); err != nil {
				return err
			}
		}
	}
	return nil
}

// steps reports parts.
func (i *inspection) steps(c *inspected, steps []dissect.Step) error {
	for _, s := range steps {
		if s.Violation != nil {
			i.broken = append(i.broken, s.Violation.Rule)
		}
		if err := i.report.step(c, s); err != nil {
			return err
		}
	}
	return nil
}
