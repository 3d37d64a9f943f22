package load

import (
	"io"
	"net"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"
)

// duplicate returns a second descriptor of c's socket.
func duplicate(c *net.TCPConn) (fd int, err error) {
	rc, err := c.SyscallConn()
	if err != nil {
		return -1, err
	}
	controlErr := rc.Control(func(own uintptr) {
		fd, err = unix.FcntlInt(own, unix.F_DUPFD_CLOEXEC, 0)
	})
	if controlErr != nil {
		return -1, controlErr
	}
	return fd, err
}

// connect begins to open a connection, which is reset when it is closed: it
// leaves no socket in TIME_WAIT.
func connect(addr netip.AddrPort) (fd int, err error) {
	fd, err = unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	err = unix.SetsockoptLinger(fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1})
	if err == nil {
		err = unix.Connect(fd, &unix.SockaddrInet4{Addr: addr.Addr().As4(), Port: int(addr.Port())})
	}
	if err != nil && err != unix.EINPROGRESS {
		closeSocket(fd)
		return -1, err
	}
	return fd, nil
}

func closeSocket(fd int) { unix.Close(fd) }

// send sends as much of p as the socket takes.
func send(fd int, p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	return transfer(unix.SYS_SENDTO, fd, unsafe.Pointer(&p[0]), len(p), unix.MSG_NOSIGNAL)
}

// receive reads what is there. No byte is no error.
func receive(fd int, p []byte) (int, error) {
	return transfer(unix.SYS_RECVFROM, fd, unsafe.Pointer(&p[0]), len(p), 0)
}

// discard takes at most n bytes off the socket without copying them.
func discard(fd, n int) (int, error) {
	return transfer(unix.SYS_RECVFROM, fd, nil, n, unix.MSG_TRUNC)
}

// transfer makes a call that does not block, so the Go scheduler need not know
// of it.
func transfer(call uintptr, fd int, p unsafe.Pointer, n int, flags uintptr) (int, error) {
	done, _, errno := unix.RawSyscall6(call, uintptr(fd), uintptr(p), uintptr(n), flags|unix.MSG_DONTWAIT, 0, 0)
	switch {
	case errno == unix.EAGAIN:
		return 0, nil
	case errno != 0:
		return 0, errno
	case done == 0:
		return 0, io.ErrUnexpectedEOF // the server has closed the connection
	}
	return int(done), nil
}

// poller says which sockets are ready.
type poller struct {
	fd     int
	events []unix.EpollEvent
}

func newPoller(n int) (poller, error) {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	return poller{fd, make([]unix.EpollEvent, n)}, err
}

func (p poller) add(fd, number int) error {
	const edges = unix.EPOLLIN | unix.EPOLLOUT | unix.EPOLLET&0xffffffff
	return unix.EpollCtl(p.fd, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: edges, Fd: int32(number)})
}

// ready returns the sockets that are ready now, their numbers as Fd.
func (p poller) ready() ([]unix.EpollEvent, error) {
	n, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(p.fd),
		uintptr(unsafe.Pointer(&p.events[0])), uintptr(len(p.events)), 0, 0, 0)
	if errno != 0 && errno != unix.EINTR {
		return nil, errno
	}
	if errno != 0 {
		n = 0
	}
	return p.events[:n], nil
}

func (p poller) close() { unix.Close(p.fd) }
