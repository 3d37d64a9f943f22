package hub

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// Position is a place in the order of a topic's messages: that of a message, just behind it. Clients get it as one
// string, see String, and come back with it to get what came since, from whatever process.
type Position struct {
	// Epoch names the numbering: when a [Backplane] cannot go on with it, because a broker has come back with less than
	// it had, it begins another one. Positions of different epochs say nothing about each other.
	Epoch string

	// Seq is greater than those of all messages of the topic before it in the same epoch, not always by one.
	Seq uint64
}

// NoHistory, as what to join after, asks for messages from now on only. It must not be changed.
var NoHistory = Position{Seq: math.MaxUint64}

// maxPosition is the most bytes of a position's string: a client sends it.
const maxPosition = 256

var errPosition = errors.New("websocket: not the position of a hub")

// IsZero reports whether p is no place: as what to join after, it asks for all of the history.
func (p Position) IsZero() bool { return p == Position{} }

// String returns p as clients get it and ParsePosition takes it: "" for the zero Position, "now" for NoHistory. A
// client need not look into it.
func (p Position) String() string {
	switch p {
	case Position{}:
		return ""
	case NoHistory:
		return "now"
	}
	return strconv.FormatUint(p.Seq, 10) + "-" + p.Epoch
}

// ParsePosition returns the position that String has made s of. What comes from a client may be anything: what is no
// position is an error, and one that is made up is a gap, or costs that client messages.
func ParsePosition(s string) (Position, error) {
	switch s {
	case "":
		return Position{}, nil
	case "now":
		return NoHistory, nil
	}
	number, epoch, found := strings.Cut(s, "-")
	seq, err := strconv.ParseUint(number, 10, 64)
	if !found || err != nil || epoch == "" || len(s) > maxPosition {
		return Position{}, errPosition
	}
	return Position{epoch, seq}, nil
}
