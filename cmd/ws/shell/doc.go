// Package shell runs command lines by the system's shell, for -exec.
//
//	shell_unix.go     on Unix a command and what it has started end together
//	shell_windows.go  on Windows it ends alone
//	shell_other.go    on systems without a shell
package shell
