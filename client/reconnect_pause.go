package client

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// pauses says how long to wait between attempts: for a random time below a bound that doubles from one pause to
// the next, so that the clients that a server has lost at once neither come back at once nor wear it down.
type pauses struct {
	first, max    time.Duration
	stable        time.Duration
	maxRetryAfter time.Duration
	random        func(time.Duration) time.Duration // from 0 to below what is given
	bound         time.Duration                     // of the next pause
}

func newPauses(o ReconnectOptions, random func(time.Duration) time.Duration) pauses {
	return pauses{o.FirstDelay, o.MaxDelay, o.StableAfter, o.MaxRetryAfter, random, o.FirstDelay}
}

// next returns the pause after an ending. What the server has asked for comes on top of the random delay:
// otherwise all that were told the same time would come at the same time.
//
//rfc:6455-7.2.3-1 6455-7.2.3-2 6455-7.2.3-4
func (p *pauses) next(e ending) time.Duration {
	if e.lasted >= p.stable {
		p.bound = p.first
	}
	bound := p.bound
	p.bound = p.max
	if bound <= p.max/2 {
		p.bound = 2 * bound
	}
	least, spread := askedBy(e.err)
	least = max(least, min(e.retryAfter, p.maxRetryAfter))
	return max(least, least+p.random(max(bound, spread))) // least if the sum overflows
}

// askedBy returns the least pause that the peer's close code asks for and over how much time more its clients
// are to be spread: 5 s to 30 s after 1012, as registered; 1013 says that it is overloaded, so no client comes
// back in the first half minute.
func askedBy(err error) (least, spread time.Duration) {
	var peer *websocket.CloseError
	if errors.As(err, &peer) {
		switch peer.Code {
		case websocket.CloseServiceRestart:
			return 5 * time.Second, 25 * time.Second
		case websocket.CloseTryAgainLater:
			return 30 * time.Second, 30 * time.Second
		}
	}
	return 0, 0
}

// retryAfter returns how long the server that has refused wants to be left alone (RFC 9110, section 10.2.3), 0 if
// it does not say so in one of the two forms.
func retryAfter(resp *http.Response, now time.Time) time.Duration {
	if resp == nil ||
		resp.StatusCode != http.StatusServiceUnavailable && resp.StatusCode != http.StatusTooManyRequests {
		return 0
	}
	value := resp.Header.Get("Retry-After")
	if at, err := http.ParseTime(value); err == nil {
		return max(0, at.Sub(now))
	}
	seconds, err := strconv.ParseUint(value, 10, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0
	}
	const most = math.MaxInt64 / time.Second
	return time.Duration(min(seconds, uint64(most))) * time.Second
}
