package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/seed372fb791/rfc6455/interop/internal/child"
)

// roleVariable says in the environment what this program is: "server WAY BROKER", "subscribers" or "nats ADDR FOLDER".
const roleVariable = "SPREAD_ROLE"

// play plays a role until standard input ends.
func play(role string) error {
	words := strings.Fields(role)
	switch words[0] {
	case "server":
		return child.Serve("127.0.0.1:0", os.Stdout, func(l net.Listener) error { return serve(l, words[1], words[2]) })
	case "subscribers":
		return child.Serve("127.0.0.1:0", os.Stdout, new(subscribers).serve)
	case "nats":
		return serveNATS(words[1], words[2])
	}
	return fmt.Errorf("no role: %q", role)
}

// start starts this program in a role.
func start(role string) (*child.Server, error) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	return child.Start(cmd, cmd.Start)
}

// usage is what processes have used.
type usage struct {
	cpu time.Duration
	rss int // bytes
}

// usageOf returns what processes have used so far, as Linux counts.
func usageOf(processes []*child.Server) (u usage, err error) {
	for _, p := range processes {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.PID))
		if err != nil {
			return u, err
		}
		_, rest, _ := strings.Cut(string(stat), ") ") // behind the name, which may have anything in it
		fields := strings.Fields(rest)
		for _, i := range []int{11, 12} { // utime and stime, in hundredths of a second
			ticks, err := strconv.Atoi(fields[i])
			if err != nil {
				return u, err
			}
			u.cpu += time.Duration(ticks) * 10 * time.Millisecond
		}
		pages, err := strconv.Atoi(fields[21])
		if err != nil {
			return u, err
		}
		u.rss += pages * os.Getpagesize()
	}
	return u, nil
}
