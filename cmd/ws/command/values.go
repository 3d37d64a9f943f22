package command

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// List is a flag that may be given several times and with several values,
// separated by commas.
type List []string

func (l *List) String() string { return strings.Join(*l, ",") }

func (l *List) Set(s string) error {
	for value := range strings.SplitSeq(s, ",") {
		*l = append(*l, strings.TrimSpace(value))
	}
	return nil
}

// Number is a flag for a number with bounds.
type Number struct{ Value, Least, Most int64 }

func (n *Number) String() string { return strconv.FormatInt(n.Value, 10) }

func (n *Number) Set(s string) error {
	value, err := strconv.ParseInt(s, 10, 64)
	if err != nil || value < n.Least || value > n.Most {
		return fmt.Errorf("want a number from %d to %d", n.Least, n.Most)
	}
	n.Value = value
	return nil
}

// OptionalTime is a flag for a time that need not be given.
type OptionalTime struct {
	Value time.Duration
	Given bool
}

func (t *OptionalTime) String() string { return "" }

func (t *OptionalTime) Set(s string) error {
	value, err := time.ParseDuration(s)
	if err != nil || value < 0 {
		return errors.New("want a time such as 2s, or 0")
	}
	*t = OptionalTime{value, true}
	return nil
}

// MaxMessage is the most bytes of a message that the client commands take. It
// is far above the library's default: here a person has chosen the server.
const MaxMessage = 64 << 20
