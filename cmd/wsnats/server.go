package main

import (
	"errors"
	"os"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// startTime bounds the start of the server, which takes some milliseconds.
const startTime = 30 * time.Second

// startServer starts a NATS server with JetStream that can be reached from this machine only, and returns its URL and
// what ends it. What it keeps ends with it.
func startServer() (url string, end func(), err error) {
	folder, err := os.MkdirTemp("", "wsnats-")
	if err != nil {
		return "", nil, err
	}
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: folder, NoSigs: true, NoLog: true,
	})
	if err != nil {
		os.RemoveAll(folder)
		return "", nil, err
	}
	s.Start()
	end = func() {
		s.Shutdown()
		s.WaitForShutdown()
		os.RemoveAll(folder)
	}
	if !s.ReadyForConnections(startTime) {
		end()
		return "", nil, errors.New("the NATS server does not start")
	}
	return s.ClientURL(), end, nil
}
