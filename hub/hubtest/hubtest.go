package hubtest

import (
	"testing"

	"github.com/seed372fb791/rfc6455/hub"
)

// Broker is what [Run] tests: a broker, and the Backplanes that lead to it. The same one serves all cases: they use
// topics of their own, besides a few odd names. What was published before does not matter.
type Broker struct {
	// New returns a Backplane with connections of its own to the broker, as each process has them. What else it opens is
	// closed by t.Cleanup; the suite closes the Backplane before that. One that connects Hubs of the same process only
	// may be returned again for the same t.
	New func(t testing.TB) hub.Backplane

	// Can is what backplane and broker can do.
	Can Abilities

	// Faults are the ways to lose the broker.
	Faults []Fault
}

// Abilities are what a backplane can do. What it says is tested, and what it does not say as well: a backplane must not
// be able to do it. The zero value is that of one that passes messages on, without numbers.
type Abilities struct {
	// Numbers says that messages have Positions. Without it these are zero.
	Numbers bool

	// Order says that all processes get the messages of several publishers in the same order. Without it only those of
	// one publisher have their order. Nobody can test that it is not so.
	Order bool

	// IDs says that a message with an ID that is known is not sent again.
	IDs bool

	// History is how many messages of each topic are kept at least, 0 for none: then it need not be a [hub.Rememberer].
	// It is 100 or more, and after ten times as many the first one is gone.
	History int

	// Status says that it is a [hub.Status].
	Status bool

	// MaxData is the greatest length of Data, if that is less than 1 MiB. What is longer is an error, and not sent. Zero
	// says that 1 MiB can be sent.
	MaxData int
}

// Fault is a way to lose the broker, or a part of it, and to get it back. Its functions return when it is done.
type Fault struct {
	Name string // in the test's name: "killed", "paused", "failed over"

	// Prepare, if not nil, is called before Break, while all is well: from now on the broker will forget what is
	// published. Say, it holds the replication back.
	Prepare func(t testing.TB)

	// Break takes the broker away, Mend gives it back. Mend may be nil: then Break does both, like a failover.
	Break, Mend func(t testing.TB)

	// Forgets says that the broker comes back without messages that it had: those published since Prepare, or all if
	// that is nil. If they were numbered there has to be another epoch.
	Forgets bool

	// Disconnects says that no Backplane can overlook it, since their connections end: each says Lost for its topics,
	// and a Status that it is down, before Mend is called.
	Disconnects bool
}

// Run tests a backplane, each case in a subtest.
func Run(t *testing.T, b Broker) {
}
