package hub

import "time"

// Error says that a bound is reached, or that an option or a message means nothing.
type Error struct {
	Text   string // what happened, in a few words
	Option string // the option that sets the bound, or the field that is wrong
}

// Error returns what happened and the name of the option or field.
func (e *Error) Error() string { return "websocket: " + e.Text + ", see " + e.Option }

var (
	errTopics = &Error{"the hub has too many topics", "Hub.MaxTopics"}
	errJoined = &Error{"the subscriber is in too many topics", "Hub.MaxJoined"}
	errQueue  = &Error{"the subscriber does not read what waits for it", "Hub.MaxQueue"}
	errBytes  = &Error{"the subscriber does not read what waits for it", "Hub.MaxQueueBytes"}
)

const (
	defaultMaxQueue        = 256
	defaultMaxQueueBytes   = 1 << 20
	defaultPatience        = 5 * time.Second
	defaultMaxHistoryBytes = 1 << 20
	defaultKeepFor         = 10 * time.Minute // of a MemoryBackplane
	defaultLinger          = 10 * time.Second
	defaultLingerAlone     = 10 * time.Minute
	defaultMaxTopics       = 65536
	defaultMaxJoined       = 256
)

// or returns n, or the default for it.
func or[N int | time.Duration](n, standard N) N {
	if n > 0 {
		return n
	}
	return standard
}
