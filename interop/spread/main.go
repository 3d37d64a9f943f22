// Command spread measures Hubs across processes: three servers on one broker, thousands of subscribers, each message
// counted where it arrives. It does the same with centrifuge, for comparison.
//
//	go run ./spread                     all ways, some four minutes on two cores with nothing else to do
//	go run ./spread -ways streams -subscribers 300 -topics 30 -time 3s
//
// The servers, the subscribers and the broker are processes of their own. What is measured is the servers: their CPU
// time for a delivery, to publish included, and their memory for a subscriber.
//
//	run.go         what is done in which order; report.go: the table
//	process.go     this program again, as a server, as the subscribers, and as the broker
//	serve.go       a server with a Hub; centrifuge.go: one with centrifuge
//	subscribe.go   the subscribers
//	publish.go     the publishers
//	broker.go      the broker, which is killed and started again
//	message.go     a message; tally.go: what has arrived of all
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"slices"
	"strings"
	"time"
)

// plan is what to measure.
type plan struct {
	ways        []string
	subscribers int
	topics      int
	rate        int // deliveries a second
	time        time.Duration
}

func main() {
	log.SetFlags(0)
	if role := os.Getenv(roleVariable); role != "" {
		if err := play(role); err != nil {
			log.Fatal(err)
		}
		return
	}
	var p plan
	chosen := flag.String("ways", strings.Join(ways, ","), "what to measure, with commas between")
	flag.IntVar(&p.subscribers, "subscribers", 9000, "how many subscribers, of all servers together")
	flag.IntVar(&p.topics, "topics", 300, "how many topics, with as many subscribers each")
	flag.IntVar(&p.rate, "rate", 30_000, "how many deliveries a second while it is steady")
	flag.DurationVar(&p.time, "time", 10*time.Second, "how long each part goes on")
	flag.Parse()
	p.ways = strings.Split(*chosen, ",")
	for _, way := range p.ways {
		if !slices.Contains(ways, way) {
			log.Fatalf("%q is none of %s", way, strings.Join(ways, ", "))
		}
	}
	if p.subscribers%p.topics != 0 || p.topics%publishers != 0 {
		log.Fatalf("-subscribers has to be a multiple of -topics, and that of %d", publishers)
	}
	if err := p.run(os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// ways are the ways to connect servers. centrifuge is with what it has by default, centrifuge-lean with all that saves
// memory.
var ways = []string{"streams", "pubsub", "jetstream", "core", "centrifuge", "centrifuge-lean"}

func isCentrifuge(way string) bool { return strings.HasPrefix(way, "centrifuge") }

// brokerOf returns the broker that a way needs.
func brokerOf(way string) string {
	if way == "jetstream" || way == "core" {
		return "nats"
	}
	return "redis"
}

func topicName(i int) string { return fmt.Sprintf("topic-%d", i) }
