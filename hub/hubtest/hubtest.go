package hubtest

import (
	"fmt"
	"testing"
	"time"

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

	patience time.Duration // how long what has to come may take
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

// cases are what Run tests, the Faults excepted.
var cases = []struct {
	name string
	test func(*testcase)
}{
	{"order", testOrder},
	{"interest", testInterest},
	{"unsubscribe", testUnsubscribe},
	{"hurry", testHurry},
	{"odd topics", testOddTopics},
	{"patterns", testPatterns},
	{"many topics", testManyTopics},
	{"content", testContent},
	{"large", testLarge},
	{"data", testData},
	{"ids", testIDs},
	{"odd ids", testOddIDs},
	{"racing ids", testRacingIDs},
	{"positions", testPositions},
	{"joining", testJoining},
	{"history", testHistory},
	{"forgetting", testForgetting},
	{"ended context", testEndedContext},
	{"close", testClose},
	{"close while busy", testCloseBusy},
	{"goroutines", testGoroutines},
	{"watch", testWatch},
	{"hubs", testHubs},
	{"resume", testResume},
}

// Run tests a backplane, each case in a subtest. What it cannot do is logged.
func Run(t *testing.T, b Broker) {
	for _, what := range b.lacks() {
		t.Log("declared:", what)
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.test(newCase(t, b)) })
	}
	for _, f := range b.Faults {
		t.Run(f.Name, func(t *testing.T) { testFault(newCase(t, b), f) })
	}
}

// lacks returns what the backplane cannot do, and what follows for those who use it.
func (b Broker) lacks() (what []string) {
	lacks := func(it bool, format string, args ...any) {
		if it {
			what = append(what, fmt.Sprintf(format, args...))
		}
	}
	lacks(!b.Can.Numbers, "no numbers: clients resume at the same process only, and have a gap with each loss of the broker")
	lacks(!b.Can.Order, "no order: processes may get messages of several publishers in different orders")
	lacks(!b.Can.IDs, "no IDs: a message that is published again after ErrUncertain may come twice")
	lacks(b.Can.History == 0, "no history: what was missed is a gap")
	lacks(!b.Can.Status, "no status: nobody is told that the broker is down")
	lacks(b.Can.MaxData > 0, "no more than %d bytes of Data", b.Can.MaxData)
	lacks(len(b.Faults) == 0, "no faults: it is not tested what becomes of messages when the broker is lost")
	for _, f := range b.Faults {
		lacks(f.Forgets, "%s, the broker has forgotten messages: those who have not got them have a gap", f.Name)
	}
	return what
}
