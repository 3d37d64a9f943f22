//go:build unix

package load

import (
	"syscall"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
)

// spareFiles is how many descriptors a program has open besides connections.
const spareFiles = 16

// checkFiles returns an error if the system does not let a process have so many
// connections. Go has raised the soft limit to the hard one already.
func checkFiles(conns int) error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return nil // it is not known
	}
	if most := uint64(limit.Cur); uint64(conns)+spareFiles > most {
		return command.BadUsage("-conns %d is more than the limit of %d open files (RLIMIT_NOFILE) has room for: raise it with ulimit -n %d", conns, most, conns+spareFiles)
	}
	return nil
}
