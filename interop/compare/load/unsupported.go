//go:build !linux

package load

import (
	"errors"
	"net"
	"net/netip"
	"time"
)

// Linux alone tells what a process has used to the nanosecond.

type event struct{ Fd int32 }

type poller struct{}

func newPoller(int) (poller, error)       { return poller{}, errors.ErrUnsupported }
func (poller) add(int, int) error         { return errors.ErrUnsupported }
func (poller) ready() ([]event, error)    { return nil, errors.ErrUnsupported }
func (poller) close()                     {}
func duplicate(*net.TCPConn) (int, error) { return -1, errors.ErrUnsupported }
func connect(netip.AddrPort) (int, error) { return -1, errors.ErrUnsupported }
func closeSocket(int)                     {}
func send(int, []byte) (int, error)       { return 0, errors.ErrUnsupported }
func receive(int, []byte) (int, error)    { return 0, errors.ErrUnsupported }
func discard(int, int) (int, error)       { return 0, errors.ErrUnsupported }
func cpuTime(int) (time.Duration, error)  { return 0, errors.ErrUnsupported }
func residentBytes(int) (int64, error)    { return 0, errors.ErrUnsupported }

const clientCPU = 1

func pin(int) (release func()) { return func() {} }

// OnServerCPU runs f.
func OnServerCPU(f func() error) error { return f() }
