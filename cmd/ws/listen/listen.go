package listen

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
)

// TCP listens for connections on the address that a flag has. Pings keep
// watch over them, so TCP's own keepalive would be four system calls for each in
// vain.
func TCP(flag, addr string) (net.Listener, error) {
	config := net.ListenConfig{KeepAlive: -1}
	l, err := config.Listen(context.Background(), "tcp", addr)
	return l, HintTaken(err, flag, addr)
}

// wsaEADDRINUSE is how Windows says that an address is in use.
const wsaEADDRINUSE = syscall.Errno(10048)

// HintTaken returns err, why nobody can listen on addr, with what to do about it if
// somebody does already.
func HintTaken(err error, flag, addr string) error {
	if !errors.Is(err, syscall.EADDRINUSE) && !errors.Is(err, wsaEADDRINUSE) {
		return err
	}
	host, _, _ := net.SplitHostPort(addr)
	return fmt.Errorf("%s is in use already: choose another port with %s, or a free one with %s %s",
		addr, flag, flag, net.JoinHostPort(host, "0"))
}

// Place says where a server listens and by which host and port this machine
// reaches it.
func Place(at *net.TCPAddr) (where, host string) {
	if at.IP.IsUnspecified() {
		return "listening on all interfaces", fmt.Sprintf("localhost:%d", at.Port)
	}
	return "listening", at.String()
}
