package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"time"
)

func main() {
	if len(os.Args) > 2 && os.Args[1] == "-role" {
		check(roles[os.Args[2]](os.Args[3:]))
		return
	}
	var h hostility
	flag.IntVar(&h.conns, "conns", 15000, "connections in all")
	flag.IntVar(&h.hostile, "hostile", 1000, "of them are hostile")
	flag.DurationVar(&h.duration, "duration", 10*time.Second, "of a measurement")
	flag.IntVar(&h.rounds, "rounds", 3, "of measurements, two for each kind, of which the medians are shown")
	flag.StringVar(&h.only, "only", "", "kinds of hostility, with commas")
	dead := flag.Bool("shutdown", false, "measure Server.Shutdown behind the dead instead")
	flag.Parse()
	runtime.LockOSThread() // a child's fate is tied to the thread that has started it
	if *dead {
		check(h.behindTheDead(os.Stdout))
	} else {
		check(h.measure(os.Stdout))
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "hostile:", err)
		os.Exit(1)
	}
}
