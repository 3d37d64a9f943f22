//go:build amd64 && linux && !race

package server_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// What a connection that waits for messages takes of Go's heap and of stacks, before it has answered any and after
// it has. A stack that has grown beyond 2 KiB would stay so for the connection's life; a few do, when they come upon
// an empty pool. Under the race detector, and on other processors, sizes are others. Each case has a process of its
// own: what earlier connections have left behind would serve the later ones.
func TestIdleMemory(t *testing.T) {
	for _, c := range []struct {
		name                 string
		way                  way
		messages             int
		mostHeap, mostStacks int // bytes
	}{
		{"raw", way{}, 0, 2400, 2300},
		{"raw, used", way{}, 2, 2700, 2400},
		{"net/http", way{netHTTP: true}, 0, 3700, 2700},
		{"net/http, used", way{netHTTP: true}, 2, 3950, 2700},
	} {
		t.Run(c.name, func(t *testing.T) {
			const inChild = "MEASURE_IDLE"
			if os.Getenv(inChild) != "" {
				measureIdle(t, c.way, c.messages)
				return
			}
			child := exec.Command(os.Args[0], "-test.v", "-test.run", "^TestIdleMemory$/^"+c.name+"$")
			child.Env = append(os.Environ(), inChild+"=1")
			out, err := child.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			var heap, stacks int
			_, figures, _ := strings.Cut(string(out), measured)
			if _, err := fmt.Sscan(figures, &heap, &stacks); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			t.Logf("%d bytes of heap, %d of stacks", heap, stacks)
			if heap > c.mostHeap || stacks > c.mostStacks {
				t.Errorf("want at most %d and %d", c.mostHeap, c.mostStacks)
			}
		})
	}
}

const measured = "heap and stacks: "

// measureIdle prints what each of many connections takes. The clients are bare descriptors: all else is the server's.
func measureIdle(t *testing.T, w way, messages int) {
	const conns = 2000
	to := w.start(t, server.Handler(echoInBatches, nil)).Addr.(*net.TCPAddr)
	hello, welcome := []byte(request()), make([]byte, 512)
	message := []byte(frame(protocol.OpBinary, strings.Repeat("x", 4096)))
	answer := make([]byte, len(message)-4)
	var clients [conns]int
	before := readMemory()
	for i := range clients {
		clients[i] = bareClient(t, to)
		defer syscall.Close(clients[i])
		exchange(t, clients[i], hello, welcome)
	}
	for range messages {
		for _, fd := range clients {
			exchange(t, fd, message, answer)
		}
	}
	after := readMemory()
	fmt.Println(measured, (after.HeapAlloc-before.HeapAlloc)/conns, (after.StackInuse-before.StackInuse)/conns)
}

func bareClient(t *testing.T, to *net.TCPAddr) int {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err == nil {
		err = syscall.Connect(fd, &syscall.SockaddrInet4{Port: to.Port, Addr: [4]byte(to.IP.To4())})
	}
	if err != nil {
		t.Fatal(err)
	}
	return fd
}

// exchange says something and takes the answer.
func exchange(t *testing.T, fd int, say, answer []byte) {
	if _, err := syscall.Write(fd, say); err != nil {
		t.Fatal(err)
	}
	if n, err := syscall.Read(fd, answer); n <= 0 {
		t.Fatal(n, err)
	}
}

func readMemory() (m runtime.MemStats) {
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m
}

func echoInBatches(_ context.Context, c *websocket.Conn) error {
	ctx := context.Background()
	answers := c.Batch()
	for m, err := range c.BorrowMessages(ctx) {
		if err != nil {
			return err
		}
		if err := answers.Write(ctx, m.Type, m.Data); err != nil {
			return err
		}
	}
	return nil
}
