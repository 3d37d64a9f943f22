package client

import (
	"context"
	"net/netip"
	"slices"
	"time"
)

// attemptDelay is how long an attempt has the field to itself (RFC 8305, section 8, calls it Connection
// Attempt Delay and recommends 250 ms). The wait for an address's turn counts.
const attemptDelay = 250 * time.Millisecond

// race connects to the first of the addresses that lets it: it tries them in order, the next one when the last
// one has failed or has taken attemptDelay. When race returns, no attempt is under way and no connection open
// but the one returned. The error is that of the attempt which failed first.
func race(
	ctx context.Context, addrs []netip.Addr, connect func(context.Context, netip.Addr) (link, error),
) (link, error) {
	type result struct {
		link
		err error
	}
	ctx, cancel := context.WithCancel(ctx)
	results := make(chan result)
	running := 0
	defer func() {
		cancel()
		for ; running > 0; running-- {
			if r := <-results; r.err == nil {
				r.Close()
				r.release()
			}
		}
	}()
	var first error
	delay := time.NewTimer(0)
	defer delay.Stop()
	for len(addrs) > 0 || running > 0 {
		select {
		case <-delay.C:
			if len(addrs) > 0 {
				addr := addrs[0]
				addrs = addrs[1:]
				running++
				go func() {
					l, err := connect(ctx, addr)
					results <- result{l, err}
				}()
				delay.Reset(attemptDelay)
			}
		case r := <-results:
			running--
			if r.err == nil {
				return r.link, nil
			}
			if first == nil {
				first = r.err
			}
			if ctx.Err() != nil {
				return link{}, first
			}
			delay.Reset(0)
		}
	}
	return link{}, first
}

// interleave returns each address once, the families taking turns and the resolver's order kept within them
// (RFC 8305, section 4), so that a family that goes nowhere costs one delay and not one for each address.
func interleave(ips []netip.Addr) []netip.Addr {
	var families [2][]netip.Addr
	for _, ip := range ips {
		ip = ip.Unmap()
		f := &families[0]
		if ip.Is4() != ips[0].Unmap().Is4() {
			f = &families[1]
		}
		if !slices.Contains(*f, ip) {
			*f = append(*f, ip)
		}
	}
	mixed := make([]netip.Addr, 0, len(ips))
	for i := range max(len(families[0]), len(families[1])) {
		for _, f := range families {
			if i < len(f) {
				mixed = append(mixed, f[i])
			}
		}
	}
	return mixed
}
