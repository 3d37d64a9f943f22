package main

import (
	"context"
	"net"
	"time"
)

// perAddress is how many connections a child has from one address.
const perAddress = 100

// dialer dials as connection i of a child: from 127.net.x.1, x being another one for each hundred
// connections.
func dialer(network byte, i int) *net.Dialer {
	return &net.Dialer{
		LocalAddr: &net.TCPAddr{IP: net.IPv4(127, network, byte(i/perAddress), 1)},
		Timeout:   time.Minute,
	}
}

// dialFrom is dialer for client.Options.DialContext.
func dialFrom(network byte, i int) func(ctx context.Context, network, addr string) (net.Conn, error) {
	return dialer(network, i).DialContext
}
