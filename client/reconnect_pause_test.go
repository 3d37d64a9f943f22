package client_test

import (
	"fmt"
	"math"
	"net"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/websocket"
)

const second, minute = time.Second, time.Minute

// pausesOf returns the first pauses of a Reconnecting to the servers, and wants an attempt when each is
// over.
func pausesOf(t *testing.T, n int, o client.ReconnectOptions, servers ...func(net.Conn)) []time.Duration {
	states := make(chan client.State, 100)
	o.OnState = func(s client.State) { states <- s }
	readOn(reconnect(t, o, servers...))
	var pauses []time.Duration
	for s := range states {
		if s.Phase != client.PhaseWaiting {
			continue
		}
		if pauses = append(pauses, time.Until(s.Until)); len(pauses) == n {
			break
		}
		if next := <-states; next.Phase != client.PhaseConnecting || !time.Now().Equal(s.Until) {
			t.Errorf("%v after %v, %v too late", next, s, time.Since(s.Until))
		}
	}
	return pauses
}

// With the greatest random delays: the bounds double until they are great enough, and begin anew after a
// connection that was stable. What the peer asks for comes first.
//
//rfc:6455-7.2.3-1 6455-7.2.3-2 6455-7.2.3-3 6455-7.2.3-4
func TestSection7_2_3Pauses(t *testing.T) {
	type servers []func(net.Conn)
	no := refuses("500 Out of order")
	tests := []struct {
		name    string
		o       client.ReconnectOptions
		servers servers
		want    []time.Duration
	}{
		{"refused", client.ReconnectOptions{}, servers{no},
			[]time.Duration{5 * second, 10 * second, 20 * second, 40 * second, minute, minute}},
		{"other bounds", client.ReconnectOptions{FirstDelay: second / 10, MaxDelay: second}, servers{no},
			[]time.Duration{second / 10, second / 5, 2 * second / 5, 4 * second / 5, second, second}},
		{"a bound below the first", client.ReconnectOptions{FirstDelay: 5 * minute, MaxDelay: 1}, servers{no},
			[]time.Duration{5 * minute, 5 * minute}},
		{"negative options", client.ReconnectOptions{FirstDelay: -1, MaxDelay: -1, StableAfter: -1, MaxRetryAfter: -1},
			servers{no}, []time.Duration{5 * second, 5 * second}},
		{"a great bound", client.ReconnectOptions{FirstDelay: 1000 * time.Hour, MaxDelay: math.MaxInt64}, servers{no},
			[]time.Duration{1000 * time.Hour, 2000 * time.Hour, 4000 * time.Hour}},

		{"lost at once", client.ReconnectOptions{}, servers{hangsUp(0)},
			[]time.Duration{5 * second, 10 * second, 20 * second}},
		{"lost soon", client.ReconnectOptions{}, servers{no, hangsUp(minute - 1)},
			[]time.Duration{5 * second, 10 * second, 20 * second}},
		{"stable", client.ReconnectOptions{}, servers{no, no, hangsUp(minute), no},
			[]time.Duration{5 * second, 10 * second, 5 * second, 10 * second}},
		{"stable soon", client.ReconnectOptions{StableAfter: second}, servers{no, no, hangsUp(second), no},
			[]time.Duration{5 * second, 10 * second, 5 * second, 10 * second}},

		{"going away", client.ReconnectOptions{}, servers{closes(0, websocket.CloseGoingAway)},
			[]time.Duration{5 * second, 10 * second}},
		{"service restart", client.ReconnectOptions{}, servers{closes(0, websocket.CloseServiceRestart), no},
			[]time.Duration{30 * second, 10 * second}},
		{"try again later", client.ReconnectOptions{}, servers{closes(minute, websocket.CloseTryAgainLater), no},
			[]time.Duration{minute, 10 * second}},
		{"restart after failures", client.ReconnectOptions{},
			servers{no, no, no, closes(0, websocket.CloseServiceRestart)},
			[]time.Duration{5 * second, 10 * second, 20 * second, 45 * second}},

		{"Retry-After", client.ReconnectOptions{}, servers{refuses("503 Busy", "Retry-After: 100"), no},
			[]time.Duration{105 * second, 10 * second}},
		{"Retry-After too long", client.ReconnectOptions{},
			servers{refuses("429 Too Many", "Retry-After: 31536000")}, []time.Duration{10*minute + 5*second}},
		{"Retry-After not so long", client.ReconnectOptions{MaxRetryAfter: minute},
			servers{refuses("503 Busy", "Retry-After: 99999999999999999999")}, []time.Duration{minute + 5*second}},
		{"Retry-After for ever", client.ReconnectOptions{MaxRetryAfter: math.MaxInt64},
			servers{refuses("503 Busy", "Retry-After: 99999999999999999999")},
			[]time.Duration{math.MaxInt64 / second * second}},
		{"Retry-After with another status", client.ReconnectOptions{},
			servers{refuses("500 Out of order", "Retry-After: 100")}, []time.Duration{5 * second}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if got := pausesOf(t, len(test.want), test.o, test.servers...); !slices.Equal(got, test.want) {
					t.Errorf("pauses %v, want %v", got, test.want)
				}
			})
		})
	}
}

// The forms of Retry-After, and what is none.
func TestRetryAfter(t *testing.T) {
	for _, test := range []struct {
		value string
		want  time.Duration
	}{
		{"0", 0},
		{"90", 90 * second},
		{"0090", 90 * second},
		{"", 0},
		{"-5", 0},
		{"+5", 0},
		{"1.5", 0},
		{"1e2", 0},
		{"0x10", 0},
		{"5 s", 0},
		{"soon", 0},
		{"Sat, 01 Jan 2000 00:01:30 GMT", 90 * second},
		{"Saturday, 01-Jan-00 00:01:30 GMT", 90 * second},
		{"Sat Jan  1 00:01:30 2000", 90 * second},
		{"Fri, 31 Dec 1999 00:01:30 GMT", 0},
		{"Sat, 41 Jan 2000 00:01:30 GMT", 0},
	} {
		synctest.Test(t, func(t *testing.T) { // it is midnight of 2000-01-01
			server := refuses("503 Busy", "Retry-After: "+test.value)
			if got := pausesOf(t, 1, client.ReconnectOptions{}, server)[0] - 5*second; got != test.want {
				t.Errorf("Retry-After: %q asks for %v, want %v", test.value, got, test.want)
			}
		})
	}
}

// The delays are random, all over the range that the bound gives.
//
//rfc:6455-7.2.3-2
func TestSection7_2_3Random(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var quarters [4]int
		for range 400 {
			states := make(chan client.State, 100)
			o := &client.ReconnectOptions{OnState: func(s client.State) { states <- s }}
			o.Dial.DialContext = (&network{servers: []func(net.Conn){refuses("500 Out of order")}}).dial
			r, err := client.NewReconnecting("ws://server.test", o)
			if err != nil {
				t.Fatal(err)
			}
			s := <-states
			for ; s.Phase != client.PhaseWaiting; s = <-states {
			}
			pause := time.Until(s.Until)
			if pause < 0 || pause >= 5*second {
				t.Fatalf("the first pause is %v", pause)
			}
			quarters[pause*4/(5*second)]++
			r.Close(t.Context(), websocket.CloseNormal, "")
		}
		if slices.Min(quarters[:]) < 50 { // 100 are to be expected
			t.Errorf("the pauses fall into the quarters of 5 s as %v", quarters)
		}
	})
}

// What another attempt cannot mend.
func TestMayHeal(t *testing.T) {
	peer := func(code websocket.CloseCode) error {
		return fmt.Errorf("wrapped: %w", &websocket.CloseError{Code: code})
	}
	for code, want := range map[websocket.CloseCode]bool{
		1000: false, 1001: true, 1002: true, 1003: true, 1005: true, 1006: true, 1007: true, 1008: false, 1009: true,
		1010: false, 1011: true, 1012: true, 1013: true, 1014: true, 3000: true, 4999: true,
	} {
		if client.MayHeal(peer(code)) != want {
			t.Errorf("close code %v may heal: %v", code, !want)
		}
	}
	for _, err := range []error{
		&websocket.ProtocolError{Code: 1002}, &websocket.TimeoutError{}, net.ErrClosed,
		&client.Error{Stage: client.StageConnect, Err: net.ErrClosed},
	} {
		if !client.MayHeal(err) {
			t.Errorf("%v does not heal", err)
		}
	}
	for status, want := range map[int]bool{
		200: true, 302: true, 400: false, 401: false, 404: false, 408: true, 425: true, 426: false, 429: true,
		499: false, 500: true, 503: true,
	} {
		s := listen(t, refuses(fmt.Sprintf("%d Anything", status)))
		_, _, err := client.Dial(t.Context(), "ws://"+s.addr, nil)
		if client.MayHeal(err) != want {
			t.Errorf("%v may heal: %v", err, !want)
		}
		if err = (&client.ProxyError{Status: status, Err: http.ErrAbortHandler}); client.MayHeal(err) != want {
			t.Errorf("%d of a proxy may heal: %v", status, !want)
		}
	}
}
