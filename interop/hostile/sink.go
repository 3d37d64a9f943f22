package main

import (
	"io"
	"net"
)

// sink is a process that accepts connections and discards what comes, until the peer closes.
func sink([]string) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go func() {
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer nc.Close()
				io.Copy(io.Discard, nc)
			}()
		}
	}()
	err = say(l.Addr().String())
	orders(func(string) {})
	return err
}
