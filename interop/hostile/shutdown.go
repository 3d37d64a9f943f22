package main

import (
	"fmt"
	"io"
	"slices"
	"syscall"
	"time"

	"github.com/seed372fb791/rfc6455/server"
)

// behindTheDead shuts a server down while half of its connections belong to processes that do nothing any more.
func (h *hostility) behindTheDead(out io.Writer) error {
	var f family
	defer f.stop()
	var addr string
	srv, err := f.start(&addr, "server")
	if err != nil {
		return err
	}
	dead, living := h.conns/2, h.conns-h.conns/2
	// The dead come first: so all of them are before the living where the server keeps its connections.
	var n int
	stopped, err := f.start(&n, "crowd", addr, dead, hostileNetwork)
	if err != nil {
		return err
	}
	hearing, err := f.start(&n, "crowd", addr, living, crowdNetwork)
	if err != nil {
		return err
	}
	if err := stopped.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	return reportShutdown(out, srv, hearing, dead, living)
}

func reportShutdown(out io.Writer, srv, hearing *child, dead, living int) error {
	var before server.Stats
	if err := srv.ask("stats", &before); err != nil {
		return err
	}
	var s stopped
	if err := srv.ask("shutdown", &s); err != nil {
		return err
	}
	var e ends
	if err := hearing.ask("ends", &e); err != nil {
		return err
	}
	var after []time.Duration
	for _, t := range e.GoingAway {
		after = append(after, t.Sub(s.Began))
	}
	slices.Sort(after)
	fmt.Fprintf(out, "%d connections, %d of them of a process stopped by SIGSTOP; Shutdown with %v.\n", before.Conns, dead, patience)
	fmt.Fprintf(out, "%d of %d living heard 1001, p50 after %v, p99 after %v, the last after %v; %d ended otherwise.\n",
		len(after), living, quantile(after, 0.5).Round(time.Millisecond), quantile(after, 0.99).Round(time.Millisecond),
		quantile(after, 1).Round(time.Millisecond), e.Others)
	fmt.Fprintf(out, "Shutdown returned after %v: %s\n", s.Took.Round(time.Millisecond), orNil(s.Err))
	if len(after) != living {
		return fmt.Errorf("%d of the living did not hear 1001", living-len(after))
	}
	return nil
}

func orNil(err string) string {
	if err == "" {
		return "nil"
	}
	return err
}
