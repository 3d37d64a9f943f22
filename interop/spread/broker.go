package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// startTime bounds the start of a broker.
const startTime = time.Minute

// broker is Redis or NATS as a process, which keeps on the disk what it has taken.
type broker struct {
	kind, addr, folder string
	cmd                *exec.Cmd
	stdin              io.Closer
}

// newBroker starts one.
func newBroker(kind string) (*broker, error) {
	folder, err := os.MkdirTemp("", "spread-")
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0") // for a port that is free
	if err != nil {
		return nil, err
	}
	l.Close()
	b := &broker{kind: kind, addr: l.Addr().String(), folder: folder}
	if err := b.start(); err != nil {
		b.end()
		return nil, err
	}
	return b, nil
}

// start starts it, and returns when it listens.
func (b *broker) start() (err error) {
	b.cmd = b.command()
	if b.stdin, err = b.cmd.StdinPipe(); err != nil {
		return err
	}
	b.cmd.Stderr = os.Stderr
	if err := b.cmd.Start(); err != nil {
		return err
	}
	for late := time.Now().Add(startTime); time.Now().Before(late); time.Sleep(10 * time.Millisecond) {
		if nc, err := net.Dial("tcp", b.addr); err == nil {
			return nc.Close()
		}
	}
	return fmt.Errorf("%s does not listen", b.kind)
}

func (b *broker) command() *exec.Cmd {
	if b.kind == "nats" {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), fmt.Sprintf("%s=nats %s %s", roleVariable, b.addr, b.folder))
		return cmd
	}
	host, port, _ := net.SplitHostPort(b.addr)
	return exec.Command("redis-server", "--bind", host, "--port", port, "--dir", b.folder, "--save", "",
		"--appendonly", "yes", "--appendfsync", "everysec")
}

// kill ends it at once.
func (b *broker) kill() {
	if b.cmd != nil && b.cmd.Process != nil {
		b.cmd.Process.Kill()
		b.cmd.Wait()
		b.stdin.Close()
	}
}

// end ends it, and forgets what it had.
func (b *broker) end() {
	b.kill()
	os.RemoveAll(b.folder)
}

// serveNATS is the process of NATS.
func serveNATS(addr, folder string) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return err
	}
	s, err := server.NewServer(&server.Options{Host: host, Port: n, JetStream: true, StoreDir: folder, NoSigs: true, NoLog: true})
	if err != nil {
		return err
	}
	s.Start()
	if !s.ReadyForConnections(startTime) {
		return errors.New("NATS does not start")
	}
	io.Copy(io.Discard, os.Stdin) // ends with the parent, however that ends
	return nil
}
